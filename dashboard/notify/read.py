"""Whether the outbox works: how long the oldest delivery waits, what did not arrive, how channels and routes are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from dashboard.access.roles import Scope
from dashboard.notify.matching import Hours, Rule, When
from dashboard.notify.models import Channel, Delivery, Route

State = Delivery.State
MAY_WAIT = timedelta(minutes=5)
LATELY = timedelta(days=7)
"""What was given up before is left to the admin's list."""
MOST = 50
UNDELIVERED = (State.WAITING, State.SENDING, State.FAILED)


def outbox_problems(now: datetime) -> list[str]:
    """What keeps messages from leaving, a sentence each; empty when they leave."""
    wait = oldest_wait(now)
    return [f"A message has been waiting for {wait.total_seconds():.0f} s."] if wait > MAY_WAIT else []


def oldest_wait(now: datetime) -> timedelta:
    """How long the delivery that waits longest could have been sent: channels that rest after failures don't count."""
    sendable = Q(channel__rests_until=None) | Q(channel__rests_until__lte=now)
    due = Delivery.objects.open().filter(sendable, channel__enabled=True, next_at__lte=now)
    oldest = due.order_by("next_at").values_list("next_at", flat=True).first()
    return now - oldest if oldest else timedelta(0)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What did not arrive, and how the channels do, as far as the user may see them."""

    channels: Sequence[Channel]
    undelivered: Sequence[Delivery]
    """Given up, or tried in vain and tried again; the newest first."""
    dead: int
    """How many were given up lately, shown or not."""
    stuck: int
    """How many were tried in vain and are tried again, shown or not."""


def outbox_of(scope: Scope, now: datetime) -> Outbox:
    """Channels, and what they did not take in the last days; three queries."""
    waiting = Count("deliveries", filter=Q(deliveries__state__in=UNDELIVERED))
    channels = Channel.objects.visible_to(scope).defer("secret").annotate(waiting_total=waiting)
    lost = Q(state=State.DEAD, created_at__gte=now - LATELY) | Q(state=State.FAILED)
    missing = Delivery.objects.visible_to(scope).filter(lost)
    counts = missing.order_by().aggregate(dead=Count("pk", filter=Q(state=State.DEAD)), all=Count("pk"))
    rows = missing.select_related("channel").defer("channel__secret", "message", "payload")
    return Outbox(list(channels), list(rows[:MOST]), counts["dead"], counts["all"] - counts["dead"])


def route_rules() -> list[Rule]:
    """All routes, in order; two queries."""
    return [_rule(route) for route in Route.objects.select_related("team").prefetch_related("channels")]


def _rule(route: Route) -> Rule:
    return Rule(
        route_id=route.pk,
        channel_ids=tuple(channel.pk for channel in route.channels.all()),
        severities=frozenset(route.severities),
        team=route.team.name if route.team else "",
        environments=frozenset(route.environments),
        labels=route.labels,
        when=When(route.when),
        hours=Hours(frozenset(route.days), route.start, route.end, route.time_zone),
        repeat=route.repeat,
        after=route.after,
        stops=route.stops,
    )
