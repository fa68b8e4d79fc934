"""What people, and time, decide about deliveries: try again, give up, forget."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from dashboard.notify.message import Event
from dashboard.notify.models import Channel, Delivery


def retry(delivery: Delivery, now: datetime) -> bool:
    """Let a dead delivery be sent after all, with a day to try; False when that can't be.

    Once something later of its thread was sent it stays dead: a resolve must not be followed by its open.
    """
    later = Delivery.objects.filter(channel=OuterRef("channel"), thread=OuterRef("thread"), pk__gt=OuterRef("pk"))
    dead = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DEAD, channel__enabled=True)
    waiting = {"state": Delivery.State.WAITING, "next_at": now, "created_at": now, "attempts": 0}
    revived = dead.exclude(Exists(later.filter(state=Delivery.State.SENT))).update(**waiting)
    if revived:
        Channel.objects.filter(pk=delivery.channel_id).update(rests_until=None)
    return bool(revived)


def give_up(channel: Channel, reason: str) -> int:
    """End everything that waits for a channel; returns how much that was."""
    waiting = Delivery.objects.filter(channel=channel, state__in=(Delivery.State.WAITING, Delivery.State.FAILED))
    return waiting.update(state=Delivery.State.DEAD, error=reason)


def expire(now: datetime, keep: timedelta) -> int:
    """Delete what ended long ago; returns how many rows. What is still open stays: its end is to be told too."""
    resolved = Delivery.objects.filter(thread=OuterRef("thread"), event=Event.RESOLVED)
    is_over = Exists(resolved) | Q(event__in=(Event.NOTICE, Event.TEST))
    return Delivery.objects.filter(is_over, state__in=Delivery.ENDED, created_at__lt=now - keep).delete()[0]
