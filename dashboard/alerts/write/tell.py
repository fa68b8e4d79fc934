"""Messages of transitions into the outbox, unless a silence holds them back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from dashboard.alerts.messages import Told, message
from dashboard.alerts.models import Alert
from dashboard.alerts.read.links import token_for
from dashboard.alerts.read.quiet import is_quiet, quiet_now
from dashboard.catalog import all_services
from dashboard.catalog.console import console_address
from dashboard.core.units import Unit
from dashboard.notify.message import Event, Severity
from dashboard.notify.write import enqueue

AROUND = 3600
"""Seconds before and after the beginning that linked pages show."""
ABOUT = ("account", "resource", "stack__team", "deploy")


def tell_untold(now: datetime) -> int:
    """Tell of every open alert that nobody was told of and that stands for itself; returns how many messages."""
    waiting = Alert.objects.filter(state=Alert.State.OPEN, told_at=None, cause=None).select_related(*ABOUT)
    quiet = quiet_now(now)
    told = 0
    for alert in waiting:
        if is_quiet(alert, quiet):
            continue
        alert.told_at = now
        alert.save(update_fields=["told_at"])
        told += enqueue(message(Event.OPENED, told_of(alert, now), now), now)
    return told


def tell_resolved(alerts: Iterable[Alert], now: datetime) -> int:
    """Tell that alerts are over, where they had been told of."""
    rows = Alert.objects.filter(pk__in=[alert.pk for alert in alerts if alert.told_at]).select_related(*ABOUT)
    return sum(enqueue(message(Event.RESOLVED, told_of(alert, now), now), now) for alert in rows)


def tell_acknowledged(alert: Alert, by: str, now: datetime) -> int:
    """Tell that somebody has it, where it had been told of."""
    row = Alert.objects.select_related(*ABOUT).get(pk=alert.pk)
    return enqueue(message(Event.ACKNOWLEDGED, told_of(row, now), now, by), now) if row.told_at else 0


def told_of(alert: Alert, now: datetime) -> Told:
    """Everything that a message says of an alert; what `ABOUT` names must have been fetched along."""
    resource, stack = alert.resource, alert.stack
    return Told(
        id=alert.pk,
        number=alert.reopened,
        severity=Severity(alert.severity),
        reason=alert.reason,
        value=alert.value,
        line=alert.line,
        unit=Unit(alert.unit),
        since=alert.since,
        hint=alert.hint,
        runbook=alert.runbook,
        account=alert.account.name,
        region=resource.region if resource else stack.region if stack else "",
        environment=stack.environment if stack else "",
        team=stack.team.name if stack and stack.team else "",
        stack=stack.name if stack else "",
        name=alert.name,
        resource=resource.name if resource else "",
        service=resource.service if resource else alert.subject.partition(":")[0],
        metric=alert.metric,
        deployed_at=alert.deploy.started_at if alert.deploy else None,
        effects=_effects(alert),
        address=_page("alert", alert.pk),
        acknowledge=_page("acknowledge", token_for(alert, now)),
        chart=_chart(alert),
        traces=f"{_page('traces')}?{_around(alert)}&stack={stack.pk}" if stack and not alert.money else "",
        console=_console(alert),
    )


def _chart(alert: Alert) -> str:
    """The page about it, or the resource's around that time."""
    if alert.page or alert.resource is None:
        return f"{settings.SITE_URL}{alert.page}"
    return f"{_page('resource', alert.resource.pk)}?{_around(alert)}"


def _effects(alert: Alert) -> Sequence[tuple[str, str]]:
    rows = alert.effects.unresolved().order_by("since")
    return [(row.name, row.reason.removesuffix(".")) for row in rows]


def _page(name: str, *args: int | str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _around(alert: Alert) -> str:
    """The time around its beginning, as pages take it."""
    begun = int(alert.since.timestamp())
    return urlencode({"range": "custom", "from": begun - AROUND, "to": begun + AROUND})


def _console(alert: Alert) -> str:
    resource = alert.resource
    service = all_services().get(resource.service) if resource else None
    if resource is None or service is None:
        return ""
    names = {name: getattr(resource, name) for name in ("region", "physical_id", "name", "arn")}
    return console_address(service, names | {"account_id": alert.account.account_id})
