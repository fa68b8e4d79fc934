"""Each medium for real: an SMTP server, the simulated SNS, and web servers in the place of Slack, Teams, PagerDuty."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from moto.backends import get_backend

from dashboard.core.connection import Connection
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_to
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.send import deliver, posts
from dashboard.notify.write import claim
from dashboard.notify.write.claims import LEASE
from dashboard.polls.models import ApiUsage
from dashboard.polls.write import pay_for
from tests.notify.conftest import NOW, Clock, Receiver, hostile_message, make_channel, make_message, nobody, put
from tests.simulated_aws import PRODUCTION, SimulatedAws
from tests.smtp import Mailbox, smtp_server

pytestmark = pytest.mark.django_db
Send = Callable[[], int]


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server, and a channel to it."""
    with smtp_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        make_channel("mail", "email", config={"to": ["ops@example.com", "boss@example.com"]})
        yield box


def test_a_mail_goes_to_all_recipients(mailbox: Mailbox, send: Send) -> None:
    put(make_message())
    assert send() == 1
    _, recipients, raw = mailbox.mails[0]
    mail = message_from_bytes(raw, policy=default)
    assert recipients == ["ops@example.com", "boss@example.com"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Stackdeck-Repeat"] is None


def test_a_mail_with_hostile_names_is_taken_and_has_no_header_more(mailbox: Mailbox, send: Send) -> None:
    put(make_message("usual:opened"))
    put(hostile_message())
    assert send() == 2
    usual, hostile = (message_from_bytes(raw, policy=default) for _, _, raw in mailbox.mails)
    assert usual.keys() == hostile.keys()
    assert mailbox.mails[0][1] == mailbox.mails[1][1]


def test_a_mail_that_may_be_a_repetition_has_the_same_id_and_says_so(
    mailbox: Mailbox, send: Send, clock: Clock
) -> None:
    put(make_message())
    send()
    Delivery.objects.update(state="waiting")
    claim(clock())
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert send() == 1
    first, second = (message_from_bytes(raw, policy=default) for _, _, raw in mailbox.mails)
    assert first["Message-ID"] == second["Message-ID"]
    assert second["X-Stackdeck-Repeat"] == "possible"
    assert "may be a repetition" in second.get_body(("plain",)).get_content()
    assert "may be a repetition" in second.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("command", "answer", "state", "said"),
    [
        ("RCPT", b"550 no such user", "dead", "refuses ops@example.com, boss@example.com. Correct the recipients."),
        ("RCPT", b"450 try later", "failed", "refuses ops@example.com"),
        ("MAIL", b"451 not now", "failed", "not now"),
    ],
)
def test_what_the_mail_server_says_is_shown(
    mailbox: Mailbox, send: Send, command: str, answer: bytes, state: str, said: str
) -> None:
    mailbox.refuse = {command: answer}
    put(make_message())
    assert send() == 0
    delivery = Delivery.objects.get()
    assert delivery.state == state
    assert said in delivery.error


def test_no_mail_server_is_a_known_failure(settings: Any, mailbox: Mailbox, send: Send) -> None:
    settings.EMAIL_PORT = 9
    put(make_message())
    send()
    delivery = Delivery.objects.get()
    assert "The mail server can't be reached" in delivery.error
    assert not delivery.may_have_arrived


@pytest.fixture
def topic(simulated_aws: SimulatedAws) -> Callable[[str], str]:
    """Makes a topic in a connected account; gives its ARN."""
    Account.objects.create(name="production", account_id=PRODUCTION, regions=["eu-west-1"])

    def make(name: str) -> str:
        fifo = {"Attributes": {"FifoTopic": "true"}} if name.endswith(".fifo") else {}
        arn: str = simulated_aws.client("sns").create_topic(Name=name, **fifo)["TopicArn"]
        make_channel("topic", "sns", config={"topic_arn": arn})
        return arn

    return make


def published(arn: str) -> list[Any]:
    """What the simulated SNS was given."""
    return list(get_backend("sns")[PRODUCTION]["eu-west-1"].topics[arn].sent_notifications)


@pytest.mark.parametrize("name", ["alerts", "alerts.fifo"])
def test_a_message_is_published_to_a_topic(topic: Callable[[str], str], clock: Clock, name: str) -> None:
    arn = topic(name)
    put(hostile_message())
    assert deliver(clock, connection_to) == 1
    _, text, subject, attributes, _ = published(arn)[0]
    assert subject.startswith("Critical: <!channel>")
    assert "Region: eu-west-1" in text
    assert attributes["severity"] == {"Type": "String", "Value": "critical"}
    assert Delivery.objects.get().response.startswith("MessageId ")


def test_publishing_counts_among_what_aws_is_paid_for(topic: Callable[[str], str], clock: Clock) -> None:
    topic("alerts")
    put(make_message())
    deliver(clock, connection_to, pay=pay_for)
    usage = ApiUsage.objects.get(account__account_id=PRODUCTION, api="sns:Publish")
    assert (usage.calls, usage.cost, usage.day) == (1, Decimal("0.0000005"), NOW.date())


def test_a_topic_that_may_not_be_written_to_names_the_missing_permission(
    topic: Callable[[str], str], clock: Clock, simulated_aws: SimulatedAws
) -> None:
    topic("alerts")
    simulated_aws.fault("access_denied", service="sns", operation="Publish")
    put(make_message())
    deliver(clock, connection_to)
    assert "Add sns:Publish to the policy" in Delivery.objects.get().error


def test_a_topic_of_an_account_that_is_not_connected_says_so(clock: Clock) -> None:
    make_channel("topic", "sns", config={"topic_arn": "arn:aws:sns:eu-west-1:999999999999:alerts"})
    put(make_message())
    deliver(clock, nobody)
    assert "The account 999999999999 of the topic is not connected." in Delivery.objects.get().error


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_chats_are_posted_to_their_secret_address(receiver: Receiver, send: Send, clock: Clock, kind: str) -> None:
    make_channel(kind, kind, secret=f"{receiver.url}/services/T/B/x")
    put(make_message())
    claim(clock())
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert send() == 1
    path, headers, body = receiver.requests[0]
    assert path == "/services/T/B/x"
    assert headers["content-type"] == "application/json"
    assert b"may be a repetition" in body


def test_pagerduty_gets_the_key_of_the_channel_which_is_stored_in_no_delivery(
    receiver: Receiver, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(posts.PAGERDUTY, "eu", f"{receiver.url}/v2/enqueue")
    receiver.status = 202
    make_channel("pager", "pagerduty", config={"region": "eu"}, secret="k" * 32)
    put(make_message())
    assert send() == 1
    assert receiver.messages[0]["routing_key"] == "k" * 32
    assert "k" * 32 not in str(Delivery.objects.values().get())


def test_what_no_sender_foresaw_is_an_outcome(hook: Channel, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(posts, "request", broken)
    put(make_message())
    assert send() == 0
    assert "Stackdeck failed to send it: KeyError." in Delivery.objects.get().error


def test_a_connection_is_looked_up_by_account(db: None) -> None:
    Account.objects.create(name="a", account_id="111122223333", regions=[], role_arn="arn:r", external_id="x")
    assert connection_to("111122223333") == Connection("111122223333", "", "arn:r", "x")
    assert connection_to("444455556666") is None
