"""Chart cards described for the chart part: which lines, which unit, which threshold."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.catalog.console import console_address
from dashboard.catalog.ratios import PERIOD, ceilings
from dashboard.catalog.shape import Missing, Service, Severity, Threshold
from dashboard.core.units import Unit, format_value
from dashboard.core.windows import Window
from dashboard.inventory.models import Deploy, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import reads, steady
from dashboard.thresholds.inheritance import InForce, Rule

Card = dict[str, Any]
PERCENTILES = ("p50", "p90", "p95", "p99")
ONCE = ("traffic", "errors", "throttles")
SILENCE = {
    Missing.UNKNOWN: "",
    Missing.KEEP: "; stays broken without data",
    Missing.BREACH: "; no data counts as broken",
}
"""What is said of periods without data."""
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


def resource_charts(
    service: Service,
    resource: Resource,
    stored: Collection[str],
    thresholds: Sequence[Threshold],
    guilty: str = "",
) -> list[Card]:
    """The catalogue's charts in its order, split where units differ; charts without any line are left out."""
    known, keys = describe(service), available(service, resource, stored)
    url = console_url(service, resource)
    cards = []
    for number, chart in enumerate(service.charts):
        lines = [known[key] for key in chart.metrics if key in keys]
        for unit in dict.fromkeys(line.unit for line in lines):
            same = [line for line in lines if line.unit == unit]
            line = threshold_line(service, resource, thresholds, [one.key for one in same], guilty)
            cards.append(_card(service, resource, number, same) | {"url": url, "threshold": line})
    return cards


def chart_of(service: Service, metric: str) -> str:
    """The id of the chart that shows a metric, to link to; blank when none does."""
    unit = next((one.unit for one in describe(service).values() if one.key == metric), None)
    numbers = (number for number, chart in enumerate(service.charts) if metric in chart.metrics)
    return next((f"chart-{number}-{unit}" for number in numbers), "")


def _card(service: Service, resource: Resource, number: int, lines: Sequence[Described]) -> Card:
    """One card of lines of one unit."""
    chart, unit = service.charts[number], lines[0].unit
    whole = {one.unit for one in describe(service).values() if one.key in chart.metrics} == {unit}
    return {
        "id": f"chart-{number}-{unit}",
        "title": chart.title if whole else f"{chart.title}: {', '.join(line.label for line in lines)}",
        "kind": chart.kind if len(lines) > 1 or chart.kind != "area" else "line",
        "unit": unit.value,
        "from_zero": chart.kind == "area",
        "counted": unit == Unit.COUNT and all(line.statistic == "Sum" for line in lines),
        "series": [
            {
                "id": f"r{resource.pk}.{line.key}",
                "label": line.statistic if chart.kind == "percentiles" and line.statistic else line.label,
                "role": role,
            }
            for line, role in zip(lines, roles_of(service, lines, chart.kind), strict=True)
        ],
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


def threshold_line(
    service: Service, resource: Resource, thresholds: Iterable[Threshold], keys: Collection[str], guilty: str = ""
) -> Card | None:
    """The threshold in force to draw among those lines: the breached one, else the most severe.

    A limit of zero is left out: the axis says it already.
    """
    lines = {one: line for one in thresholds if one.metric in keys and (line := _line_of(service, resource, one))}
    if not lines:
        return None
    drawn = min(lines, key=lambda one: (one.metric != guilty, SEVERITIES[one.severity]))
    unit = describe(service)[drawn.metric].unit
    return {
        "series": f"r{resource.pk}.{drawn.metric}",
        "value": lines[drawn],
        "above": drawn.above is not None,
        "label": f"{drawn.severity.value} {_side(drawn)} {format_value(lines[drawn], unit)}",
    }


def _line_of(service: Service, resource: Resource, threshold: Threshold) -> float | None:
    """Its line in the metric's unit, where that is the same at any time."""
    known = ceilings(service.limited, resource.limits)
    return steady(condition(threshold.condition), threshold.metric, threshold.above, threshold.below, known)


def _side(threshold: Threshold) -> str:
    return "above" if threshold.above is not None else "below"


def say_threshold(service: Service, found: InForce) -> Card:
    """One threshold as a row: metric, condition, severity, what it is good for, where it comes from."""
    threshold, rule = found.threshold, found.rule
    metric = describe(service)[threshold.metric]
    return {
        "metric": metric.label,
        "condition": _sentence(service, threshold, metric.unit),
        "severity": threshold.severity.value,
        "hint": threshold.hint,
        "runbook": threshold.runbook,
        "muted": found.muted,
        "origin": _origin(rule) if rule else "suggested by Stackdeck",
        "rule": rule.id if rule else None,
    }


def _sentence(service: Service, threshold: Threshold, unit: Unit) -> str:
    """When it is broken, when it is well again, and what silence means: 'above 90 % for 3 periods, until 80 %'."""
    how = condition(threshold.condition)

    def write(line: float) -> str:
        return format_value(line, how.unit(unit))

    lines = reads(how, threshold.above, threshold.below, write)
    until = "" if threshold.recover is None else f", until {write(threshold.recover)}{how.suffix}"
    volume = "" if how.absence else _volume(service, threshold)
    return f"{lines} for {_lasting(threshold)}{volume}{until}{SILENCE[threshold.missing]}"


def _lasting(threshold: Threshold) -> str:
    periods = threshold.of_periods or threshold.for_periods
    return f"{threshold.for_periods} of {periods} periods" if periods != threshold.for_periods else f"{periods} periods"


def _volume(service: Service, threshold: Threshold) -> str:
    """From which volume on it is judged."""
    over = describe(service).get(threshold.floor[0]) if threshold.floor else None
    if over is None or threshold.floor is None:
        return ""
    return f", from {format_value(threshold.floor[1], over.unit)} {over.label.lower()}"


def _origin(rule: Rule) -> str:
    """Who decided it, in a few words."""
    return f"set for {rule.level.name.lower()} {rule.target_name}" if rule.target_name else "set for every resource"


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
            "counted": unit == Unit.COUNT,
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
    return console_address(service, values)


def leading_to_traces(cards: Iterable[Card], stack_id: int, window: Window) -> list[Card]:
    """The same cards; their menus lead to the stack's traces of that time."""
    start, end = (int(moment.timestamp()) for moment in (window.start, window.end))
    query = urlencode({"range": "custom", "from": start, "to": end, "stack": stack_id})
    return [card | {"traces": f"{reverse('traces')}?{query}"} for card in cards]


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
