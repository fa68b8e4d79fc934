"""Alerts that nobody takes, to the routes that wait for that."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.alerts.lifecycle import FLAP
from dashboard.alerts.models import Alert, Silence
from dashboard.alerts.write import acknowledge, escalate, silence
from dashboard.inventory.models import Account, Resource
from dashboard.notify.models import Channel, Delivery, Route
from dashboard.tasks import watch
from dashboard.thresholds.finding import Outcome
from tests.alerts.conftest import alert_of, finding, judge
from tests.factories import NOW, make_user

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@pytest.fixture
def person(db: None) -> User:
    return make_user("olga", "operator")


def make_route(name: str, after: timedelta | None = None, **columns: object) -> Channel:
    """A channel of that name, and the only route to it."""
    channel = Channel.objects.create(kind="email", name=name, config={"to": [f"{name}@example.org"]})
    Route.objects.create(name=name, after=after, **columns).channels.add(channel)
    return channel


@pytest.fixture
def opened(account: Account, function: Resource) -> Alert:
    """Told to Ops at once; Boss hears of it after a quarter of an hour."""
    make_route("Ops")
    make_route("Boss", QUARTER)
    judge(account, finding(function))
    return alert_of(function)


def told() -> list[tuple[str, str]]:
    """Channel and event of everything in the outbox, oldest first."""
    return [(one.channel.name, one.event) for one in Delivery.objects.select_related("channel").order_by("pk")]


@pytest.mark.parametrize(
    ("at", "boss_is_told"),
    [(NOW, False), (NOW + QUARTER - timedelta(seconds=1), False), (NOW + QUARTER, True), (NOW + 9 * HOUR, True)],
)
def test_a_route_that_waits_is_asked_when_its_time_is_over(opened: Alert, at: datetime, boss_is_told: bool) -> None:
    assert escalate(at) == boss_is_told
    assert told() == [("Ops", "opened"), ("Boss", "opened")][: 1 + boss_is_told]


def test_escalating_again_tells_nothing_again(opened: Alert) -> None:
    escalate(NOW + QUARTER)
    assert escalate(NOW + HOUR) == 0
    assert [one.kind for one in opened.transitions.all()] == ["opened", "escalated"]


def test_what_somebody_has_is_not_escalated(opened: Alert, person: User) -> None:
    acknowledge(opened, person, NOW + timedelta(minutes=5))
    assert escalate(NOW + QUARTER) == 0


def test_what_is_over_is_not_escalated(opened: Alert, account: Account, function: Resource) -> None:
    judge(account, finding(function, Outcome.HOLDS), at=NOW + timedelta(minutes=5))
    assert escalate(NOW + QUARTER) == 0


def test_what_is_silenced_waits_until_the_silence_ends(opened: Alert, person: User) -> None:
    silence(Silence(reason="known", stack=opened.stack, starts_at=NOW, ends_at=NOW + HOUR), person, NOW)
    assert escalate(NOW + QUARTER) == 0
    assert escalate(NOW + HOUR) == 1


def test_each_route_waits_its_own_time(opened: Alert) -> None:
    make_route("Director", HOUR)
    counts = [escalate(NOW + minutes * timedelta(minutes=1)) for minutes in (14, 15, 59, 60, 61)]
    assert counts == [0, 1, 0, 1, 0]
    assert [name for name, _ in told()] == ["Ops", "Boss", "Director"]


def test_after_a_long_outage_all_who_waited_are_told_at_once(opened: Alert) -> None:
    make_route("Director", HOUR)
    assert escalate(NOW + 5 * HOUR) == 2


def test_a_route_that_waits_takes_only_what_is_its_own(opened: Alert) -> None:
    Route.objects.filter(name="Boss").update(environments=["dev"])
    assert escalate(NOW + QUARTER) == 0
    assert not opened.transitions.filter(kind="escalated").exists()


def test_a_channel_that_was_told_at_once_is_not_told_twice(opened: Alert) -> None:
    Route.objects.get(name="Boss").channels.add(Channel.objects.get(name="Ops"))
    escalate(NOW + QUARTER)
    assert [name for name, _ in told()] == ["Ops", "Boss"]


def test_the_last_route_at_once_does_not_hold_back_one_that_waits(opened: Alert) -> None:
    Route.objects.filter(name="Ops").update(stops=True, position=1)
    assert escalate(NOW + QUARTER) == 1


def test_the_message_says_how_long_nobody_took_it(opened: Alert) -> None:
    escalate(NOW + timedelta(minutes=16))
    message = Delivery.objects.get(channel__name="Boss").message
    assert message["sentences"][0] == "Nobody has acknowledged it for 16 min."


def test_whom_it_was_escalated_to_also_hears_how_it_ends(opened: Alert, account: Account, function: Resource) -> None:
    escalate(NOW + QUARTER)
    judge(account, finding(function, Outcome.HOLDS), at=NOW + HOUR)
    assert sorted(told()) == [("Boss", "opened"), ("Boss", "resolved"), ("Ops", "opened"), ("Ops", "resolved")]


def test_what_comes_back_waits_anew(opened: Alert, account: Account, function: Resource) -> None:
    escalate(NOW + QUARTER)
    judge(account, finding(function, Outcome.HOLDS), at=NOW + HOUR)
    again = NOW + HOUR + FLAP
    judge(account, finding(function), at=again)
    assert escalate(again + QUARTER - timedelta(seconds=1)) == 0
    assert escalate(again + QUARTER) == 1


def test_what_nobody_was_told_of_is_not_escalated(account: Account, function: Resource, person: User) -> None:
    make_route("Boss", QUARTER)
    silence(Silence(reason="known", starts_at=NOW, ends_at=NOW + HOUR), person, NOW)
    judge(account, finding(function))
    assert escalate(NOW + 2 * HOUR) == 0


def test_the_watch_escalates(opened: Alert) -> None:
    watch()
    assert ("Boss", "opened") in told()
