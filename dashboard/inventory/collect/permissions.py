"""Tries the reads that collecting will make, each once, to name the permissions that are missing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from dashboard.aws import AwsError, MetricQuery, PermissionResult, Region
from dashboard.catalog import all_services
from dashboard.catalog.shape import Call, Item, Service
from dashboard.core.windows import Window

LOOK_BACK = timedelta(minutes=15)
NOTHING_SO_SLOW = "responsetime > 86400"
SMALL_PRICE_LIST = "AmazonStates"
"""A service with few products."""
TRANSACTION_SEARCH = "CloudWatchLogs"
"""The destination of segments that are not read from X-Ray itself."""


def try_permissions(here: Region, home: Region, pool: ThreadPoolExecutor) -> list[PermissionResult]:
    """One result per IAM action, failures first. Global services are tried at `home`.

    What can only be asked about something that exists is tried where there is such a thing.
    """
    jobs: list[Callable[[], list[PermissionResult]]] = [
        partial(job, here) for job in (_try_stacks, _try_rest, _try_alarms, _try_traces, _try_money)
    ]
    jobs += [partial(_try_service, home if one.list_region else here, one) for one in all_services().values()]
    return _unique(result for results in pool.map(lambda job: job(), jobs) for result in results)


def _try(actions: Iterable[str], read: Callable[[], Any]) -> tuple[list[PermissionResult], Any]:
    """What a read proves, and what it gave; AWS's word counts for which action was missing."""
    allowed = list(actions)
    try:
        answer = read()
    except AwsError as error:
        return [PermissionResult(error.action or allowed[0], ok=False, error=error)], None
    return [PermissionResult(action, ok=True) for action in allowed], answer


def _try_stacks(here: Region) -> list[PermissionResult]:
    """Stacks, and what is read of one."""
    results, stacks = _try(["cloudformation:DescribeStacks"], here.stacks)
    if not stacks:
        return results
    arn = stacks[0].arn
    reads: Mapping[str, Callable[[], Any]] = {
        "ListStackResources": partial(here.stack_resources, arn),
        "DescribeStackEvents": partial(here.stack_events, arn, datetime.max.replace(tzinfo=UTC)),
        "GetTemplate": partial(here.template, arn),
    }
    for name, read in reads.items():
        results += _try([f"cloudformation:{name}"], read)[0]
    return results


def _try_rest(here: Region) -> list[PermissionResult]:
    """Tags, metrics and one point."""
    now = timezone.now()
    anything = [MetricQuery("AWS/Lambda", "Invocations", {}, "Sum")]
    window = Window(now - LOOK_BACK, now)
    results, _ = _try(["tag:GetResources"], here.tagged)
    results += _try(["cloudwatch:ListMetrics"], partial(here.list_metrics, "AWS/Lambda"))[0]
    return results + _try(["cloudwatch:GetMetricData"], partial(here.metric_data, anything, window, 300))[0]


def _try_alarms(here: Region) -> list[PermissionResult]:
    """Alarms, and what changed of any of them lately."""
    results, _ = _try(["cloudwatch:DescribeAlarms"], here.alarms)
    return (
        results
        + _try(["cloudwatch:DescribeAlarmHistory"], partial(here.alarm_changes, "", timezone.now() - LOOK_BACK))[0]
    )


def _try_traces(here: Region) -> list[PermissionResult]:
    """The service graph, summaries, and a trace that is not there, by the way in which whole traces are read."""
    now = timezone.now()
    window = Window(now - LOOK_BACK, now)
    results, destination = _try(["xray:GetTraceSegmentDestination"], here.trace_destination)
    results += _try(["xray:GetGroups"], here.trace_groups)[0]
    results += _try(["xray:GetServiceGraph"], partial(here.service_graph, window))[0]
    results += _try(["xray:GetTraceSummaries"], partial(here.trace_summaries, window, NOTHING_SO_SLOW, most=1))[0]
    nowhere = [f"1-{int(now.timestamp()):08x}-{'0' * 24}"]
    if destination == TRANSACTION_SEARCH:
        retrieval = ["xray:StartTraceRetrieval", "xray:ListRetrievedTraces"]
        return results + _try(retrieval, partial(here.retrieved_traces, nowhere, window))[0]
    return results + _try(["xray:BatchGetTraces"], partial(here.traces, nowhere))[0]


def _try_money(here: Region) -> list[PermissionResult]:
    """Costs, forecast, anomalies and their tags, some cents together; budgets and list prices, which are free."""
    today = timezone.now().date()
    day = timedelta(days=1)
    reads: Mapping[str, Callable[[], Any]] = {
        "ce:GetCostAndUsage": partial(here.costs, today - day, today),
        "ce:GetCostForecast": partial(here.cost_forecast, today + day, today + 2 * day, granularity="DAILY"),
        "ce:GetAnomalies": partial(here.cost_anomalies, today - day, today),
        "ce:ListCostAllocationTags": here.cost_tags,
        "budgets:ViewBudget": here.budgets,
        "pricing:GetProducts": partial(here.price_list, SMALL_PRICE_LIST, here.name),
    }
    return [result for action, read in reads.items() for result in _try([action], read)[0]]


def _try_service(place: Region, service: Service) -> list[PermissionResult]:
    """The listing of a service, and the details of the first resource in it."""
    results, items = _try([place.action(service.listing.call)], partial(place.list_service, service))
    if not items:
        return results
    if service.listing.each:
        results.append(PermissionResult(place.action(service.listing.each), ok=True))
    for call, read in _details(place, service, items[0]):
        results += _try([place.action(call)], read)[0]
    return results


def _details(place: Region, service: Service, item: Item) -> Iterator[tuple[Call, Callable[[], Any]]]:
    """The other calls of a service; those about one resource only when the listing's entry can be read."""
    for key, call in service.region_details.items():
        yield call, partial(place.region_detail, service, key)
    try:
        identity = service.listing.identify(item)
    except (KeyError, TypeError, AttributeError):
        return
    for key, call in service.details.items():
        yield call, partial(place.detail, service, key, identity, item)


def _unique(results: Iterable[PermissionResult]) -> list[PermissionResult]:
    """One per action, failures first."""
    by_action: dict[str, PermissionResult] = {}
    for result in results:
        known = by_action.get(result.action)
        if known is None or (known.ok and not result.ok):
            by_action[result.action] = result
    return sorted(by_action.values(), key=lambda result: (result.ok, result.action))
