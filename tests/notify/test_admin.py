"""Channels, routes and deliveries in the admin: write-only secrets, an honest test, and dead letters revived."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.test import Client

from dashboard.access.models import Team
from dashboard.access.roles import scope_of
from dashboard.access.write import create_user
from dashboard.notify.models import Channel, Delivery, Route
from tests.notify.conftest import Clock, Receiver, make_channel, make_message, put

pytestmark = pytest.mark.django_db
CHANNELS, ROUTES, DELIVERIES = (f"/admin/dashboard/{name}/" for name in ("channel", "route", "delivery"))
SECRET = "https://hooks.slack.test/services/canary"
COMMON = {"name": "ops", "enabled": "on", "per_minute": "30", "team": ""}


@pytest.fixture
def desk(client: Client) -> Client:
    """A browser in which an admin is signed in."""
    client.force_login(create_user("ada", "x", "admin"))
    return client


def errors_of(answer: Any) -> str:
    return str(answer.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("kind", "fields", "config", "secret"),
    [
        ("email", {"to": "a@example.com\nb@example.com"}, {"to": ["a@example.com", "b@example.com"]}, ""),
        ("slack", {"secret": SECRET}, {}, SECRET),
        ("teams", {"secret": SECRET}, {}, SECRET),
        ("pagerduty", {"region": "eu", "secret": "k" * 32}, {"region": "eu"}, "k" * 32),
        ("sns", {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:a"},
         {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:a"}, ""),
        ("webhook", {"url": "https://a.test/x", "secret": "s"}, {"url": "https://a.test/x"}, "s"),
    ],
)  # fmt: skip
def test_a_channel_of_each_kind_is_made(
    desk: Client, kind: str, fields: dict[str, str], config: dict[str, object], secret: str
) -> None:
    assert desk.post(f"{CHANNELS}add/?kind={kind}", {**COMMON, **fields}).status_code == 302
    channel = Channel.objects.get()
    assert (channel.kind, channel.config, channel.secret) == (kind, config, secret)


def test_the_kind_is_chosen_first(desk: Client) -> None:
    page = desk.get(f"{CHANNELS}add/").content.decode()
    for kind in Channel.Kind:
        assert f"?kind={kind}" in page


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("email", {"to": "nobody"}, "Enter a valid email address."),
        ("slack", {"secret": "file:///etc/passwd"}, "This is no web address."),
        ("slack", {"secret": ""}, "This field is required."),
        ("teams", {"secret": "https://user:pw@a.test/"}, "This is no web address."),
        ("pagerduty", {"region": "us", "secret": "short"}, "32 characters"),
        ("sns", {"topic_arn": "arn:aws:sqs:eu-west-1:111122223333:a"}, "not the ARN of an SNS topic"),
        ("webhook", {"url": "https://[::1"}, "This is no web address."),
        ("webhook", {"url": "https://a.test/", "per_minute": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_bad_channel_is_refused_at_its_field(desk: Client, kind: str, fields: dict[str, str], message: str) -> None:
    assert message in errors_of(desk.post(f"{CHANNELS}add/?kind={kind}", {**COMMON, **fields}))


@pytest.fixture
def slack(desk: Client) -> Channel:
    desk.post(f"{CHANNELS}add/?kind=slack", {**COMMON, "secret": SECRET})
    return Channel.objects.get()


def test_a_secret_is_on_no_page_and_not_in_the_history(desk: Client, slack: Channel) -> None:
    one = f"{CHANNELS}{slack.pk}/"
    for url in (CHANNELS, f"{one}change/", f"{one}history/", f"{one}delete/", "/admin/auditlog/logentry/"):
        assert "canary" not in desk.get(url).content.decode()
    assert "canary" not in "".join(str(entry.changes) for entry in LogEntry.objects.all())


def test_a_secret_that_is_left_blank_stays(desk: Client, slack: Channel) -> None:
    desk.post(f"{CHANNELS}{slack.pk}/change/", {**COMMON, "name": "renamed", "secret": ""})
    slack.refresh_from_db()
    assert (slack.name, slack.secret) == ("renamed", SECRET)


def test_that_a_secret_was_replaced_is_in_the_history(desk: Client, slack: Channel) -> None:
    desk.post(f"{CHANNELS}{slack.pk}/change/", {**COMMON, "secret": f"{SECRET}-new"})
    entry = LogEntry.objects.get_for_object(slack).first()
    assert entry is not None
    assert list(entry.changes_dict) == ["secret_set_at"]


def test_switching_off_gives_up_what_waits(desk: Client, slack: Channel) -> None:
    put(make_message())
    desk.post(f"{CHANNELS}{slack.pk}/change/", {**COMMON, "enabled": "", "secret": ""})
    assert Delivery.objects.get().state == "dead"


def press(desk: Client, channel: Channel) -> str:
    """The page that follows 'Send a test'."""
    return desk.post(f"{CHANNELS}{channel.pk}/test/", follow=True).content.decode()


def test_the_test_sends_now_and_says_what_was_answered(desk: Client, hook: Channel, receiver: Receiver) -> None:
    receiver.body = b"thank you"
    assert "200 thank you" in press(desk, hook)
    assert receiver.messages[0]["facts"] == [{"label": "Asked for by", "value": "ada"}]
    assert Delivery.objects.get().state == "sent"


def test_a_test_that_fails_says_why_and_what_to_do_and_is_not_repeated(
    desk: Client, hook: Channel, receiver: Receiver, send: Callable[[], int]
) -> None:
    receiver.status, receiver.body = 404, b"no_service"
    page = press(desk, hook)
    assert "The receiver answered 404: no_service." in page
    assert "The address no longer exists" in page
    assert send() == 0
    assert Delivery.objects.get().state == "dead"


def test_a_test_of_mail_is_a_real_mail(desk: Client) -> None:
    press(desk, make_channel("mail", "email"))
    assert [one.subject for one in mail.outbox] == ["[Stackdeck] Test: This is a test of mail"]


def test_a_test_of_an_inner_address_opens_nothing(desk: Client, db: None) -> None:
    page = press(desk, make_channel(config={"url": "https://169.254.169.254/latest/meta-data"}))
    assert "169.254.169.254, which is not a public address" in page


def test_a_topic_shows_the_statement_that_its_account_needs(desk: Client) -> None:
    topic = make_channel("topic", "sns", config={"topic_arn": "arn:aws:sns:eu-west-1:111122223333:alerts"})
    page = desk.get(f"{CHANNELS}{topic.pk}/change/")
    statement = json.loads(page.context["adminform"].model_admin.permission(topic))
    assert statement["Action"] == ["sns:Publish"]
    assert statement["Resource"] == ["arn:aws:sns:eu-west-1:111122223333:alerts"]
    assert "sns:Publish" in page.content.decode()
    assert "is not connected" in press(desk, topic)


def route_with(desk: Client, channel: Channel, **changed: object) -> Any:
    data = {
        "name": "nights", "position": "1", "channels": [channel.pk], "severities": ["critical"], "team": "",
        "environments": "prod\nstaging", "labels": "app=shop", "when": "outside", "days": ["mon", "tue"],
        "start": "09:00", "end": "17:00", "time_zone": "Europe/Berlin", "repeat": "60", **changed,
    }  # fmt: skip
    return desk.post(f"{ROUTES}add/", data)


def test_a_route_is_made_and_shown_again_as_it_was(desk: Client, slack: Channel) -> None:
    route_with(desk, slack)
    route = Route.objects.get()
    assert (route.environments, route.labels, route.days) == (["prod", "staging"], {"app": "shop"}, ["mon", "tue"])
    form = desk.get(f"{ROUTES}{route.pk}/change/").context["adminform"].form
    assert form["repeat"].value() == "60"
    assert "critical, prod, staging, app=shop" in desk.get(ROUTES).content.decode()


def test_a_route_may_wait_until_nobody_took_an_alert(desk: Client, slack: Channel) -> None:
    route_with(desk, slack, after="30")
    route = Route.objects.get()
    assert route.after == timedelta(minutes=30)
    form = desk.get(f"{ROUTES}{route.pk}/change/").context["adminform"].form
    assert form["after"].value() == "30"
    assert "after 30 min" in desk.get(ROUTES).content.decode()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"time_zone": "Europe/Nowhere"}, "There is no time zone"),
        ({"days": []}, "Choose at least one day"),
        ({"channels": []}, "This field is required."),
        ({"labels": "app"}, "key=value"),
    ],
)
def test_a_bad_route_is_refused_at_its_field(
    desk: Client, slack: Channel, changed: dict[str, object], message: str
) -> None:
    assert message in errors_of(route_with(desk, slack, **changed))


def test_who_is_told_is_in_the_history(desk: Client, slack: Channel) -> None:
    route_with(desk, slack)
    changes = [entry.changes_dict for entry in LogEntry.objects.get_for_object(Route.objects.get())]
    assert any("channels" in one for one in changes)


def send_again(desk: Client, delivery: Delivery) -> str:
    data = {"action": "send_again", "_selected_action": [delivery.pk]}
    return desk.post(DELIVERIES, data, follow=True).content.decode()


def test_a_dead_delivery_is_sent_again_from_the_list(
    desk: Client, hook: Channel, receiver: Receiver, send: Callable[[], int]
) -> None:
    receiver.status = 422
    put(make_message())
    send()
    delivery = Delivery.objects.get()
    assert "1 will be sent again within seconds." in send_again(desk, delivery)
    delivery.refresh_from_db()
    assert delivery.state == "waiting"


def test_what_is_not_dead_stays_as_it_is(desk: Client, hook: Channel) -> None:
    put(make_message())
    assert "1 left as they are" in send_again(desk, Delivery.objects.get())


def test_deliveries_can_neither_be_added_nor_changed(desk: Client, hook: Channel, clock: Clock) -> None:
    put(make_message())
    delivery = Delivery.objects.get()
    assert desk.get(f"{DELIVERIES}add/").status_code == 403
    assert desk.post(f"{DELIVERIES}{delivery.pk}/change/", {"state": "sent"}).status_code == 403
    page = desk.get(f"{DELIVERIES}{delivery.pk}/change/").content.decode()
    assert "p95 has been above 1 s" in page


def test_a_teams_channel_is_hidden_from_who_may_not_see_the_team(db: None) -> None:
    ours, theirs = Team.objects.create(name="ours"), Team.objects.create(name="theirs")
    mine = make_channel("mine", team=ours)
    make_channel("other", team=theirs)
    viewer = create_user("vera", "x", "viewer", teams=[ours])
    assert list(Channel.objects.visible_to(scope_of(viewer))) == [mine]
