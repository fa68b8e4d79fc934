"""Everything about one alert: what happened to it, what else is broken, and what was written the last times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.alerts.models import Alert, Transition
from dashboard.alerts.read.listing import ABOUT
from dashboard.inventory.models import Link
from dashboard.notify.models import Delivery
from dashboard.traces.models import Edge

NEAR = timedelta(hours=1)
MOST = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier alert of the same threshold, with what people wrote there."""

    alert: Alert
    comments: Sequence[Transition]


@dataclass(frozen=True, slots=True)
class Detail:
    """One alert with its surroundings, as far as the user may see them."""

    alert: Alert
    transitions: Sequence[Transition]
    deliveries: Sequence[Delivery]
    effects: Sequence[Alert]
    neighbours: Sequence[Alert]
    """Other alerts of its stack, or of what it calls or is called by, that began about then."""
    earlier: Sequence[Earlier]


def detail(scope: Scope, pk: int) -> Detail | None:
    """One alert; None when it is not there for this user."""
    alert = Alert.objects.visible_to(scope).select_related(*ABOUT).filter(pk=pk).first()
    if alert is None:
        return None
    return Detail(
        alert=alert,
        transitions=list(alert.transitions.select_related("person")),
        deliveries=list(Delivery.objects.filter(thread=f"alert-{alert.pk}").select_related("channel")),
        effects=list(alert.effects.select_related("resource", "stack").order_by("since")),
        neighbours=_neighbours(scope, alert),
        earlier=_earlier(alert),
    )


def _neighbours(scope: Scope, alert: Alert) -> list[Alert]:
    if alert.stack_id is None:
        return []
    end = (alert.resolved_at or alert.seen_at) + NEAR
    near = Q(stack_id=alert.stack_id) | Q(resource_id__in=_beside(alert.resource_id) if alert.resource_id else ())
    rows = Alert.objects.visible_to(scope).filter(near, since__gte=alert.since - NEAR, since__lte=end)
    rows = rows.exclude(pk=alert.pk).exclude(cause=alert)
    return list(rows.select_related("resource", "stack").order_by("since")[:MOST])


def _beside(resource_id: int) -> set[int]:
    """What it calls or is called by, by configuration and by traces."""
    linked = Link.objects.filter(Q(source_id=resource_id) | Q(target_id=resource_id)).values_list("source", "target")
    traced = Edge.objects.filter(Q(source__resource=resource_id) | Q(target__resource=resource_id)).values_list(
        "source__resource", "target__resource"
    )
    return {pk for pair in [*linked, *traced] for pk in pair if pk}


def _earlier(alert: Alert) -> list[Earlier]:
    """The last times, newest first; those about which somebody wrote something are what is looked for."""
    same = Alert.objects.filter(
        subject=alert.subject, metric=alert.metric, severity=alert.severity, opened_at__lt=alert.opened_at
    ).order_by("-opened_at")[:MOST]
    rows = list(same)
    written = Transition.objects.filter(alert__in=[one.pk for one in rows], kind=Transition.Kind.COMMENTED)
    comments: dict[int, list[Transition]] = {}
    for one in written.select_related("person"):
        comments.setdefault(one.alert_id, []).append(one)
    return [Earlier(one, comments.get(one.pk, [])) for one in rows]
