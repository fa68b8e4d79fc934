"""Rows to measure on: accounts, resources, series and their points, written through the product's own write path."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django
import numpy as np
from django.db import connection
from numpy.typing import NDArray

django.setup()

from dashboard.core.connection import Connection  # noqa: E402 - needs Django
from dashboard.inventory.models import Account, Resource, Stack  # noqa: E402
from dashboard.metrics.models import Series  # noqa: E402
from dashboard.metrics.write import place, seal, store_points  # noqa: E402

NOW = datetime(2026, 3, 10, 12, 2, tzinfo=UTC)
REGION = "eu-west-1"
PERIOD = 300
CONNECTION = Connection("111122223333")
KINDS = (
    ("Invocations", "Sum"),
    ("Errors", "Sum"),
    ("Throttles", "Sum"),
    ("Messages", "Sum"),
    ("Requests", "Sum"),
    ("Duration", "p50"),
    ("Duration", "p90"),
    ("Duration", "p99"),
    ("ConcurrentExecutions", "Maximum"),
    ("CPUUtilization", "Average"),
)
"""Ten metrics per resource: half of them counts, three percentiles, a level, an average."""


def make_account() -> Account:
    """An account of one region."""
    return Account.objects.create(name="bench", account_id=CONNECTION.account_id, regions=[REGION])


def make_stack(account: Account, name: str = "bench") -> Stack:
    """A stack without resources."""
    return Stack.objects.create(
        account=account, region=REGION, name=name, source="cloudformation", first_seen_at=NOW - timedelta(days=40)
    )


def make_series(account: Account, number: int, stack: Stack | None = None) -> list[Series]:
    """That many series, ten to a resource, old enough to be read as fine values; all have been asked for before."""
    owner = stack or make_stack(account)
    names = [f"{owner.name}-{index}" for index in range(-(-number // len(KINDS)))]
    resources = Resource.objects.bulk_create(
        Resource(
            account=account, stack=owner, region=REGION, service="lambda", name=name, physical_id=name,
            dimensions={"FunctionName": name}, first_seen_at=NOW, seen_at=NOW,
        )
        for name in names
    )  # fmt: skip
    wanted = [
        Series(
            resource=resource, metric=f"{name} {statistic}", namespace="AWS/Lambda", name=name, statistic=statistic,
            dimensions=resource.dimensions, unit="count", fine_from=NOW - timedelta(days=40), backfilled_at=NOW,
        )
        for resource in resources
        for name, statistic in KINDS
    ]  # fmt: skip
    return place(wanted[:number], account, REGION, PERIOD)


def epoch(at: datetime) -> int:
    """Unix time on a whole period."""
    return int(at.timestamp()) // PERIOD * PERIOD


def values_of(number: int, times: NDArray[np.int64], seed: int = 1) -> NDArray[np.float64]:
    """Plausible values as [times, series]: day and night, whole counts, latencies, averages of full precision."""
    random = np.random.default_rng(seed)
    wave = 1.2 + np.sin(2 * np.pi * (times % 86_400) / 86_400)
    size = np.resize([400.0, 0.6, 0.05, 120.0, 900.0, 35.0, 80.0, 210.0, 12.0, 30.0], number)
    rate = wave[:, None] * size[None, :]
    kind = np.arange(number) % len(KINDS)
    values: NDArray[np.float64] = random.poisson(rate).astype(np.float64)
    noisy = rate * random.lognormal(0.0, 0.2, rate.shape)
    latency = (kind >= 5) & (kind <= 7)
    values[:, latency] = noisy[:, latency].round(2)
    values[:, kind == 9] = noisy[:, kind == 9]
    return values


def days(number: int, until: datetime = NOW) -> Iterator[NDArray[np.int64]]:
    """The times of each of the last days, oldest first; the last ends at `until`."""
    end = epoch(until)
    for day in range(number, 0, -1):
        start = end - day * 86_400
        yield np.arange(start, start + 86_400, PERIOD, dtype=np.int64)


def fill(series: list[Series], number_of_days: int) -> int:
    """Store and seal day by day, as time would; returns how many samples there are.

    On PostgreSQL each day's slices are vacuumed when they are gone, as autovacuum does between two days.
    """
    samples = 0
    for times in days(number_of_days):
        values = values_of(len(series), times, seed=int(times[0]))
        store_points(series, times.tolist(), values)
        seal(datetime.fromtimestamp(int(times[-1]), UTC))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM dashboard_slice")
        samples += values.size
    return samples
