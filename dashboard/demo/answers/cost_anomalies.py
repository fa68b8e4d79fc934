"""Cost Anomaly Detection: days on which a service cost far more than that weekday usually does."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

from dashboard.demo.answers.cost_requests import invalid, page_of
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.billing.bill import UNSETTLED_DAYS, day_after
from dashboard.demo.world.billing.charges import USAGE, Charge
from dashboard.demo.world.billing.standing import date_of
from dashboard.demo.world.blueprints import ACCOUNT_NAMES
from dashboard.demo.world.identity import uuid_of

KEPT_DAYS = 90
_LEAST_SHARE, _LEAST_DOLLARS = 0.4, 8.0
_WEEKS = 4
_MOST_CAUSES = 5
_PAGE = 100


class _Rise(NamedTuple):
    """A service's day that cost more than expected, in US dollars."""

    service: str
    day: date
    expected: float
    extra: float


@answers("ce", "GetAnomalyMonitors")
def get_anomaly_monitors(asked: Asked) -> Answer:
    """One, over all services."""
    monitor = {
        "MonitorArn": _monitor(asked),
        "MonitorName": "Services",
        "CreationDate": "2025-01-14T09:12:44.103Z",
        "LastUpdatedDate": "2025-01-14T09:12:44.103Z",
        "MonitorType": "DIMENSIONAL",
        "MonitorDimension": "SERVICE",
        "DimensionalValueCount": 24,
    }
    return {"AnomalyMonitors": [monitor]}


def _monitor(asked: Asked) -> str:
    ident = uuid_of("monitor", asked.account_id)
    return f"arn:aws:ce::{asked.account_id}:anomalymonitor/{ident}"


@answers("ce", "GetAnomalies")
def get_anomalies(asked: Asked) -> Answer:
    """Those that ended, or were seen last, in the interval; its last day is included."""
    raw = asked.get("DateInterval") or {}
    today = day_after(asked.now) - timedelta(days=1)
    try:
        start = date.fromisoformat(str(raw.get("StartDate")))
        end = date.fromisoformat(str(raw.get("EndDate") or today))
    except ValueError as error:
        raise invalid("Dates must be of the form YYYY-MM-DD") from error
    if start > end:
        raise invalid("Start date must not be after end date")
    if start < today - timedelta(days=KEPT_DAYS):
        raise invalid(f"Anomalies are available for the past {KEPT_DAYS} days only")
    found = [one for one in _anomalies(asked, today) if start <= date.fromisoformat(one["AnomalyEndDate"][:10]) <= end]
    page, token = page_of(asked, found, min(int(asked.get("MaxResults", _PAGE)), _PAGE))
    return {"Anomalies": page, "NextPageToken": token}


def _anomalies(asked: Asked, today: date) -> Iterator[dict[str, Any]]:
    """A day is looked at once the bill knows all of it, which is two days later."""
    known = today - timedelta(days=UNSETTLED_DAYS)
    first = today - timedelta(days=KEPT_DAYS)
    since = first - timedelta(weeks=_WEEKS)
    charges = asked.bill.charges(asked.account_id, since, known + timedelta(days=1), asked.now)
    costs: defaultdict[tuple[str, date], float] = defaultdict(float)
    for one in charges:
        if one.record_type == USAGE:
            costs[one.service, date_of(one.day)] += one.unblended / 1e10
    for service, day in sorted(costs, key=lambda key: (key[1], key[0])):
        if first <= day <= known:
            expected = _usual(costs, service, day)
            extra = costs[service, day] - expected
            if expected and extra > max(_LEAST_DOLLARS, expected * _LEAST_SHARE):
                yield _described(asked, _Rise(service, day, expected, extra), charges)


def _usual(costs: defaultdict[tuple[str, date], float], service: str, day: date) -> float:
    """The median of that weekday; 0 where there are too few."""
    before = [costs.get((service, day - timedelta(weeks=back)), 0.0) for back in range(1, _WEEKS + 1)]
    return median(before) if sum(cost > 0 for cost in before) > 2 else 0.0


def _described(asked: Asked, rise: _Rise, charges: list[Charge]) -> dict[str, Any]:
    score = round(min(0.5 + rise.extra / rise.expected / 4, 1.0), 2)
    return {
        "AnomalyId": uuid_of("anomaly", asked.account_id, rise.service, rise.day),
        "AnomalyStartDate": f"{rise.day}T00:00:00Z",
        "AnomalyEndDate": f"{rise.day}T00:00:00Z",
        "DimensionValue": rise.service,
        "RootCauses": _causes(asked, rise.service, rise.day, charges),
        "AnomalyScore": {"MaxScore": score, "CurrentScore": score},
        "Impact": {
            "MaxImpact": round(rise.extra, 4),
            "TotalImpact": round(rise.extra, 4),
            "TotalActualSpend": round(rise.expected + rise.extra, 4),
            "TotalExpectedSpend": round(rise.expected, 4),
            "TotalImpactPercentage": round(100 * rise.extra / rise.expected, 1),
        },
        "MonitorArn": _monitor(asked),
    }


def _causes(asked: Asked, service: str, day: date, charges: list[Charge]) -> list[dict[str, Any]]:
    """Usage types that rose since the same weekday of the week before, the largest rise first."""
    rises: defaultdict[tuple[str, str], float] = defaultdict(float)
    for one in charges:
        if one.service == service and one.record_type == USAGE:
            sign = {day: 1, day - timedelta(weeks=1): -1}.get(date_of(one.day), 0)
            rises[one.region, one.usage_type] += sign * one.unblended / 1e10
    ranked = sorted(((rise, *key) for key, rise in rises.items() if rise > 0), reverse=True)[:_MOST_CAUSES]
    return [
        {
            "Service": service,
            "Region": region,
            "LinkedAccount": asked.account_id,
            "LinkedAccountName": ACCOUNT_NAMES[asked.account_id],
            "UsageType": usage_type,
            "Impact": {"Contribution": round(rise, 4)},
        }
        for rise, region, usage_type in ranked
    ]
