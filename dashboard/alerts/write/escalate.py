"""Alerts that were told and that nobody takes, to the routes that wait for that."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from dashboard.alerts.messages import message
from dashboard.alerts.models import Alert, Transition
from dashboard.alerts.read.quiet import is_quiet, quiet_now
from dashboard.alerts.write.tell import ABOUT, told_of
from dashboard.core.times import say_span
from dashboard.notify.message import Event
from dashboard.notify.write import enqueue_later, waits


def escalate(now: datetime) -> int:
    """Ask the routes whose waiting is over; returns how many messages were written. Silenced alerts wait on."""
    lengths = waits()
    if not lengths:
        return 0
    quiet = quiet_now(now)
    due = [alert.pk for alert in _due(lengths, now).select_related("stack") if not is_quiet(alert, quiet)]
    return sum(_escalate(pk, lengths, now) for pk in due)


def _due(lengths: Sequence[timedelta], now: datetime) -> QuerySet[Alert]:
    """Open alerts that waited for one of these lengths and were not escalated for it yet."""
    over = Q()
    for length in lengths:
        over |= Q(told_at__lte=now - length) & (Q(escalated_for=None) | Q(escalated_for__lt=length))
    return Alert.objects.filter(over, state=Alert.State.OPEN)


@transaction.atomic
def _escalate(pk: int, lengths: Sequence[timedelta], now: datetime) -> int:
    """Whoever locks the alert first, and finds it open still, escalates it."""
    alert = _due(lengths, now).select_for_update(of=("self",)).select_related(*ABOUT).filter(pk=pk).first()
    if alert is None or alert.told_at is None:
        return 0
    waited, before = now - alert.told_at, alert.escalated_for or timedelta(0)
    alert.escalated_for = max(length for length in lengths if length <= waited)
    alert.save(update_fields=["escalated_for"])
    written = enqueue_later(message(Event.OPENED, told_of(alert, now), now, waited=waited), now, (before, waited))
    if written:
        text = f"Nobody had acknowledged it for {say_span(waited)}."
        Transition.objects.create(alert=alert, at=now, kind=Transition.Kind.ESCALATED, text=text)
    return written
