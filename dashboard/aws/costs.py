"""Cost Explorer: settled costs, AWS's forecast, and the anomalies that AWS found.

Cost Explorer is asked in us-east-1 whatever the region; each page costs money (catalog/prices/api_calls.py).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from dashboard.aws.calls import Caller
from dashboard.aws.cost_values import CostAnomaly, CostDay, CostForecast, CostGroup, Granularity, GroupKey
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.sessions import GLOBAL_REGION

UNBLENDED, AMORTIZED, USAGE = "UnblendedCost", "AmortizedCost", "UsageQuantity"
METRICS = (UNBLENDED, AMORTIZED, USAGE)
UNAVAILABLE = "DataUnavailableException"
"""Said of forecasts for accounts with too little history."""
NAMED = frozenset({"TAG", "COST_CATEGORY"})
"""Kinds of groups whose keys come as `key$value`."""
TAG_LOOK_BACK = timedelta(days=30)


def costs(
    caller: Caller,
    start: date,
    end: date,
    *,
    by: Sequence[GroupKey] = (),
    granularity: Granularity = "DAILY",
    where: Mapping[str, Any] | None = None,
) -> list[CostDay]:
    """Unblended and amortized costs and usage from `start` until before `end`, oldest first. Raises AwsError.

    `by` are at most two keys; `where` is a filter in the form of the API. A day whose groups are spread over pages
    comes back whole.
    """
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": granularity,
        "Metrics": list(METRICS),
    }
    if by:
        asked["GroupBy"] = [{"Type": key.type, "Key": key.key} for key in by]
    if where:
        asked["Filter"] = where
    pages = caller.pages("ce", "get_cost_and_usage", asked, ("ResultsByTime",), region=GLOBAL_REGION)
    return _joined(_day(one, by) for page in pages for one in page["ResultsByTime"])


def _joined(parts: Any) -> list[CostDay]:
    """One per day, oldest first."""
    whole: dict[date, CostDay] = {}
    for part in parts:
        before = whole.get(part.day)
        whole[part.day] = part if before is None else _both(before, part)
    return [whole[day] for day in sorted(whole)]


def _both(one: CostDay, other: CostDay) -> CostDay:
    return CostDay(
        one.day,
        one.estimated or other.estimated,
        one.groups + other.groups,
        one.unblended if other.unblended is None else other.unblended,
        one.amortized if other.amortized is None else other.amortized,
        one.currency or other.currency,
    )


def _day(raw: Mapping[str, Any], by: Sequence[GroupKey]) -> CostDay:
    """A day as it stands on one page; a day without any cost has groups or totals of nothing at all."""
    groups = tuple(_group(one, by) for one in raw.get("Groups") or ())
    total = raw.get("Total") or {}
    unblended = _amount(total[UNBLENDED]) if total else None
    currency = _unit(total[UNBLENDED]) if total else groups[0].currency if groups else ""
    return CostDay(
        day=date.fromisoformat(raw["TimePeriod"]["Start"][:10]),
        estimated=bool(raw["Estimated"]),
        groups=groups,
        unblended=unblended,
        amortized=_amount(total[AMORTIZED]) if total else None,
        currency=currency,
    )


def _group(raw: Mapping[str, Any], by: Sequence[GroupKey]) -> CostGroup:
    metrics = raw["Metrics"]
    currency = _unit(metrics[UNBLENDED])
    if _unit(metrics[AMORTIZED]) != currency:
        raise ValueError("it has two currencies in one group")
    return CostGroup(
        keys=tuple(_value(text, key) for text, key in zip(raw["Keys"], by, strict=True)),
        unblended=_amount(metrics[UNBLENDED]),
        amortized=_amount(metrics[AMORTIZED]),
        usage=_amount(metrics[USAGE]),
        usage_unit=_unit(metrics[USAGE]),
        currency=currency,
    )


def _value(text: str, key: GroupKey) -> str:
    """The value behind `key$`; a tag's key may itself hold a dollar sign, so that the asked one is cut off."""
    return text.removeprefix(f"{key.key}$") if key.type in NAMED else text


def _amount(raw: Mapping[str, Any]) -> Decimal:
    """The amount of a metric. Raises ValueError for what is none."""
    return decimal(raw["Amount"])


def _unit(raw: Mapping[str, Any]) -> str:
    return str(raw.get("Unit") or "")


