"""CloudWatch: points of many metrics at once, and which metrics exist."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.aws import classify
from dashboard.aws.calls import Caller
from dashboard.aws.values import ListedMetric, MetricAnswer, MetricQuery
from dashboard.core.windows import Window

ACTION = "cloudwatch:GetMetricData"
MOST_QUERIES = 500
"""Limit of one GetMetricData (botocore's model of CloudWatch)."""


def metric_data(caller: Caller, queries: Sequence[MetricQuery], window: Window, period: int) -> MetricAnswer:
    """Points of up to 500 queries in [start, end); pages are merged by query.

    Raises AwsError, and ValueError for more queries than one call takes.
    """
    if len(queries) > MOST_QUERIES:
        raise ValueError(f"One call takes {MOST_QUERIES} queries, not {len(queries)}.")
    request: dict[str, Any] = {
        "MetricDataQueries": [_query(index, query, period) for index, query in enumerate(queries)],
        "StartTime": window.start,
        "EndTime": window.end,
        "ScanBy": "TimestampAscending",
    }
    results: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    while True:
        metrics = 0 if seen else len(queries)
        answer = caller.call("cloudwatch", "get_metric_data", request, ("MetricDataResults",), units=metrics)
        results += answer["MetricDataResults"]
        token = answer.get("NextToken")
        if not token:
            break
        if token in seen:
            raise classify.invalid(ACTION, "it promises the same page again and again")
        seen.add(token)
        request["NextToken"] = token
    try:
        return _merged(results, len(queries))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise classify.invalid(ACTION, str(error) or type(error).__name__) from error


def _query(index: int, query: MetricQuery, period: int) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in query.dimensions.items()]
    metric = {"Namespace": query.namespace, "MetricName": query.name, "Dimensions": dimensions}
    return {
        "Id": f"q{index}",
        "MetricStat": {"Metric": metric, "Period": period, "Stat": query.statistic},
        "ReturnData": True,
    }


def _merged(results: Iterable[Mapping[str, Any]], size: int) -> MetricAnswer:
    """Lay all results on one time axis. Raises ValueError for answers that contradict themselves."""
    kept = []
    unfinished = dict.fromkeys(range(size), True)
    for result in results:
        index, times, values = int(result["Id"][1:]), result["Timestamps"], result["Values"]
        if len(times) != len(values):
            raise ValueError("it has another number of times than of values")
        if not 0 <= index < size:
            raise ValueError("it answers a query that was not asked")
        unfinished[index] = result.get("StatusCode", "Complete") != "Complete"
        if times:
            kept.append((index, np.asarray(times, np.float64).astype(np.int64), np.asarray(values, np.float64)))
    if not all(np.isfinite(values).all() for _, _, values in kept):
        raise ValueError("it has values that are not numbers")
    at = np.unique(np.concatenate([times for _, times, _ in kept])) if kept else np.empty(0, np.int64)
    matrix = np.full((len(at), size), math.nan)
    for index, times, values in kept:
        matrix[np.searchsorted(at, times), index] = values
    return MetricAnswer(at, matrix, tuple(sorted(index for index, open_ in unfinished.items() if open_)))


def list_metrics(caller: Caller, namespace: str, *, recently_active: bool, name: str = "") -> list[ListedMetric]:
    """Metrics of a namespace; `recently_active` means within three hours. Raises AwsError."""
    request: dict[str, Any] = {"Namespace": namespace}
    if name:
        request["MetricName"] = name
    if recently_active:
        request["RecentlyActive"] = "PT3H"
    return [
        ListedMetric(
            metric["Namespace"],
            metric["MetricName"],
            {one["Name"]: one["Value"] for one in metric.get("Dimensions", ())},
        )
        for page in caller.pages("cloudwatch", "list_metrics", request, ("Metrics",))
        for metric in page["Metrics"]
    ]
