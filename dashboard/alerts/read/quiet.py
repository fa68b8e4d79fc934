"""Silences as plain values."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.alerts.models import Alert, Silence
from dashboard.alerts.silences import Asked, Quiet, covers, holds
from dashboard.notify.matching import Hours


def quiet_now(now: datetime) -> list[Quiet]:
    """Silences that are in force."""
    rows = Silence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)
    return [quiet for row in rows if holds(quiet := quiet_of(row), now)]


def quiet_of(row: Silence) -> Quiet:
    """A row as a value."""
    hours = None
    if row.days and row.start is not None and row.end is not None:
        hours = Hours(frozenset(row.days), row.start, row.end, row.time_zone)
    return Quiet(
        id=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        hours=hours,
        severity=row.severity,
        stack_id=row.stack_id,
        resource_id=row.resource_id,
        environment=row.environment,
        metric=row.metric,
        subject=row.subject,
    )


def held_back(scope: Scope, silences: Iterable[Silence]) -> dict[int, int]:
    """How many alerts that the user may see each silence holds back: they are told when it alone ends."""
    quiet = [quiet_of(row) for row in silences]
    if not quiet:
        return {}
    found: Counter[int] = Counter()
    waiting = Alert.objects.visible_to(scope).filter(state=Alert.State.OPEN, told_at=None, cause=None)
    for alert in waiting.select_related("stack"):
        holding = [one.id for one in quiet if is_quiet(alert, [one])]
        if len(holding) == 1:
            found[holding[0]] += 1
    return dict(found)


def is_quiet(alert: Alert, quiet: Iterable[Quiet]) -> bool:
    """Whether one of the silences is about the alert; its stack must have been fetched along."""
    environment = alert.stack.environment if alert.stack else ""
    asked = Asked(alert.severity, alert.subject, alert.stack_id, alert.resource_id, environment, alert.metric)
    return any(covers(one, asked) for one in quiet)