def decimal(raw: Any) -> Decimal:
    """An exact number of AWS's text or number. Raises ValueError for what is none."""
    try:
        number = Decimal(str(raw))
    except DecimalException as error:
        raise ValueError(f"{raw!r} is no number") from error
    if not number.is_finite():
        raise ValueError(f"{raw!r} is no amount")
    return number


def cost_forecast(
    caller: Caller, start: date, end: date, *, granularity: Granularity, level: int = 80
) -> list[CostForecast]:
    """Unblended cost that AWS expects, with an interval of so many percent; empty where it can't tell yet.

    Raises AwsError.
    """
    asked = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": granularity,
        "Metric": "UNBLENDED_COST",
        "PredictionIntervalLevel": level,
    }
    required = ("Total", "ForecastResultsByTime")
    answer = caller.call("ce", "get_cost_forecast", asked, required, absent=(UNAVAILABLE,), region=GLOBAL_REGION)
    if answer is None:
        return []
    currency = _unit(answer["Total"])
    return [_forecast(one, currency) for one in answer["ForecastResultsByTime"]]


def _forecast(raw: Mapping[str, Any], currency: str) -> CostForecast:
    mean = decimal(raw["MeanValue"])
    low = decimal(raw.get("PredictionIntervalLowerBound", mean))
    high = decimal(raw.get("PredictionIntervalUpperBound", mean))
    if not low <= mean <= high:
        raise ValueError("a forecast lies outside of its own interval")
    return CostForecast(date.fromisoformat(raw["TimePeriod"]["Start"][:10]), mean, low, high, currency)


def cost_anomalies(caller: Caller, start: date, end: date) -> list[CostAnomaly]:
    """Anomalies that ended, or were last seen, from `start` to `end`, both included. Raises AwsError."""
    asked = {"DateInterval": {"StartDate": start.isoformat(), "EndDate": end.isoformat()}, "MaxResults": 100}
    pages = caller.pages("ce", "get_anomalies", asked, ("Anomalies",), region=GLOBAL_REGION)
    return [_anomaly(one) for page in pages for one in page["Anomalies"]]


def _anomaly(raw: Mapping[str, Any]) -> CostAnomaly:
    impact = raw["Impact"]
    cause: Mapping[str, Any] = max(raw.get("RootCauses") or [{}], key=_contribution)
    total = decimal(impact["TotalImpact"] if "TotalImpact" in impact else impact["MaxImpact"])
    ended = raw.get("AnomalyEndDate")
    return CostAnomaly(
        id=str(raw["AnomalyId"]),
        start=date.fromisoformat(raw["AnomalyStartDate"][:10]),
        end=date.fromisoformat(ended[:10]) if ended else None,
        service=str(cause.get("Service") or raw.get("DimensionValue") or ""),
        region=str(cause.get("Region") or ""),
        linked_account=str(cause.get("LinkedAccount") or ""),
        usage_type=str(cause.get("UsageType") or ""),
        impact=total,
        expected=decimal(impact.get("TotalExpectedSpend") or 0),
        actual=decimal(impact.get("TotalActualSpend") or total),
        score=float(raw["AnomalyScore"]["MaxScore"]),
    )


def _contribution(cause: Mapping[str, Any]) -> float:
    """What a cause weighs; AWS lists the weightiest first where it does not say."""
    return float((cause.get("Impact") or {}).get("Contribution") or 0)


def cost_tags(caller: Caller, today: date) -> list[str]:
    """Keys of the tags that costs can be grouped by. Raises AwsError.

    A member of an organization may not list them; there the tags that its costs of the last month have are told.
    """
    asked = {"Status": "Active"}
    try:
        pages = list(
            caller.pages("ce", "list_cost_allocation_tags", asked, ("CostAllocationTags",), region=GLOBAL_REGION)
        )
    except AwsError as error:
        if error.kind != ErrorKind.ACCESS_DENIED:
            raise
        return _tags_of_costs(caller, today)
    return [str(one["TagKey"]) for page in pages for one in page["CostAllocationTags"]]


def _tags_of_costs(caller: Caller, today: date) -> list[str]:
    period = {"Start": (today - TAG_LOOK_BACK).isoformat(), "End": today.isoformat()}
    pages = caller.pages("ce", "get_tags", {"TimePeriod": period}, ("Tags",), region=GLOBAL_REGION)
    return [str(key) for page in pages for key in page["Tags"] if key]
