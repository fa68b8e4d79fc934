"""Checks and understands a GetMetricData request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Asked
from dashboard.demo.world.world import SeriesName

MAX_QUERIES = 500
MAX_POINTS = 100_800
_ID = re.compile(r"[a-z][a-zA-Z0-9_]{0,254}")
_STATISTIC = re.compile(r"Sum|Average|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d{1,10})?|100)")
_SHORT = (1, 5, 10, 20, 30)


@dataclass(frozen=True)
class Query:
    """One wanted series: `step` and `start` are in minutes since 1970."""

    id: str
    label: str
    name: SeriesName
    statistic: str
    step: int
    start: int
    count: int
    expired: bool = False


def read_queries(asked: Asked) -> list[Query]:
    """Every query whose data is returned. Raises AnswerError as CloudWatch does."""
    wanted = asked.get("MetricDataQueries", [])
    start, end = asked.get("StartTime"), asked.get("EndTime")
    if start is None or end is None or start >= end:
        raise _invalid("The parameter StartTime must be less than the parameter EndTime.", "InvalidParameterValue")
    if not wanted:
        raise _invalid("The parameter MetricDataQueries is required.", "MissingParameter")
    if len(wanted) > MAX_QUERIES:
        raise _invalid(f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.")
    ids = [str(query.get("Id", "")) for query in wanted]
    if any(not _ID.fullmatch(one) for one in ids):
        raise _invalid("The value for parameter MetricDataQueries.member.Id must start with a lowercase letter.")
    if len(set(ids)) < len(ids):
        raise _invalid("The values for parameter id in MetricDataQueries are not unique.")
    return [_read(query, start, end, asked.now) for query in wanted if query.get("ReturnData") is not False]


def _read(query: Mapping[str, Any], start: datetime, end: datetime, now: int) -> Query:
    stat = query.get("MetricStat")
    if stat is None:
        raise _invalid("Metric math and Metrics Insights are not simulated: use MetricStat.")
    metric = stat.get("Metric", {})
    statistic, period = str(stat.get("Stat", "")), int(stat.get("Period", 0))
    if not _STATISTIC.fullmatch(statistic):
        raise _invalid(
            f"The value {statistic} for parameter MetricDataQueries.member.MetricStat.Stat is not supported."
        )
    if period not in _SHORT and (period <= 0 or period % 60):
        raise _invalid("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    dimensions = tuple(sorted((one["Name"], one["Value"]) for one in metric.get("Dimensions", [])))
    first = _rounded(int(start.timestamp()), now)
    minutes = max(period // 60, 1)
    count = max(-(-(int(end.timestamp()) - first * 60) // (minutes * 60)), 0)
    expired = period < _kept_period(now - first * 60)
    return Query(
        id=str(query["Id"]),
        label=str(query.get("Label") or metric.get("MetricName", "")),
        name=(str(metric.get("Namespace", "")), str(metric.get("MetricName", "")), dimensions),
        statistic=statistic,
        step=minutes,
        start=first,
        count=count,
        expired=expired,
    )


def _rounded(start: int, now: int) -> int:
    """Start in minutes, rounded down to a minute, five minutes or an hour by its age."""
    age = now - start
    coarse = 1 if age < 15 * 86_400 else 5 if age < 63 * 86_400 else 60
    return start // (coarse * 60) * coarse


def _kept_period(age: int) -> int:
    """The finest period in seconds that is still kept for data of that age."""
    if age <= 15 * 86_400:
        return 60
    if age <= 63 * 86_400:
        return 300
    return 3600 if age <= 455 * 86_400 else 10**9


def _invalid(message: str, code: str = "ValidationError") -> AnswerError:
    return AnswerError(code, message)
