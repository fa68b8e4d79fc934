"""judging.*: one round of judging 20,000 series against three thresholds each, from stored points to stored verdicts.

The first round has plain lines with recovery values. The second holds one of the three against four weeks of the same
hour, so that the price of the past is seen by itself; its points lie in sealed days.
"""

import sys
from datetime import datetime, timedelta

import numpy as np
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import dataset
from bench.measure import Result, median, report
from dashboard.catalog import service
from dashboard.catalog.shape import Severity
from dashboard.health.write import judge_region
from dashboard.inventory.models import Account, Resource
from dashboard.metrics.models import Series
from dashboard.metrics.write import place, seal, store_points
from dashboard.thresholds.models import ThresholdRule

METRICS = (
    "requests", "errors", "throttles", "concurrency", "duration_p50", "duration_p95", "duration_p99", "duration_sum",
)  # fmt: skip
STACKS = 40
HOURS = 3
WEEKS = 4
WEEK = timedelta(days=7)


def make_functions(account: Account, number: int) -> list[Series]:
    """That many functions with eight series each, in stacks of one account."""
    stacks = [dataset.make_stack(account, f"stack-{index:02}") for index in range(STACKS)]
    functions = Resource.objects.bulk_create(
        Resource(
            account=account, stack=stacks[index % STACKS], region=dataset.REGION, service="lambda", name=f"api-{index}",
            physical_id=f"api-{index}", limits={"timeout": 3000, "concurrency": 1000}, first_seen_at=dataset.NOW,
            seen_at=dataset.NOW,
        )
        for index in range(number)
    )  # fmt: skip
    known = {one.key: one for one in service("lambda").metrics}
    wanted = [
        Series(
            resource=one, metric=key, namespace="AWS/Lambda", name=known[key].name, statistic=known[key].statistic,
            unit=known[key].unit, fine_from=dataset.NOW - timedelta(days=40), backfilled_at=dataset.NOW,
        )
        for one in functions
        for key in METRICS
    ]  # fmt: skip
    return place(wanted, account, dataset.REGION, dataset.PERIOD)


def store(series: list[Series], until: datetime, hours: int) -> None:
    """Points of that many hours: most calm, a few beyond every line."""
    end = dataset.epoch(until)
    at = np.arange(end - hours * 3600, end, dataset.PERIOD, dtype=np.int64)
    random = np.random.default_rng(at[0])
    values = random.gamma(20, 5, (len(at), len(series)))
    values[-6:, ::500] *= 50
    store_points(series, at.tolist(), values)


def make_rules() -> None:
    """Three thresholds on each metric: one for each severity, with a recovery value."""
    for key in METRICS:
        for severity, above in ((Severity.CRITICAL, 900), (Severity.WARNING, 600), (Severity.INFO, 400)):
            ThresholdRule.objects.create(
                service="lambda", metric=key, severity=severity, above=above, recover=above / 2, for_periods=3,
                of_periods=5,
            )  # fmt: skip


def measure(account: Account, label: str, versus: str, times: int, goal: float) -> None:
    """Seconds, microseconds per threshold and queries of a round."""
    judge_region(account, dataset.REGION, dataset.NOW)  # the first round makes the series of the stacks' signals
    with CaptureQueriesContext(connection) as queries:
        found = judge_region(account, dataset.REGION, dataset.NOW)
    asked = len(queries)
    seconds = median(lambda: judge_region(account, dataset.REGION, dataset.NOW), times)
    report(Result(f"{label}.round", seconds, f"s, {len(found):,} thresholds", versus, goal=f"≤ {goal:g} s",
                  met=seconds <= goal))  # fmt: skip
    report(Result(f"{label}.one", seconds / len(found) * 1e6, "µs a threshold", versus))
    report(Result(f"{label}.queries", asked, "queries", versus))


def main(*, quick: bool) -> None:
    """Both rounds."""
    account = dataset.make_account()
    series = make_functions(account, 50 if quick else 2500)
    store(series, dataset.NOW, HOURS)
    make_rules()
    times = 1 if quick else 3
    about = f"{len(series):,} series, three thresholds each, and the catalogue's own"
    measure(account, "judging.lines", about, times, 60)
    for number in range(1, WEEKS + 1):
        store(series, dataset.NOW - number * WEEK + timedelta(hours=1), HOURS + 2)
    seal(dataset.NOW - timedelta(days=2))
    ThresholdRule.objects.filter(severity=Severity.INFO).update(condition="anomaly", above=8, recover=4)
    measure(account, "judging.unusual", f"{about}; one of the three against four weeks", times, 120)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
