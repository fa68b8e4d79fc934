"""Chart cards described for the chart part: which lines, which unit, which threshold."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from dashboard.catalog.ratios import PERIOD
from dashboard.catalog.shape import Service, Severity, Threshold
from dashboard.core.units import Unit, format_value
from dashboard.inventory.models import Deploy, Resource, Stack
from dashboard.metrics.models import Series

Card = dict[str, Any]
PERCENTILES = ("p50", "p90", "p95", "p99")
ONCE = ("traffic", "errors", "throttles")
SEVERITIES = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
RESULTS = {"running": "running", "succeeded": "succeeded", "rolled_back": "rolled back", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Described:
    """A metric or derived metric, as charts and tables need it."""

    key: str
    label: str
    unit: Unit
    statistic: str


def describe(service: Service) -> dict[str, Described]:
    """All metrics of a service, derived ones included, by key."""
    stored = {one.key: Described(one.key, one.label or one.name, one.unit, one.statistic) for one in service.metrics}
    return stored | {one.key: Described(one.key, one.label, one.unit, "") for one in service.derived}


def available(service: Service, resource: Resource, stored: Collection[str]) -> set[str]:
    """Keys that a resource has lines for: what AWS reports, zeros that it leaves out, and what follows from both."""
    if not stored:
        return set()
    keys = set(stored) | {one.key for one in service.metrics if one.absent_is_zero and one.period is None}
    for one in service.derived:
        limits_known = all(limit == PERIOD or resource.limits.get(limit) is not None for limit in one.limits)
        if limits_known and set(one.needs) <= keys:
            keys.add(one.key)
    return keys


def resource_charts(service: Service, resource: Resource, stored: Collection[str], guilty: str = "") -> list[Card]:
    """The catalogue's charts in its order, split where units differ; charts without any line are left out."""
    known, keys = describe(service), available(service, resource, stored)
    url = console_url(service, resource)
    cards = []
    for number, chart in enumerate(service.charts):
        lines = [known[key] for key in chart.metrics if key in keys]
        for unit in dict.fromkeys(line.unit for line in lines):
            same = [line for line in lines if line.unit == unit]
            cards.append(_card(service, resource, number, same, guilty) | {"url": url})
    return cards


def chart_of(service: Service, metric: str) -> str:
    """The id of the chart that shows a metric, to link to; blank when none does."""
    unit = next((one.unit for one in describe(service).values() if one.key == metric), None)
    numbers = (number for number, chart in enumerate(service.charts) if metric in chart.metrics)
    return next((f"chart-{number}-{unit}" for number in numbers), "")


def _card(service: Service, resource: Resource, number: int, lines: Sequence[Described], guilty: str) -> Card:
    """One card of lines of one unit."""
    chart, unit = service.charts[number], lines[0].unit
    whole = {one.unit for one in describe(service).values() if one.key in chart.metrics} == {unit}
    return {
        "id": f"chart-{number}-{unit}",
        "title": chart.title if whole else f"{chart.title}: {', '.join(line.label for line in lines)}",
        "kind": chart.kind if len(lines) > 1 or chart.kind != "area" else "line",
        "unit": unit.value,
        "from_zero": chart.kind == "area",
        "series": [
            {
                "id": f"r{resource.pk}.{line.key}",
                "label": line.statistic if chart.kind == "percentiles" and line.statistic else line.label,
                "role": role,
            }
            for line, role in zip(lines, roles_of(service, lines, chart.kind), strict=True)
        ],
        "threshold": threshold_line(service, resource, [line.key for line in lines], guilty),
    }


def roles_of(service: Service, lines: Sequence[Described], kind: str) -> list[str]:
    """Which colour family each line of a chart belongs to; blank for the palette. A family of errors has one line."""
    roles: list[str] = []
    for line in lines:
        role = _role(service, line, kind)
        roles.append("" if role in roles and role in ONCE else role)
    second_is_palette = len(roles) > 1 and not roles[1]
    return ["" if role == "throttles" and second_is_palette else role for role in roles]  # both would be orange


def _role(service: Service, line: Described, kind: str) -> str:
    if line.statistic in PERCENTILES:
        return line.statistic if kind == "percentiles" else ""
    if line.key == service.signals.traffic:
        return "traffic"
    if "client" in line.key or "4xx" in line.key:
        return ""
    if line.key == service.signals.errors or any(word in line.key for word in ("error", "fail", "5xx")):
        return "errors"
    return "throttles" if "throttl" in line.key else ""


