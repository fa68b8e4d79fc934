"""Puts a message into the outbox, inside the transaction of whatever it tells of; nothing is sent here."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from dashboard.notify.matching import Chosen, choose, choose_later
from dashboard.notify.message import FOLLOW_UPS, Message, to_json
from dashboard.notify.models import Channel, Delivery, Route
from dashboard.notify.payloads import RENDERERS
from dashboard.notify.read import route_rules
from dashboard.notify.texts import one_line
from dashboard.notify.write import mail


def enqueue(message: Message, now: datetime, *, without: Iterable[int] = ()) -> int:
    """Write one delivery per channel that a route names; returns how many. A key that is there already adds nothing.

    What follows an opening goes where that went. `without` are channels that must not be used. Raises RuntimeError
    outside a transaction: what is told and what tells it stand or fall together.
    """
    channels = _open_to(message, without)
    follows = message.event in FOLLOW_UPS
    chosen = _told_before(message.thread, channels) if follows else choose(route_rules(), channels, message, now)
    return _store(message, channels, chosen, now)


def waits() -> list[timedelta]:
    """How long routes wait for somebody to acknowledge, the shortest first."""
    return sorted(wait for wait in set(Route.objects.values_list("after", flat=True)) if wait)


def enqueue_later(message: Message, now: datetime, waited: tuple[timedelta, timedelta]) -> int:
    """Like `enqueue`, for the routes whose waiting ended between two lengths of time.

    Told under the key of the opening, so that a channel which heard that already hears nothing again.
    """
    channels = _open_to(message)
    return _store(message, channels, choose_later(route_rules(), channels, message, now, waited), now)


def _open_to(message: Message, without: Iterable[int] = ()) -> dict[int, Channel]:
    """Channels that may get the message at all, by id."""
    channels = Channel.objects.filter(Q(team=None) | Q(team__name=message.team), enabled=True)
    return {channel.pk: channel for channel in channels.exclude(pk__in=without).defer("secret")}


def _told_before(thread: str, channel_ids: Iterable[int]) -> list[Chosen]:
    """The channels that were told what a thread is about: they, and nobody else, are told how it goes on."""
    told = Delivery.objects.filter(thread=thread, channel__in=list(channel_ids)).order_by("channel")
    return [Chosen(channel_id) for channel_id in told.values_list("channel_id", flat=True).distinct()]


def _store(message: Message, channels: Mapping[int, Channel], chosen: Iterable[Chosen], now: datetime) -> int:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("enqueue belongs into the transaction of what it tells of.")
    before = Delivery.objects.filter(key=message.key).count()
    rows = [row(message, channels[one.channel_id], one, now) for one in chosen]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return Delivery.objects.filter(key=message.key).count() - before


def row(message: Message, channel: Channel, chosen: Chosen, now: datetime) -> Delivery:
    """A delivery that is not stored yet, with what will be sent."""
    return Delivery(
        channel=channel,
        route_id=chosen.route_id,
        key=message.key,
        thread=message.thread,
        event=message.event,
        severity=message.severity,
        title=one_line(message.title, 300),
        message=to_json(message),
        payload=render(channel.kind, message),
        created_at=now,
        next_at=now,
        repeat=chosen.repeat,
    )


def render(kind: str, message: Message) -> dict[str, Any]:
    """What a medium is sent."""
    return mail.payload(message) if kind == Channel.Kind.EMAIL else RENDERERS[kind](message)
