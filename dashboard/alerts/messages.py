"""What is told of an alert: where, what, since when, after which deploy, what else, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.core.times import say_duration, say_span
from dashboard.core.units import Unit, format_beside, format_value
from dashboard.notify.message import Event, Fact, Link, Message, Severity


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with everything that a message says of it; addresses are absolute."""

    id: int
    number: int
    """Which opening of the alert this is: it may come back."""
    severity: Severity
    reason: str
    value: float
    line: float
    unit: Unit
    since: datetime
    hint: str
    runbook: str
    account: str
    region: str
    environment: str
    team: str
    stack: str
    name: str
    """What it is about."""
    resource: str
    """Blank where that is no resource."""
    service: str
    """Key of the catalogue; of what is no resource, its kind."""
    metric: str
    deployed_at: datetime | None
    effects: Sequence[tuple[str, str]]
    """What broke along with it, resource and reason: 'checkout-api', '7 % of requests fail'."""
    address: str
    acknowledge: str
    """Leads to a page that asks, and then acknowledges."""
    chart: str
    traces: str
    console: str


MOST_EFFECTS = 6
"""Resources that are named."""


def message(event: Event, alert: Told, at: datetime, by: str = "", waited: timedelta | None = None) -> Message:
    """The message of a transition; its key is the transition's own, its thread the alert's.

    `by` has acknowledged it. For so long as it `waited` nobody has: then the opening is told to others too.
    """
    return Message(
        key=f"alert-{alert.id}-{alert.number}-{event.value}",
        thread=f"alert-{alert.id}",
        event=event,
        severity=alert.severity,
        title=f"{alert.name}: {alert.reason.removesuffix('.')}",
        at=at,
        sentences=tuple(_sentences(event, alert, at, by, waited)),
        facts=_facts(alert),
        links=_links(event, alert),
        account=alert.account,
        region=alert.region,
        environment=alert.environment,
        team=alert.team,
        stack=alert.stack,
        resource=alert.resource,
        labels={"service": alert.service, "metric": alert.metric},
    )


def _sentences(event: Event, alert: Told, at: datetime, by: str, waited: timedelta | None) -> list[str]:
    if event is Event.ACKNOWLEDGED:
        return [f"{by} has it."]
    if event is Event.RESOLVED:
        return [f"It is within its threshold again, after {say_span(at - alert.since)}."]
    found = [f"Nobody has acknowledged it for {say_span(waited)}."] if waited else []
    if alert.deployed_at is not None:
        found.append(f"It began {say_duration(alert.since - alert.deployed_at)} after a deploy of {alert.stack}.")
    if alert.effects:
        found.append(_along_with(alert.effects))
    return [*found, alert.hint] if alert.hint else found


def _along_with(effects: Sequence[tuple[str, str]]) -> str:
    """What broke along with it, a line for each resource."""
    by_resource: dict[str, list[str]] = {}
    for resource, reason in effects:
        by_resource.setdefault(resource, []).append(reason)
    lines = [f"– {resource}: {'; '.join(reasons)}" for resource, reasons in by_resource.items()]
    more = [f"– and {len(lines) - MOST_EFFECTS} more"] if len(lines) > MOST_EFFECTS else []
    return "\n".join(["Along with it:", *lines[:MOST_EFFECTS], *more])


def _facts(alert: Told) -> tuple[Fact, ...]:
    side = "above" if alert.value > alert.line else "below"
    return (
        Fact("Value", format_beside(alert.value, alert.line, alert.unit)),
        Fact("Threshold", f"{side} {format_value(alert.line, alert.unit)}"),
        Fact("Since", f"{alert.since:%Y-%m-%d %H:%M} UTC"),
    )


def _links(event: Event, alert: Told) -> tuple[Link, ...]:
    """What helps most stands first: some media show no more than five."""
    links = (
        Link("Alert", alert.address),
        Link("Acknowledge", alert.acknowledge if event is Event.OPENED else ""),
        Link("Runbook", alert.runbook),
        Link("Chart", alert.chart),
        Link("Traces", alert.traces),
        Link("AWS console", alert.console),
    )
    return tuple(link for link in links if link.url)
