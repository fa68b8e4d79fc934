"""Cost Explorer: GetCostAndUsage, by at most two keys, with filters, by the day or the month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dashboard.demo.answers.cost_requests import amount, charges, invalid, page_of, past_period, question
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.billing.bill import month_after, unsettled
from dashboard.demo.world.billing.charges import Charge
from dashboard.demo.world.billing.selection import BadExpressionError, Grouping, grouping
from dashboard.demo.world.billing.standing import date_of, day_of

COSTS = {
    "AmortizedCost": "amortized",
    "BlendedCost": "unblended",
    "NetAmortizedCost": "amortized",
    "NetUnblendedCost": "unblended",
    "UnblendedCost": "unblended",
}
"""Metrics in US dollars; accounts that pay alone, without private discounts, have the same in several."""
USAGE = "UsageQuantity"
MOST_KEYS = 2
ROWS_OF_PAGE = 3000
"""Groups of a page, of all days together."""
Sums = dict[tuple[str, ...], list[Charge]]
Row = tuple[date, date, tuple[str, ...] | None, list[Charge]]
"""First day, day after the last, the group's values and its charges; a span without groups has None."""


@answers("ce", "GetCostAndUsage")
def get_cost_and_usage(asked: Asked) -> Answer:
    """Days that have nothing are there, with nothing; a day's groups may go on on the next page."""
    start, end = past_period(asked)
    metrics, keys = _metrics(asked), _keys(asked)
    rows = asked.bill.remembered(question(asked), lambda: _rows(asked, start, end, keys))
    page, token = page_of(asked, rows, ROWS_OF_PAGE)
    return {
        "GroupDefinitions": asked.get("GroupBy"),
        "ResultsByTime": list(_results(asked, page, metrics, grouped=bool(keys))),
        "DimensionValueAttributes": [],
        "NextPageToken": token,
    }


def _rows(asked: Asked, start: date, end: date, keys: Sequence[Grouping]) -> list[Row]:
    spans = list(_spans(start, end, str(asked.get("Granularity", "DAILY"))))
    by_span = _by_span(spans, charges(asked, start, end))
    rows: list[Row] = []
    for first, last in spans:
        if not keys:
            rows.append((first, last, (), by_span[first]))
            continue
        groups = _grouped(by_span[first], keys)
        rows += [(first, last, key, groups[key]) for key in sorted(groups)] or [(first, last, None, [])]
    return rows


def _metrics(asked: Asked) -> list[str]:
    metrics = [str(one) for one in asked.get("Metrics", ())]
    if not metrics:
        raise invalid("Metrics must not be empty")
    if unknown := [one for one in metrics if one not in COSTS and one != USAGE]:
        raise invalid(f"Invalid metric: {unknown[0]}")
    return metrics


def _keys(asked: Asked) -> list[Grouping]:
    wanted = asked.get("GroupBy") or ()
    if len(wanted) > MOST_KEYS:
        raise invalid(f"Maximum number of groups is {MOST_KEYS}")
    try:
        return [grouping(str(one.get("Type", "DIMENSION")), str(one.get("Key", ""))) for one in wanted]
    except BadExpressionError as error:
        raise invalid(str(error)) from error


def _spans(start: date, end: date, granularity: str) -> Iterator[tuple[date, date]]:
    """Days, or months cut off at both ends."""
    if granularity not in {"DAILY", "MONTHLY"}:
        raise invalid(f"{granularity} granularity is not enabled. Please visit Cost Explorer preferences.")
    while start < end:
        following = start + timedelta(days=1) if granularity == "DAILY" else month_after(start)
        yield start, min(following, end)
        start = following


def _by_span(spans: Sequence[tuple[date, date]], found: Iterable[Charge]) -> defaultdict[date, list[Charge]]:
    """Charges by the first day of the span that they fall into."""
    first_of = {day: first for first, last in spans for day in range(day_of(first), day_of(last))}
    by_span: defaultdict[date, list[Charge]] = defaultdict(list)
    for one in found:
        by_span[first_of[one.day]].append(one)
    return by_span


def _grouped(found: Iterable[Charge], keys: Sequence[Grouping]) -> Sums:
    groups: defaultdict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for one in found:
        groups[tuple(key(one) for key in keys)].append(one)
    return groups


def _results(asked: Asked, page: Iterable[Any], metrics: Sequence[str], *, grouped: bool) -> Iterator[dict[str, Any]]:
    results: dict[date, dict[str, Any]] = {}
    for first, last, key, found in page:
        result = results.setdefault(first, {
            "TimePeriod": {"Start": first.isoformat(), "End": last.isoformat()}, "Total": {}, "Groups": [],
            "Estimated": any(unsettled(day, asked.now) for day in range(day_of(first), day_of(last))),
        })  # fmt: skip
        measured = {metric: _measured(found, metric) for metric in metrics}
        if not grouped:
            result["Total"] = measured
        elif key is not None:
            result["Groups"].append({"Keys": list(key), "Metrics": measured})
    yield from results.values()


def _measured(found: Sequence[Charge], metric: str) -> dict[str, str]:
    if metric == USAGE:
        units = {one.unit for one in found if one.unit}
        return amount(sum(one.quantity for one in found), units.pop() if len(units) == 1 else "N/A")
    name = COSTS[metric]
    return amount(sum(getattr(one, name) for one in found), "USD")


def daily_costs(found: Iterable[Charge]) -> dict[date, float]:
    """Unblended US dollars by day."""
    total: defaultdict[date, float] = defaultdict(float)
    for one in found:
        total[date_of(one.day)] += one.unblended / 1e10
    return total
