"""Stores what a try came to: sent, tried again later, or given up and told through another channel."""

import random
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from dashboard.notify.message import Event, Fact, Link, Message, Severity
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.outcome import Outcome
from dashboard.notify.retrying import GIVE_UP_AFTER, is_over, next_try, rest_until
from dashboard.notify.write.claims import Claim, held
from dashboard.notify.write.enqueue import enqueue

OUTDATED = "Given up after 24 hours in which the channel did not work."
QUIET = (Event.NOTICE, Event.TEST)
"""Of these nobody is told that they were given up: a notice would tell of itself for ever, a test tells its button."""
MOST_TITLES = 5


@transaction.atomic
def settle(claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Store an outcome; False when the claim had been taken over."""
    if outcome.ok:
        return _sent(claim, outcome, now)
    return _failed(claim, outcome, now)


def _sent(claim: Claim, outcome: Outcome, now: datetime) -> bool:
    stored = _end(claim, state=Delivery.State.SENT, sent_at=now, response=outcome.response, error="")
    if stored:
        _repeat_later(claim.delivery_id, now)
        Channel.objects.filter(pk=claim.channel_id).update(
            failures=0, rests_until=None, last_sent_at=now, last_error=""
        )
    return stored


def _repeat_later(delivery_id: int, now: datetime) -> None:
    """Set when an open message is told again, where its route wants that."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.repeat and delivery.event == Event.OPENED:
        delivery.repeat_at = now + delivery.repeat
        delivery.save(update_fields=["repeat_at"])


def _failed(claim: Claim, outcome: Outcome, now: datetime) -> bool:
    over = outcome.final or is_over(claim.created_at, now)
    luck = random.random()  # noqa: S311 - spreads retries, guards nothing
    columns: dict[str, Any] = {
        "state": Delivery.State.DEAD if over else Delivery.State.FAILED,
        "response": outcome.response,
        "error": outcome.reason,
        "next_at": next_try(now, claim.attempts, luck),
    }
    if outcome.unknown:
        columns["may_have_arrived"] = True
    if not _end(claim, **columns):
        return False
    dead = [claim.delivery_id] if over else []
    if not outcome.final:  # a message that is refused says nothing about the channel
        _rest(claim, outcome, now)
        dead += _bury_outdated(claim, now)
    _tell(claim, dead, outcome, now)
    return True


def _end(claim: Claim, **columns: Any) -> bool:
    return bool(held(claim).update(lease_until=None, lease_token=None, **columns))


def _rest(claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Count the failure, and leave the channel alone for a while when there are many."""
    channel = Channel.objects.filter(pk=claim.channel_id)
    channel.update(failures=F("failures") + 1, last_error=outcome.reason)
    failures = channel.values_list("failures", flat=True).get()
    channel.update(rests_until=rest_until(now, failures, outcome.retry_after))


def _bury_outdated(claim: Claim, now: datetime) -> list[int]:
    """What waited as long behind a channel that does not work is given up with it."""
    outdated = Delivery.objects.filter(
        channel=claim.channel_id,
        state__in=(Delivery.State.WAITING, Delivery.State.FAILED),
        created_at__lte=now - GIVE_UP_AFTER,
    )
    ids = list(outdated.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.DEAD, error=OUTDATED)
    return ids


def _tell(claim: Claim, dead_ids: list[int], outcome: Outcome, now: datetime) -> None:
    """Tell the other channels what one channel could not."""
    dead = list(Delivery.objects.filter(pk__in=dead_ids).exclude(event__in=QUIET).order_by("pk"))
    if not dead:
        return
    channel = Channel.objects.get(pk=claim.channel_id)
    count = "1 message" if len(dead) == 1 else f"{len(dead)} messages"
    titles = tuple(Fact(one.get_event_display(), one.title) for one in dead[:MOST_TITLES])
    notice = Message(
        key=f"dead:{channel.pk}:{dead[0].pk}",
        thread=f"dead:{channel.pk}",
        event=Event.NOTICE,
        severity=min((Severity(one.severity) for one in dead), key=list(Severity).index),
        title=f"{count} could not be delivered to {channel.name}",
        at=now,
        sentences=(outcome.reason, "They stay in the list of deliveries, from where they can be sent again."),
        facts=titles,
        links=(Link("Deliveries", f"{settings.SITE_URL}/admin/dashboard/delivery/?state__exact=dead"),),
        team=channel.team.name if channel.team else "",
    )
    enqueue(notice, now, without=[channel.pk])
