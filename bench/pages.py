"""page.*: server time, queries, refresh and weight of the pages at 2,000 resources, 40 stacks, 30 days.

All series have 30 days of hours and a day of fine points; the stacks' signals and one stack's resources have 30 days
of fine points. Everything went through the product's own write path.
"""

import gzip
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import dataset
from bench.measure import Result, median, percentile, report
from dashboard.catalog import all_services
from dashboard.core.units import Unit
from dashboard.health.write import judge_region
from dashboard.inventory.models import Account, Deploy, Link, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import computed_series, place, seal, store_hourly, store_points
from dashboard.polls.models import Target
from dashboard.polls.write import ensure_targets

SERVICES = ("lambda", "sqs", "dynamodb", "apigateway_http", "sns", "rds", "kinesis", "step_functions")
SIGNALS = (("traffic", Unit.COUNT), ("errors", Unit.COUNT), ("latency", Unit.MILLISECONDS), ("saturation", Unit.SHARE))
MONTH = 30


def build(stacks: int, resources: int, now: datetime) -> tuple[Stack, Resource]:
    """Fill the tables; gives the stack and the resource that have the most to show."""
    account = dataset.make_account()
    made = [make_stack(account, index, resources // stacks, now) for index in range(stacks)]
    series = list(Series.objects.filter(resource__isnull=False).order_by("pk"))
    signals = [computed_series(stack, name, unit) for stack in made for name, unit in SIGNALS]
    Series.objects.update(fine_from=now - timedelta(days=40), backfilled_at=now)
    detailed = [one for one in series if one.resource and one.resource.stack_id == made[0].pk]
    fill_fine([*signals, *detailed], MONTH, now)
    fill_hours(series, now)
    fill_fine(series, 1, now)
    ensure_targets(account, now, [(dataset.REGION, "metrics_5m", 3), (dataset.REGION, "metrics_1h", 1)])
    later = now + timedelta(hours=1)
    Target.objects.update(last_attempt_at=now, last_success_at=now, due_at=later, every=timedelta(hours=2))
    judge_region(account, dataset.REGION, now)
    return made[0], Resource.objects.filter(stack=made[0], service="lambda").order_by("pk")[0]


def make_stack(account: Account, index: int, resources: int, now: datetime) -> Stack:
    """A stack with resources of eight services, links between neighbours, deploys of a month."""
    stack = dataset.make_stack(account, f"stack-{index:02}")
    catalogue = all_services()
    keys = [SERVICES[number % len(SERVICES)] for number in range(resources)]
    rows = Resource.objects.bulk_create(
        Resource(
            account=account, stack=stack, region=dataset.REGION, service=key, name=f"{stack.name}-{key}-{number}",
            physical_id=f"{stack.name}-{key}-{number}", first_seen_at=now, seen_at=now,
        )
        for number, key in enumerate(keys)
    )  # fmt: skip
    wanted = [
        Series(
            resource=row, metric=metric.key, namespace=catalogue[row.service].namespace, name=metric.name,
            statistic=metric.statistic, unit=metric.unit, dimensions={"Name": row.name},
        )
        for row in rows
        for metric in catalogue[row.service].metrics
        if metric.period is None
    ]  # fmt: skip
    place(wanted, account, dataset.REGION, dataset.PERIOD)
    Link.objects.bulk_create(
        Link(source=one, target=other, read_from=one, kind="target", seen_at=now) for one, other in pairwise(rows)
    )
    Deploy.objects.bulk_create(
        Deploy(
            stack=stack, started_at=now - timedelta(days=day), finished_at=now - timedelta(days=day, minutes=-4),
            action="update", result="succeeded",
        )
        for day in range(MONTH)
    )  # fmt: skip
    return stack


def fill_fine(series: list[Series], number_of_days: int, now: datetime) -> None:
    """Fine points, sealed as time would."""
    for times in dataset.days(number_of_days, now - timedelta(minutes=5)):
        store_points(series, times.tolist(), dataset.values_of(len(series), times, seed=int(times[0])))
        if number_of_days > 1:
            seal(datetime.fromtimestamp(int(times[-1]), now.tzinfo))


def fill_hours(series: list[Series], now: datetime) -> None:
    """Hours of a month."""
    end = int(now.timestamp()) // 3600 * 3600
    hours = np.arange(end - MONTH * 86_400, end, 3600, dtype=np.int64)
    store_hourly([one.pk for one in series], hours.tolist(), dataset.values_of(len(series), hours))


def measure_page(client: Client, name: str, url: str, goal: float, times: int) -> None:
    """p95 of the server's time for a whole page, and its queries."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    count = len(queries)  # before the next request empties the log
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}.")
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        client.get(url)
        taken.append((time.perf_counter() - started) * 1000)
    value, middle = percentile(taken, 0.95), percentile(taken, 0.5)
    said = f"p50 {middle:.1f} ms, {len(response.content) / 1000:.0f} kB"
    report(Result(f"page.{name}", value, "ms p95", said, None, f"≤ {goal} ms", value <= goal))
    report(Result(f"page.{name}.queries", count, "queries", "", None, "≤ 12", count <= 12))


def measure_refresh(client: Client, url: str, times: int) -> None:
    """A refresh of a page whose data are the same."""
    tag = client.get(url).headers["ETag"]
    if client.get(url, headers={"if-none-match": tag}).status_code != 304:
        raise RuntimeError("A refresh without new data did not answer 304.")
    value = median(lambda: client.get(url, headers={"if-none-match": tag}), times) * 1000
    report(Result("page.refresh", value, "ms", "304, middleware included", None, "≤ 2 ms", value <= 2))


def measure_weight(client: Client, url: str) -> None:
    """Bytes of the first view: the page, its styles, scripts, font and icons, without the chart library."""
    page = client.get(url).content
    files = sorted(first_view_files(page.decode()))
    weights = {name: weight_of(Path(name)) for name in files}
    value = (len(gzip.compress(page)) + sum(weights.values())) / 1000
    heaviest = ", ".join(
        f"{Path(name).name} {size / 1000:.0f}" for name, size in sorted(weights.items(), key=lambda one: -one[1])[:3]
    )
    said = f"page {len(gzip.compress(page)) / 1000:.0f}, {heaviest}; {len(files)} files"
    report(Result("page.weight", value, "kB gzipped", said, None, "≤ 100 kB", value <= 100))


def weight_of(path: Path) -> int:
    """Bytes on the wire; fonts are compressed already."""
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else len(gzip.compress(content, 9))


def first_view_files(page: str) -> set[str]:
    """Paths of the static files that a browser loads for a page, modules imported by modules included."""
    named = re.findall(r'(?:href|src)="/?static/([^"#]+)', page)
    waiting = [found for name in named if "plotly" not in name and (found := finders.find(name))]
    files: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in files:
            files.add(path)
            waiting += [*imports_of(Path(path))]
    return files


def imports_of(path: Path) -> Iterator[str]:
    """Modules that a module always imports."""
    if path.suffix == ".js":
        for name in re.findall(r'^import (?:[^"\']+ from )?["\'](\./[^"\']+)["\']', path.read_text(), re.MULTILINE):
            yield str((path.parent / name).resolve())


def main(quick: bool) -> None:
    """Build, then measure."""
    now = timezone.now()
    stack, resource = build(4 if quick else 40, 80 if quick else 2000, now)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bench", "bench@example.com", "bench"))
    times = 10 if quick else 40
    measure_page(client, "overview", "/", 60, times)
    measure_page(client, "stack", f"/stacks/{stack.pk}/", 60, times)
    measure_page(client, "resource", f"/resources/{resource.pk}/", 40, times)
    measure_refresh(client, "/", times)
    measure_weight(client, "/")


if __name__ == "__main__":
    main("--quick" in sys.argv)
