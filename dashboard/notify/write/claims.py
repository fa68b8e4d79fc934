"""Claims of deliveries: one sender at a time per channel, by conditional updates whose count is checked.

A claim is a lease that its holder renews while it sends. When a sender dies, the lease runs out and the next one sends
again, saying that this may be a repetition. Works the same on SQLite and PostgreSQL.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from dashboard.notify.matching import Chosen
from dashboard.notify.message import Message
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.retrying import GIVE_UP_AFTER
from dashboard.notify.write.enqueue import row

LEASE = timedelta(seconds=30)
"""How long after its sender's death a delivery waits; a living sender renews it."""
MOST_LOST = 10
"""Tries that may end without a word before a delivery that is a day old is given up."""
OPEN = (Delivery.State.WAITING, Delivery.State.SENDING, Delivery.State.FAILED)
"""States in which something is still to be sent; named one by one, as the index on them needs it."""
LOST = "Its senders were lost again and again; what it does to them is not known."


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one delivery, and all that is needed for it; `token` fences whoever held it before."""

    delivery_id: int
    token: UUID
    channel_id: int
    kind: str
    config: Mapping[str, Any]
    secret: str = field(repr=False)
    key: str
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime
    repeat: bool
    """Whether an earlier try may have arrived."""


def claim(now: datetime, busy: Iterable[int] = (), most: int = 8) -> list[Claim]:
    """Take the next delivery of each channel that has one to send, except the `busy` channels."""
    _bury_lost(now)
    claims: list[Claim] = []
    for channel in _free_channels(now).exclude(pk__in=list(busy)):
        if len(claims) >= most:
            break
        first = _sendable(now).filter(channel=channel).order_by("pk").values_list("pk", flat=True).first()
        if first is not None and _is_below_rate(channel, now):
            claims += _take(first, channel, now)
    return claims


def claim_test(channel: Channel, message: Message, now: datetime) -> Claim:
    """Write a delivery of one message to one channel and take it at once: for the button that tests a channel."""
    delivery = row(message, channel, Chosen(channel.pk), now)
    delivery.state, delivery.attempts, delivery.started_at = Delivery.State.SENDING, 1, now
    delivery.lease_until, delivery.lease_token = now + LEASE * 4, uuid4()
    delivery.save()
    return _claim_of(delivery, channel)


def renew(claims: Iterable[Claim], now: datetime) -> None:
    """Keep what is still being sent."""
    for one in claims:
        held(one).update(lease_until=now + LEASE)


def held(one: Claim) -> QuerySet[Delivery]:
    """The delivery, as long as the claim is still good."""
    return Delivery.objects.filter(pk=one.delivery_id, lease_token=one.token)


def _free_channels(now: datetime) -> QuerySet[Channel]:
    """Channels with something to send, at which nobody is sending, and which need no rest."""
    waiting = Delivery.objects.filter(channel=OuterRef("pk"), state__in=OPEN)
    rested = Q(rests_until=None) | Q(rests_until__lte=now)
    free = Channel.objects.filter(rested, Exists(waiting), enabled=True)
    return free.exclude(pk__in=_under_way(now).values("channel"))


def _under_way(now: datetime) -> QuerySet[Delivery]:
    """What living senders hold."""
    return Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__gt=now)


def _sendable(now: datetime) -> QuerySet[Delivery]:
    """What may be sent: due, or left by a sender that died; not before earlier ones of its thread."""
    siblings = Delivery.objects.filter(channel=OuterRef("channel"), thread=OuterRef("thread"))
    earlier = siblings.filter(state__in=OPEN, pk__lt=OuterRef("pk"))
    due = Q(state__in=(Delivery.State.WAITING, Delivery.State.FAILED), next_at__lte=now)
    left = Q(state=Delivery.State.SENDING, lease_until__lte=now)
    return Delivery.objects.filter(due | left, state__in=OPEN).exclude(Exists(earlier))


def _take(delivery_id: int, channel: Channel, now: datetime) -> list[Claim]:
    """Take a delivery, unless another sender was quicker to take it, or another one of the channel."""
    token = uuid4()
    others = _under_way(now).filter(channel=OuterRef("channel"))
    won = _sendable(now).filter(pk=delivery_id).exclude(Exists(others)).update(
        state=Delivery.State.SENDING,
        attempts=F("attempts") + 1,
        started_at=now,
        lease_until=now + LEASE,
        lease_token=token,
        may_have_arrived=Case(When(state=Delivery.State.SENDING, then=Value(True)), default=F("may_have_arrived")),
    )  # fmt: skip
    return [_claim_of(Delivery.objects.get(pk=delivery_id), channel)] if won else []


def _claim_of(delivery: Delivery, channel: Channel) -> Claim:
    assert delivery.lease_token is not None  # noqa: S101 - it has just been taken
    return Claim(
        delivery_id=delivery.pk,
        token=delivery.lease_token,
        channel_id=channel.pk,
        kind=channel.kind,
        config=channel.config,
        secret=channel.secret,
        key=delivery.key,
        payload=delivery.payload,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        repeat=delivery.may_have_arrived,
    )


def _is_below_rate(channel: Channel, now: datetime) -> bool:
    lately = Delivery.objects.filter(channel=channel, started_at__gt=now - timedelta(minutes=1))
    return lately.count() < channel.per_minute


def _bury_lost(now: datetime) -> None:
    """End deliveries that take their sender with them."""
    old = Delivery.objects.filter(created_at__lte=now - GIVE_UP_AFTER, attempts__gte=MOST_LOST)
    old.filter(state=Delivery.State.SENDING, lease_until__lte=now).update(
        state=Delivery.State.DEAD, error=LOST, lease_until=None, lease_token=None
    )
