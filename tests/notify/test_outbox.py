"""The outbox: told once, in order, by one sender at a time; what fails is tried again, and given up aloud."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from dashboard.access.models import Team
from dashboard.notify.message import Event, Severity
from dashboard.notify.models import Channel, Delivery, Route
from dashboard.notify.outcome import Outcome
from dashboard.notify.read import outbox_problems
from dashboard.notify.write import claim, enqueue, expire, give_up, remind, renew, retry, settle
from dashboard.notify.write.claims import LEASE
from tests.notify.conftest import NOW, Clock, Receiver, make_channel, make_message, put, states

pytestmark = pytest.mark.django_db
Send = Callable[[], int]
OK = Outcome(ok=True, response="200 ok")
DOWN = Outcome(ok=False, error="The receiver answered 500.", remedy="It is tried again.")


def opened(number: int = 1, **changed: object) -> int:
    return put(make_message(f"alert-{number}:opened", **changed))


def test_a_message_becomes_one_delivery_per_channel_and_nothing_is_sent_yet(hook: Channel, receiver: Receiver) -> None:
    make_channel("mail", "email")
    assert opened() == 2
    assert states() == ["waiting", "waiting"]
    assert (receiver.requests, mail.outbox) == ([], [])


def test_the_same_key_again_adds_nothing(hook: Channel) -> None:
    assert (opened(), opened()) == (1, 0)


def test_the_database_itself_refuses_a_second_delivery(hook: Channel) -> None:
    opened()
    second = Delivery.objects.get()
    second.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_may_be_enqueued(hook: Channel) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        enqueue(make_message(), NOW)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(hook: Channel, receiver: Receiver, send: Send) -> None:
    with transaction.atomic():
        enqueue(make_message(), NOW)
        transaction.set_rollback(True)
    assert send() == 0
    assert receiver.requests == []


def test_a_team_channel_gets_its_own_teams_messages_alone(hook: Channel) -> None:
    Channel.objects.update(team=Team.objects.create(name="payments"))
    assert opened(1, team="payments") == 1
    assert opened(2, team="mail") == 0
    assert opened(3, team="") == 0


def test_a_channel_that_is_switched_off_gets_nothing(hook: Channel) -> None:
    Channel.objects.update(enabled=False)
    assert opened() == 0


def test_routes_say_who_is_told(hook: Channel) -> None:
    make_channel("other")
    route = Route.objects.create(name="critical ones", severities=["critical"])
    route.channels.add(hook)
    assert opened(1) == 1
    assert opened(2, severity=Severity.INFO) == 0
    assert Delivery.objects.get().route == route


def test_what_is_sent_was_frozen_when_it_was_enqueued(hook: Channel, receiver: Receiver, send: Send) -> None:
    opened()
    assert send() == 1
    assert receiver.messages[0]["title"] == "checkout-api p95 2.4 s"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.response) == ("sent", 1, "200 ok")


def test_the_key_and_a_signature_go_along(hook: Channel, receiver: Receiver, send: Send) -> None:
    opened()
    send()
    headers = receiver.requests[0][1]
    assert headers["idempotency-key"] == "alert-1:opened"
    assert headers["stackdeck-signature"].startswith(f"t={int(NOW.timestamp())},v1=")
    assert "stackdeck-repeat" not in headers


def test_what_failed_is_tried_again_later_with_the_same_content(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    opened()
    receiver.status = 500
    assert send() == 0
    assert states() == ["failed"]
    receiver.status = 200
    assert send() == 0
    clock.advance(seconds=7)
    assert send() == 1
    assert receiver.requests[0][2] == receiver.requests[1][2]


def test_a_repetition_after_an_unknown_outcome_says_so(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    opened()
    first = claim(clock())[0]
    settle(first, Outcome(ok=False, error="No answer.", unknown=True), clock())
    clock.advance(seconds=7)
    send()
    assert receiver.requests[0][1]["stackdeck-repeat"] == "possible"


def test_a_sender_that_died_is_taken_over_when_its_lease_ends(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    opened()
    dead = claim(clock())[0]
    assert send() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert send() == 1
    assert receiver.requests[0][1]["stackdeck-repeat"] == "possible"
    assert not settle(dead, DOWN, clock())
    assert states() == ["sent"]


def test_a_sender_that_lives_keeps_what_it_renews(hook: Channel, send: Send, clock: Clock) -> None:
    opened()
    held = claim(clock())
    for _ in range(5):
        clock.advance(seconds=20)
        renew(held, clock())
        assert send() == 0
    assert settle(held[0], OK, clock())


def test_a_channel_is_sent_to_by_one_sender_at_a_time(hook: Channel, clock: Clock) -> None:
    for number in range(3):
        opened(number)
    assert [one.key for one in claim(clock())] == ["alert-0:opened"]
    assert claim(clock()) == []


def test_channels_do_not_wait_for_each_other(hook: Channel, clock: Clock) -> None:
    make_channel("other")
    opened()
    assert len(claim(clock())) == 2


def test_a_resolve_waits_for_its_open_and_others_pass(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status = 500
    opened(1)
    send()
    receiver.status = 200
    put(make_message("alert-1:resolved", event=Event.RESOLVED))
    opened(2)
    assert send() == 1
    assert receiver.messages[-1]["key"] == "alert-2:opened"
    clock.advance(seconds=7)
    assert send() == 2
    assert [message["key"] for message in receiver.messages[-2:]] == ["alert-1:opened", "alert-1:resolved"]


def test_a_resolve_does_not_wait_for_an_open_that_was_given_up(hook: Channel, receiver: Receiver, send: Send) -> None:
    receiver.status = 422
    opened()
    send()
    receiver.status = 200
    put(make_message("alert-1:resolved", event=Event.RESOLVED))
    assert send() == 1
    assert states() == ["dead", "sent"]


def test_a_channel_is_sent_no_more_than_its_rate(hook: Channel, send: Send, clock: Clock) -> None:
    Channel.objects.update(per_minute=3)
    for number in range(5):
        opened(number)
    assert send() == 3
    clock.advance(seconds=59)
    assert send() == 0
    clock.advance(seconds=2)
    assert send() == 2


def test_a_failing_channel_rests_and_is_then_tried_with_one_message(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status = 503
    for number in range(10):
        opened(number)
    send()
    assert len(receiver.requests) == 4
    clock.advance(seconds=31)
    send()
    assert len(receiver.requests) == 5
    receiver.status = 200
    clock.advance(seconds=61)
    assert send() == 10
    assert Channel.objects.get().failures == 0


def test_a_receiver_is_left_alone_as_long_as_it_asks(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    opened()
    send()
    clock.advance(seconds=119)
    send()
    assert len(receiver.requests) == 1


def test_one_dead_channel_leaves_the_others_alone(hook: Channel, receiver: Receiver, send: Send) -> None:
    make_channel("mail", "email")
    receiver.status = 500
    for number in range(6):
        opened(number)
    assert send() == 6
    assert len(mail.outbox) == 6


@pytest.fixture
def given_up(hook: Channel, receiver: Receiver, send: Send, clock: Clock) -> Delivery:
    """A message that a day of trying did not get through; there is a mail channel beside."""
    receiver.status = 500
    opened()
    send()
    make_channel("mail", "email")
    clock.advance(hours=24, minutes=1)
    send()
    return Delivery.objects.get(key="alert-1:opened", channel=hook)


def test_after_a_day_a_delivery_is_given_up_and_that_is_told_elsewhere(given_up: Delivery) -> None:
    assert given_up.state == "dead"
    assert [one.subject for one in mail.outbox] == ["[Stackdeck] Notice: 1 message could not be delivered to ops"]
    assert "answered 500" in mail.outbox[0].body


def test_what_waited_behind_it_for_a_day_is_given_up_with_it_in_one_notice(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status = 500
    for number in range(6):
        opened(number)
    send()
    make_channel("mail", "email")
    clock.advance(hours=24, minutes=1)
    send()
    assert set(states()[:6]) == {"dead"}
    assert [one.subject for one in mail.outbox] == ["[Stackdeck] Notice: 6 messages could not be delivered to ops"]


def test_a_backlog_older_than_a_day_is_still_tried(hook: Channel, send: Send, clock: Clock) -> None:
    opened()
    clock.advance(hours=30)
    assert send() == 1


def test_a_notice_that_is_given_up_is_not_told_of(hook: Channel, receiver: Receiver, send: Send) -> None:
    make_channel("mail", "email")
    receiver.status = 422
    Route.objects.create(name="all").channels.add(hook)
    put(make_message("dead:9:9", event=Event.NOTICE))
    send()
    assert states() == ["dead"]


def test_what_is_refused_is_given_up_at_once_and_the_channel_is_fine(
    hook: Channel, receiver: Receiver, send: Send
) -> None:
    receiver.status = 400
    opened()
    send()
    assert states() == ["dead"]
    assert (Channel.objects.get().failures, Channel.objects.get().rests_until) == (0, None)


def test_a_dead_delivery_can_be_sent_after_all(
    given_up: Delivery, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status = 200
    assert retry(given_up, clock())
    assert send() == 1
    assert given_up.channel.deliveries.get().state == "sent"


def test_an_open_is_not_sent_after_its_resolve(
    given_up: Delivery, receiver: Receiver, send: Send, clock: Clock
) -> None:
    receiver.status = 200
    Channel.objects.update(rests_until=None)
    put(make_message("alert-1:resolved", event=Event.RESOLVED), clock())
    assert send() == 1
    assert not retry(given_up, clock())


def test_switching_a_channel_off_ends_what_waits(hook: Channel, send: Send) -> None:
    opened()
    assert give_up(hook, "The channel was switched off.") == 1
    assert send() == 0
    assert Delivery.objects.get().error == "The channel was switched off."


def repeating(hook: Channel) -> None:
    Route.objects.create(name="nag", repeat=timedelta(hours=1)).channels.add(hook)


def told(receiver: Receiver) -> list[tuple[str, int]]:
    return [(message["event"], message["reminder"]) for message in receiver.messages]


def test_what_stays_open_is_told_again_as_often_as_its_route_wants(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    repeating(hook)
    opened()
    send()
    for minutes in (59, 2, 61):
        clock.advance(minutes=minutes)
        remind(clock())
        send()
    assert told(receiver) == [("opened", 0), ("opened", 1), ("opened", 2)]
    assert receiver.messages[2]["sentences"] == ["Still open after 2 h 2 min.", "p95 has been above 1 s for 5 minutes."]


@pytest.mark.parametrize("event", [Event.ACKNOWLEDGED, Event.RESOLVED])
def test_what_is_acknowledged_or_over_is_not_told_again(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock, event: Event
) -> None:
    repeating(hook)
    opened()
    send()
    put(make_message(f"alert-1:{event}", event=event))
    send()
    clock.advance(hours=5)
    assert remind(clock()) == 0


def test_two_senders_remind_once(hook: Channel, send: Send, clock: Clock) -> None:
    repeating(hook)
    opened()
    send()
    clock.advance(hours=2)
    assert (remind(clock()), remind(clock())) == (1, 0)


def test_the_outbox_is_ill_when_something_waits_though_its_channel_works(
    hook: Channel, receiver: Receiver, send: Send, clock: Clock
) -> None:
    opened()
    clock.advance(minutes=4)
    assert outbox_problems(clock()) == []
    clock.advance(minutes=2)
    assert outbox_problems(clock()) == ["A message has been waiting for 360 s."]
    Channel.objects.update(rests_until=clock() + timedelta(minutes=1))
    assert outbox_problems(clock()) == []


def test_what_is_over_is_forgotten_after_its_time_and_what_is_open_stays(hook: Channel, send: Send) -> None:
    opened(1)
    put(make_message("alert-1:resolved", event=Event.RESOLVED))
    opened(2)
    send()
    opened(3)
    assert expire(NOW + timedelta(days=91), timedelta(days=90)) == 2
    assert list(Delivery.objects.order_by("pk").values_list("thread", flat=True)) == ["alert-2", "alert-3"]


def test_how_it_goes_on_is_told_where_its_opening_was_and_nowhere_else(hook: Channel) -> None:
    make_channel("other")
    route = Route.objects.create(name="critical ones", severities=["critical"])
    route.channels.add(hook)
    opened()
    Route.objects.all().delete()
    assert put(make_message("alert-1:resolved", event=Event.RESOLVED, severity=Severity.INFO)) == 1
    assert set(Delivery.objects.values_list("channel", flat=True)) == {hook.pk}
