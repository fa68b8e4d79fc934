"""Messages on the collectors page: what did not arrive and why, how channels do, who may try again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.notify.models import Channel, Delivery
from tests.factories import NOW, make_user

ADDRESS = "/collectors/messages/"
QUERIES = 10


def make_channel(name: str = "pager", **columns: Any) -> Channel:
    return Channel.objects.create(kind="email", name=name, config={"to": ["ops@example.com"]}, **columns)


def make_delivery(channel: Channel, key: str = "alert-1", state: str = "dead", **columns: Any) -> Delivery:
    given: dict[str, Any] = {"created_at": NOW - timedelta(hours=2), "next_at": NOW, "attempts": 9, "message": {}}
    given |= {"thread": key, "event": "opened", "severity": "critical", "title": f"{key} is broken", "payload": {}}
    return Delivery.objects.create(channel=channel, key=key, state=state, **{**given, **columns})


@pytest.fixture
def operator(client: Client, now: None, db: None) -> Client:
    client.force_login(make_user("otto", "operator"))
    return client


def text_of(client: Client) -> str:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_given_up_says_to_whom_why_and_after_how_many_tries(page: Client) -> None:
    make_delivery(make_channel(), error="The mailbox is full. Empty it.")
    (one,) = page.get(ADDRESS).context["outbox"].undelivered
    assert (one.title, one.channel.name, one.attempts) == ("alert-1 is broken", "pager", 9)
    assert "The mailbox is full. Empty it." in text_of(page)


def test_what_arrived_or_waits_for_its_first_try_is_no_trouble(page: Client) -> None:
    channel = make_channel()
    make_delivery(channel, "alert-1", "sent")
    make_delivery(channel, "alert-2", "waiting", attempts=0)
    assert page.get(ADDRESS).context["outbox"].undelivered == []


@pytest.mark.parametrize(
    ("columns", "label"),
    [
        ({"last_sent_at": NOW}, "Working"),
        ({}, "Not used yet"),
        ({"failures": 2, "last_error": "No answer."}, "Failing"),
        ({"failures": 5, "rests_until": NOW + timedelta(minutes=3)}, "Resting"),
        ({"failures": 5, "rests_until": NOW - timedelta(minutes=3)}, "Failing"),
        ({"enabled": False, "failures": 5}, "Switched off"),
    ],
)
def test_a_channel_says_how_it_does(page: Client, columns: dict[str, Any], label: str) -> None:
    make_channel(**columns)
    assert [line.label for line in page.get(ADDRESS).context["channels"]] == [label]


def test_the_channel_that_needs_somebody_stands_first(page: Client) -> None:
    make_channel("a fine one", last_sent_at=NOW)
    make_channel("a broken one", failures=1)
    assert [line.channel.name for line in page.get(ADDRESS).context["channels"]] == ["a broken one", "a fine one"]


def test_without_channels_it_says_that_nobody_is_told(page: Client) -> None:
    assert "Nobody is told of anything" in text_of(page)


def test_an_operator_tries_again(operator: Client) -> None:
    dead = make_delivery(make_channel())
    assert operator.post(f"{ADDRESS}{dead.pk}/again/").status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)


def test_an_opening_is_not_sent_after_its_end(operator: Client) -> None:
    channel = make_channel()
    dead = make_delivery(channel)
    make_delivery(channel, "alert-1-resolved", "sent", thread="alert-1")
    answer = operator.post(f"{ADDRESS}{dead.pk}/again/", follow=True)
    dead.refresh_from_db()
    assert dead.state == "dead"
    assert "something later of the same alert has been sent" in answer.content.decode()


def test_a_viewer_sees_no_button(page: Client) -> None:
    make_delivery(make_channel())
    assert "Try again" not in text_of(page)


def test_channels_of_other_teams_are_not_shown(client: Client, now: None, db: None) -> None:
    mine, other = Team.objects.create(name="Mine"), Team.objects.create(name="Other")
    make_delivery(make_channel("theirs", team=other))
    make_channel("ours", team=mine)
    client.force_login(make_user("vera", see_all=False, teams=[mine]))
    context = client.get(ADDRESS).context
    assert [line.channel.name for line in context["channels"]] == ["ours"]
    assert context["outbox"].undelivered == []


def test_the_number_of_queries_does_not_grow(page: Client) -> None:
    for number in range(20):
        make_delivery(make_channel(f"channel {number}"), f"alert-{number}")
    with CaptureQueriesContext(connection) as queries:
        page.get(ADDRESS)
    assert len(queries) <= QUERIES
