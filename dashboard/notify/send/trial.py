"""The test of a channel: sent while somebody waits, by the same way as everything else, with the real outcome."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from dashboard.notify.message import Event, Fact, Link, Message, Severity
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.outcome import Outcome
from dashboard.notify.send.transmit import Connect, Pay, connection_for, transmit
from dashboard.notify.write import claim_test, settle


def send_test(channel: Channel, person: str, clock: Callable[[], datetime], connect: Connect, pay: Pay) -> Outcome:
    """Send a test message now and tell what came of it. A test that failed is not tried again."""
    now = clock()
    key = f"test:{channel.pk}:{uuid4()}"
    message = Message(
        key=key,
        thread=key,
        event=Event.TEST,
        severity=Severity.INFO,
        title=f"This is a test of {channel.name}",
        at=now,
        sentences=("If you can read this, alerts will reach you here. Nothing has happened.",),
        facts=(Fact("Asked for by", person),),
        links=(Link("Stackdeck", settings.SITE_URL),),
        team=channel.team.name if channel.team else "",
    )
    taken = claim_test(channel, message, now)
    outcome = transmit(taken, connection_for(taken, connect), now)
    pay(taken, outcome, clock())
    settle(taken, outcome, clock())
    Delivery.objects.filter(pk=taken.delivery_id, state=Delivery.State.FAILED).update(state=Delivery.State.DEAD)
    return outcome
