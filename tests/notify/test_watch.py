"""The watchdogs: collectors that go silent are told once and so is their end; the outside is told that we live."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard import tasks
from dashboard.inventory.models import Account
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.send import ping
from dashboard.notify.send.http import HttpError
from dashboard.polls.models import Outage, Target
from dashboard.polls.read import vital_problems
from dashboard.polls.write import beat, watch_targets
from tests.notify.conftest import NOW, Clock, Receiver

pytestmark = pytest.mark.django_db
PATIENCE = timedelta(minutes=30)
FIVE = timedelta(minutes=5)
Fail = Callable[..., None]


@pytest.fixture
def account(hook: Channel) -> Account:
    """An account with two targets that work, and a channel to tell about them."""
    account = Account.objects.create(name="Shop", account_id="111122223333", regions=["eu-west-1"])
    Account.objects.update(created_at=NOW - timedelta(days=9))
    for source in ("inventory", "metrics_5m"):
        Target.objects.create(
            account=account, region="eu-west-1", source=source, every=FIVE, due_at=NOW, last_success_at=NOW
        )
    return account


def fail(source: str = "", since: timedelta = timedelta(minutes=36), **columns: Any) -> None:
    """Let targets have failed for that long."""
    chosen = Target.objects.filter(source=source) if source else Target.objects.all()
    given = {"failures": 6, "last_error_text": "AWS does not allow cloudwatch:GetMetricData in eu-west-1."}
    chosen.update(last_success_at=NOW - since, **{**given, **columns})


def heal(source: str = "") -> None:
    chosen = Target.objects.filter(source=source) if source else Target.objects.all()
    chosen.update(failures=0, last_error_text="", last_success_at=NOW + timedelta(hours=1))


def told() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("event", "title"))


def test_silence_of_a_whole_account_is_told_once_with_its_reason(account: Account) -> None:
    fail()
    assert watch_targets(NOW, PATIENCE) == 1
    assert watch_targets(NOW + FIVE, PATIENCE) == 0
    delivery = Delivery.objects.get()
    assert (delivery.title, delivery.severity) == ("Nothing has been collected from Shop for 36 min", "critical")
    assert delivery.message["sentences"] == ["AWS does not allow cloudwatch:GetMetricData in eu-west-1."]


def test_silence_of_a_part_is_a_warning_that_names_it(account: Account) -> None:
    fail("metrics_5m")
    watch_targets(NOW, PATIENCE)
    delivery = Delivery.objects.get()
    assert delivery.title == "Nothing has been collected from 1 of 2 collectors of Shop for 36 min"
    assert delivery.severity == "warning"
    assert delivery.message["facts"] == [{"label": "Silent", "value": "eu-west-1 Metrics, 5 minutes"}]


def test_its_end_is_told_once_and_the_next_silence_anew(account: Account) -> None:
    fail()
    watch_targets(NOW, PATIENCE)
    heal()
    assert watch_targets(NOW + timedelta(hours=1), PATIENCE) == 1
    assert watch_targets(NOW + timedelta(hours=1), PATIENCE) == 0
    fail()
    assert watch_targets(NOW + timedelta(hours=2), PATIENCE) == 1
    assert [event for event, _ in told()] == ["opened", "resolved", "opened"]
    assert told()[1][1] == "Shop is collected again"


def test_more_silence_is_told_in_the_same_thread_and_the_end_only_when_all_is_well(account: Account) -> None:
    fail("metrics_5m")
    watch_targets(NOW, PATIENCE)
    fail("inventory")
    assert watch_targets(NOW, PATIENCE) == 1
    heal("inventory")
    assert watch_targets(NOW, PATIENCE) == 0
    assert Delivery.objects.values("thread").distinct().count() == 1
    assert Outage.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("columns", "silent"),
    [
        ({}, True),
        ({"since": timedelta(minutes=34)}, False),
        ({"failures": 0}, False),
        ({"paused_at": NOW, "paused_reason": "by ada"}, False),
        ({"failures": 0, "paused_at": NOW, "attempts": 3, "paused_reason": "Quarantined"}, True),
    ],
)
def test_failing_and_quarantined_targets_are_silent_and_paused_ones_are_not(
    account: Account, columns: dict[str, Any], silent: bool
) -> None:
    fail(**columns)
    assert bool(watch_targets(NOW, PATIENCE)) is silent


def test_pausing_the_account_ends_what_was_told(account: Account) -> None:
    fail()
    watch_targets(NOW, PATIENCE)
    Account.objects.update(paused_at=NOW)
    watch_targets(NOW, PATIENCE)
    assert [event for event, _ in told()] == ["opened", "resolved"]


def test_a_new_account_has_time_for_its_first_success(account: Account) -> None:
    Target.objects.update(last_success_at=None, failures=3)
    Account.objects.update(created_at=NOW - timedelta(minutes=5))
    assert watch_targets(NOW, PATIENCE) == 0


def test_the_product_is_well_while_it_is_woken_and_polls_in_time(account: Account) -> None:
    beat("beat", NOW)
    assert vital_problems(NOW + timedelta(minutes=2)) == []


def test_ailments_are_named(account: Account) -> None:
    assert vital_problems(NOW) == ["Beat has not woken a worker yet."]
    beat("beat", NOW)
    assert vital_problems(NOW + timedelta(minutes=11)) == [
        "Beat last woke a worker 660 s ago.",
        "2 polls have been due for more than 10 minutes.",
    ]


def test_a_ping_is_sent_while_all_is_well_and_a_fail_with_reasons_otherwise(receiver: Receiver) -> None:
    ping(f"{receiver.url}/uuid/", [])
    ping(f"{receiver.url}/uuid/", ["Beat is dead.", "A message waits."])
    assert [(path, body) for path, _, body in receiver.requests] == [
        ("/uuid/", b""),
        ("/uuid/fail", b"Beat is dead.\nA message waits."),
    ]


def test_a_ping_may_go_to_the_operators_own_network() -> None:
    with pytest.raises(HttpError, match="can't be reached"):
        ping("http://127.0.0.1:9/uuid", [])


def test_the_watch_task_tells_and_pings(account: Account, receiver: Receiver, settings: Any) -> None:
    settings.HEARTBEAT_PING_URL = f"{receiver.url}/uuid"
    fail(due_at=timezone.now())
    beat("beat", timezone.now())
    tasks.watch()
    assert Delivery.objects.count() == 1
    assert [path for path, _, _ in receiver.requests] == ["/uuid"]


def test_a_watchdog_that_does_not_answer_stops_nothing(account: Account, settings: Any) -> None:
    settings.HEARTBEAT_PING_URL = "http://127.0.0.1:9/uuid"
    tasks.watch()


def test_without_a_broker_waking_the_sender_fails_quietly(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", refuse)
    fail()
    tasks.watch()
    assert [event for event, _ in told()] == ["opened"]


def test_the_deliver_task_empties_the_outbox(account: Account, receiver: Receiver, clock: Clock) -> None:
    fail()
    watch_targets(NOW, PATIENCE)
    tasks.deliver()
    assert [message["event"] for message in receiver.messages] == ["opened"]
