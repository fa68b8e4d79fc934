"""Tells again what is still open, as often as the route wants it."""

import dataclasses
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from dashboard.core.times import say_span
from dashboard.notify.matching import Chosen
from dashboard.notify.message import Message, from_json
from dashboard.notify.models import Delivery
from dashboard.notify.write.enqueue import row


def remind(now: datetime) -> int:
    """Enqueue the reminders that are due; returns how many."""
    return sum(_remind(delivery.pk, now) for delivery in _due(now))


def _due(now: datetime) -> QuerySet[Delivery]:
    """Messages that were sent, wait for their repetition, and after which nothing else was told of their thread."""
    later = Delivery.objects.filter(channel=OuterRef("channel"), thread=OuterRef("thread"), pk__gt=OuterRef("pk"))
    return Delivery.objects.filter(repeat_at__lte=now, channel__enabled=True).exclude(Exists(later))


@transaction.atomic
def _remind(delivery_id: int, now: datetime) -> int:
    """Whoever clears the time writes the reminder: two senders write one."""
    if not Delivery.objects.filter(pk=delivery_id, repeat_at__lte=now).update(repeat_at=None):
        return 0
    last = Delivery.objects.select_related("channel").get(pk=delivery_id)
    chosen = Chosen(last.channel_id, last.route_id, last.repeat)
    row(_again(from_json(last.message), now), last.channel, chosen, now).save()
    return 1


def _again(message: Message, now: datetime) -> Message:
    """The same message, once more, with how long it has lasted."""
    number = message.reminder + 1
    first_key = message.key.removesuffix(f":reminder-{message.reminder}")
    still = f"Still open after {say_span(now - message.at)}."
    told = message.sentences[1:] if message.reminder else message.sentences
    return dataclasses.replace(message, key=f"{first_key}:reminder-{number}", reminder=number, sentences=(still, *told))
