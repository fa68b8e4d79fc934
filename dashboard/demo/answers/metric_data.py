"""CloudWatch GetMetricData and GetMetricStatistics, straight from the world."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson

from dashboard.demo.answers.metric_queries import MAX_POINTS, Query, read_queries
from dashboard.demo.errors import AnswerError
from dashboard.demo.faults import FaultKind
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.outgoing import Raw
from dashboard.demo.pages import read_token, write_token
from dashboard.demo.world.noise import Floats

_JSON = "application/x-amz-json-1.0"


@answers("cloudwatch", "GetMetricData")
def get_metric_data(asked: Asked) -> Answer:
    """Pages of at most MaxDatapoints values; a series cut by a page says PartialData."""
    queries = read_queries(asked)
    order = str(asked.get("ScanBy", "TimestampDescending"))
    if order not in {"TimestampDescending", "TimestampAscending"}:
        raise AnswerError("InvalidParameterValue", "ScanBy must be TimestampDescending or TimestampAscending.")
    most = min(int(asked.get("MaxDatapoints", MAX_POINTS)), MAX_POINTS)
    first = read_token(asked.get("NextToken"))
    results, total = _page(asked, queries, first, first + most, order == "TimestampDescending")
    return _answer(asked, results, write_token(first + most) if total > first + most else None)


def _page(
    asked: Asked, queries: list[Query], first: int, last: int, descending: bool
) -> tuple[list[dict[str, Any]], int]:
    """What of the queries lies in the page [first, last), counted in periods, and how many periods there are."""
    results: list[dict[str, Any]] = []
    begin = 0
    for query in queries:
        end = begin + query.count
        empty = not query.count and first <= begin < last
        if empty or (begin < last and end > first):
            times, values = _points(asked, query, descending)
            results.append(_result(query, times, values, max(first - begin, 0), min(last - begin, query.count)))
        begin = end
    return results, begin


def _points(asked: Asked, query: Query, descending: bool) -> tuple[Floats, Floats]:
    """Times and values of every period, NaN where there is nothing."""
    times = np.asarray((query.start + np.arange(query.count) * query.step) * 60.0, dtype=np.float64)
    series = asked.world.series_in(asked.account_id, asked.region).get(query.name)
    if series is None or query.expired:
        values = np.full(query.count, np.nan)
    else:
        now = asked.now - _lateness(asked)
        values = asked.world.values(series, query.statistic, query.start, query.step, query.count, now=now)
    return (times[::-1], values[::-1]) if descending else (times, values)


def _lateness(asked: Asked) -> int:
    late = asked.faults.on_data(FaultKind.LATE_DATA, asked.account_id, asked.region)
    return int(late.seconds) if late else 0


def _result(query: Query, times: Floats, values: Floats, first: int, last: int) -> dict[str, Any]:
    times, values = times[first:last], values[first:last]
    there = ~np.isnan(values)
    return {
        "Id": query.id,
        "Label": query.label,
        "Timestamps": times[there].astype(np.int64).tolist(),
        "Values": values[there].tolist(),
        "StatusCode": "Complete" if last >= query.count else "PartialData",
    }


def _answer(asked: Asked, results: list[dict[str, Any]], token: str | None) -> Answer:
    if asked.faults.on_data(FaultKind.NAN, asked.account_id, asked.region):
        results = [{**result, "Values": [float("nan")] * len(result["Values"])} for result in results]
        return {"MetricDataResults": [_dated(result) for result in results], "Messages": []}
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if token:
        answer["NextToken"] = token
    sample = {**answer, "MetricDataResults": [_dated(result, 2) for result in results[:5]]}
    if asked.protocol == "json":
        return Raw(orjson.dumps(answer), _JSON, sample)
    return {**answer, "MetricDataResults": [_dated(result) for result in results]}


def _dated(result: Mapping[str, Any], most: int | None = None) -> dict[str, Any]:
    """With times as datetimes, as the model has them."""
    times = [datetime.fromtimestamp(at, UTC) for at in result["Timestamps"][:most]]
    return {**result, "Timestamps": times, "Values": result["Values"][:most]}