def threshold_line(service: Service, resource: Resource, keys: Collection[str], guilty: str = "") -> Card | None:
    """The threshold to draw among those lines: the breached one, else the most severe.

    A limit of zero is left out: the axis says it already.
    """
    found = [one for one in service.thresholds if one.metric in keys and _limit_of(one)]
    if not found:
        return None
    drawn = min(found, key=lambda one: (one.metric != guilty, SEVERITIES[one.severity]))
    unit = describe(service)[drawn.metric].unit
    return {
        "series": f"r{resource.pk}.{drawn.metric}",
        "value": _limit_of(drawn),
        "above": drawn.above is not None,
        "label": f"{drawn.severity.value} {_side(drawn)} {format_value(_limit_of(drawn), unit)}",
    }


def _limit_of(threshold: Threshold) -> float | None:
    return threshold.above if threshold.above is not None else threshold.below


def _side(threshold: Threshold) -> str:
    return "above" if threshold.above is not None else "below"


def say_threshold(service: Service, threshold: Threshold) -> dict[str, str]:
    """One threshold as a row: metric, condition, severity, what it is good for."""
    metric = describe(service)[threshold.metric]
    periods = threshold.of_periods or threshold.for_periods
    lasting = (
        f"{threshold.for_periods} of {periods} periods" if periods != threshold.for_periods else f"{periods} periods"
    )
    floor = ""
    if threshold.floor:
        over = describe(service).get(threshold.floor[0])
        floor = (
            f", from {format_value(threshold.floor[1], over.unit if over else Unit.COUNT)} {over.label.lower()}"
            if over
            else ""
        )
    return {
        "metric": metric.label,
        "condition": f"{_side(threshold)} {format_value(_limit_of(threshold), metric.unit)} for {lasting}{floor}",
        "severity": threshold.severity.value,
        "hint": threshold.hint,
    }


def stack_charts(stack: Stack) -> list[Card]:
    """The four golden signals."""
    wanted = (
        ("traffic", "How much is asked?", "line", Unit.COUNT, "Requests", "traffic"),
        ("errors", "How much fails?", "line", Unit.COUNT, "Errors", "errors"),
        ("latency", "How slow is the slowest entry point?", "percentiles", Unit.MILLISECONDS, "p95", "p95"),
        ("saturation", "How full is the fullest resource?", "line", Unit.SHARE, "Share of its limit", ""),
    )
    return [
        {
            "id": f"chart-{signal}",
            "title": title,
            "kind": kind,
            "unit": unit.value,
            "series": [{"id": f"s{stack.pk}.{signal}", "label": label, "role": role}],
            "from_zero": True,
        }
        for signal, title, kind, unit, label, role in wanted
    ]


def deploy_markers(deploys: Iterable[Deploy], *, named: bool = False) -> list[Card]:
    """Deploys as vertical markers; `named` says whose, on pages of more than one stack."""
    return [
        {
            "at": int(deploy.started_at.timestamp()),
            "label": f"{deploy.stack.name} {deploy.action}" if named else deploy.action.capitalize(),
            "detail": f"{RESULTS.get(deploy.result, deploy.result)}, {len(deploy.changes)} changed",
            "url": f"{reverse('stack', args=[deploy.stack_id])}#deploys",
        }
        for deploy in deploys
    ]


def console_url(service: Service, resource: Resource) -> str:
    """Deep link into AWS's console; '' when the catalogue has none."""
    values = {
        "region": resource.region,
        "physical_id": resource.physical_id,
        "name": resource.name,
        "arn": resource.arn,
        "account_id": resource.account.account_id,
    }
    return service.console.format(**{name: quote(text, safe="") for name, text in values.items()})


def custom_charts(series: Iterable[Series]) -> list[Card]:
    """One card per metric of a namespace of the user's own."""
    return [
        {
            "id": f"chart-{one.pk}",
            "title": f"{one.name or one.metric}, {one.statistic}",
            "kind": "line",
            "unit": one.unit,
            "series": [{"id": one.pk, "label": one.statistic, "role": ""}],
        }
        for one in series
    ]
