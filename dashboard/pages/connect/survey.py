"""Tries a connection: who it leads to, what may be read, where there is something to collect."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings

from dashboard import aws
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.roles import check_role
from dashboard.catalog import all_services
from dashboard.core.connection import Connection
from dashboard.pages.connect.draft import Trial

HOME = "us-east-1"
"""Where global services are listed; enabled in every account."""


def survey(connection: Connection) -> Trial:
    """Try everything once. Never raises AwsError: what stopped the trial is in it."""
    try:
        if connection.role_arn:
            check_role(connection)
        home = aws.open(connection, HOME)
        account_id = home.identity()
        regions = sorted(home.enabled_regions())
    except AwsError as error:
        return Trial(error={"title": error.message, "todo": error.remedy})
    with ThreadPoolExecutor(settings.AWS_THREADS) as pool:
        stacks = dict(zip(regions, pool.map(partial(_count_stacks, connection), regions), strict=True))
        busy = [region for region in regions if stacks[region]] or regions[:1]
        permissions = _try_reads(connection, busy[0], pool)
        metrics = dict(zip(busy, (_count_metrics(connection, region, pool) for region in busy), strict=True))
    return Trial(account_id=account_id, regions=regions, permissions=permissions, stacks=stacks, metrics=metrics)


def _count_stacks(connection: Connection, region: str) -> int:
    """CloudFormation stacks of a region; 0 where asking failed."""
    try:
        return sum(not stack.root_arn for stack in aws.open(connection, region).stacks())
    except AwsError:
        return 0


def _count_metrics(connection: Connection, region: str, pool: ThreadPoolExecutor) -> int:
    """Metrics that the catalogue would collect there: those that exist, times the statistics wanted of each."""
    wanted = _statistics_by_metric()

    def count(namespace: str) -> int:
        try:
            listed = aws.open(connection, region).list_metrics(namespace)
        except AwsError:
            return 0
        return sum(wanted[namespace].get(metric.name, 0) for metric in listed)

    return sum(pool.map(count, wanted))


def _statistics_by_metric() -> dict[str, dict[str, int]]:
    """By namespace and name: how many statistics are asked for every few minutes.

    Services that share a namespace share its metrics too: the one that wants most counts.
    """
    wanted: dict[str, dict[str, int]] = {}
    for service in all_services().values():
        names = Counter(metric.name for metric in service.metrics if metric.period is None)
        known = wanted.setdefault(service.namespace, {})
        known.update({name: max(count, known.get(name, 0)) for name, count in names.items()})
    return wanted


def _try_reads(connection: Connection, region: str, pool: ThreadPoolExecutor) -> list[dict[str, Any]]:
    """One cheap read for each kind of call; each gives a row with the IAM action, and what AWS said."""
    here, home = aws.open(connection, region), aws.open(connection, HOME)
    reads: list[tuple[str, Callable[[], object]]] = [
        ("cloudformation:DescribeStacks", here.stacks),
        ("tag:GetResources", here.tagged),
        ("cloudwatch:ListMetrics", partial(here.list_metrics, "AWS/Lambda")),
    ]
    for service in all_services().values():
        place = home if service.list_region else here
        reads.append((service.actions[0], partial(place.list_service, service)))
    return _unique(pool.map(lambda read: _try(*read), reads))


def _try(action: str, read: Callable[[], object]) -> dict[str, Any]:
    try:
        read()
    except AwsError as error:
        name = error.action or action
        denied = error.kind == ErrorKind.ACCESS_DENIED
        return {"action": name, "ok": False, "denied": denied, "message": error.message, "remedy": error.remedy}
    return {"action": action, "ok": True, "denied": False, "message": "", "remedy": ""}


def _unique(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per action, missing ones first."""
    by_action: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = by_action.get(row["action"])
        if known is None or (known["ok"] and not row["ok"]):
            by_action[row["action"]] = row
    return sorted(by_action.values(), key=lambda row: (row["ok"], row["action"]))
