"""What each medium is sent: as its documentation wants it, and with nothing in it that names could do."""

import hashlib
import hmac
import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.core.tokens import parse
from dashboard.notify.message import Event, Fact, Link, Message
from dashboard.notify.payloads import pagerduty, slack, sns, teams, webhook
from dashboard.notify.signature import sign
from dashboard.notify.write import mail
from tests.notify.conftest import HOSTILE, hostile_message, make_message

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {name: ROOT / "tests" / "data" / "notify" / f"{name}.json" for name in ("slack", "teams", "pagerduty")}
SCHEMAS["webhook"] = ROOT / "docs" / "webhook.schema.json"
TOKENS = parse((ROOT / "static" / "css" / "tokens.css").read_text())
KEY = {"routing_key": "k" * 32}
RENDERED = {
    "slack": slack.payload,
    "slack, perhaps again": lambda message: slack.labelled(slack.payload(message)),
    "teams": teams.payload,
    "teams, perhaps again": lambda message: teams.labelled(teams.payload(message)),
    "pagerduty": lambda message: {**KEY, **pagerduty.payload(message)},
    "webhook": webhook.payload,
}
LONG = "x" * 5000
MESSAGES = {
    "usual": make_message(labels={"app": "shop"}),
    "hostile": hostile_message(),
    "bare": Message("k", "t", Event.OPENED, make_message().severity, "t", make_message().at),
    "long": make_message(title=LONG, sentences=(LONG,) * 9, facts=(Fact(LONG, LONG),) * 40, stack=LONG, resource=LONG,
                         thread=LONG, links=(Link(LONG, "https://stackdeck.test/"),) * 40),
    "empty facts": make_message(facts=(Fact("Deploy", ""), Fact("", ""))),
    "acknowledged": make_message(event=Event.ACKNOWLEDGED),
    "resolved": make_message(event=Event.RESOLVED),
}  # fmt: skip


def check(medium: str, payload: dict[str, Any]) -> None:
    jsonschema.validate(payload, json.loads(SCHEMAS[medium.partition(",")[0]].read_text()))


@pytest.mark.parametrize("medium", RENDERED)
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_payloads_are_as_the_documentation_wants_them(medium: str, message: Message) -> None:
    check(medium, RENDERED[medium](message))


def test_the_schemas_refuse_what_is_wrong() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check("slack", {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": LONG}}]})
    with pytest.raises(jsonschema.ValidationError):
        check("pagerduty", {**KEY, "event_action": "trigger", "dedup_key": "x"})
    with pytest.raises(jsonschema.ValidationError):
        check("teams", {"type": "message", "attachments": []})


@given(st.text(), st.text(), st.text())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_makes_valid_payloads(title: str, label: str, value: str) -> None:
    message = make_message(title=title, sentences=(value,), facts=(Fact(label, value),), resource=label)
    for medium in ("slack", "teams", "pagerduty"):
        check(medium, RENDERED[medium](message))


def texts_in(value: Any) -> list[str]:
    """Every text of a payload."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_in(part)]
    return [value] if isinstance(value, str) else []


def test_slack_makes_no_mention_or_link_of_names() -> None:
    sent = slack.payload(hostile_message())
    assert "&lt;!channel&gt;" in json.dumps(sent)
    assert not [text for text in texts_in(sent) if "<" in text or ">" in text]
    assert "*b* &amp;" in sent["text"]


def test_teams_puts_names_only_where_markdown_is_not_read() -> None:
    body = teams.payload(hostile_message())["attachments"][0]["content"]["body"]
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert {run["type"] for block in body for run in block["inlines"]} == {"TextRun"}


@pytest.mark.parametrize(
    ("event", "action"),
    [(Event.OPENED, "trigger"), (Event.ACKNOWLEDGED, "acknowledge"), (Event.RESOLVED, "resolve"),
     (Event.TEST, "trigger")],
)  # fmt: skip
def test_pagerduty_follows_the_incident_of_the_thread(event: Event, action: str) -> None:
    sent = pagerduty.payload(make_message(event=event))
    assert (sent["event_action"], sent["dedup_key"]) == (action, "alert-1")


@pytest.mark.parametrize("message", [hostile_message(), make_message(title="Überlast 🔥 in checkout")])
def test_an_sns_subject_is_short_ascii_in_one_line(message: Message) -> None:
    subject = sns.payload(message)["subject"]
    assert subject.isascii()
    assert subject.isprintable()
    assert 0 < len(subject) < 100


def test_sns_tells_repetitions_and_threads_apart_by_key() -> None:
    first, again, other = (sns.payload(make_message(key)) for key in ("a:opened", "a:opened", "a:resolved"))
    assert first["deduplication"] == again["deduplication"] != other["deduplication"]
    assert first["group"] == other["group"]


def test_a_signature_can_be_checked_as_documented() -> None:
    header, body = sign("s3cret", 1_700_000_000, b'{"a":1}'), b'{"a":1}'
    parts = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(b"s3cret", parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(wanted, parts["v1"])


def mail_of(message: Message) -> Any:
    """The mail as a mail program reads it."""
    sent = mail.payload(message)
    made = EmailMultiAlternatives(sent["subject"], sent["text"], "a@b.test", ["ops@example.com"])
    made.attach_alternative(sent["html"], "text/html")
    return message_from_bytes(made.message().as_bytes(), policy=default)


def test_a_mail_has_text_and_html_with_the_same_facts() -> None:
    read = mail_of(make_message())
    assert read["Subject"] == "[Stackdeck] Critical: checkout-api p95 2.4 s"
    for kind in ("plain", "html"):
        body = read.get_body((kind,)).get_content()
        for part in ("above 1 s", "2.4 s", "eu-west-1", "https://stackdeck.test/resources/1/"):
            assert part in body


def test_hostile_names_add_no_header_and_no_element_to_a_mail() -> None:
    read, usual = mail_of(hostile_message()), mail_of(make_message())
    assert read.keys() == usual.keys()
    assert read["To"] == "ops@example.com"
    html = read.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html


@pytest.mark.parametrize("code", [*range(32), *range(127, 160), 0x2028, 0x2029])
def test_a_mail_with_any_control_character_in_its_subject_is_made(code: int) -> None:
    assert "Bcc" not in mail_of(make_message(title=f"a{chr(code)}Bcc: x@evil.test"))


def test_the_same_message_has_the_same_id_and_its_thread_another() -> None:
    opened, again = mail.payload(make_message()), mail.payload(make_message())
    resolved = mail.payload(make_message("alert-1:resolved"))
    assert opened == again
    assert opened["message_id"] != resolved["message_id"]
    assert opened["references"] == resolved["references"]


def test_a_webhook_gets_names_as_they_are() -> None:
    assert webhook.payload(hostile_message())["stack"] == HOSTILE


@pytest.mark.parametrize(("event", "tone"), [(Event.OPENED, "critical"), (Event.RESOLVED, "ok")])
def test_a_mail_wears_the_colour_of_its_state_in_both_themes(event: Event, tone: str) -> None:
    html = mail.payload(make_message(event=event))["html"]
    light, dark = html.index(TOKENS.light[f"{tone}-text"]), html.index(TOKENS.dark[f"{tone}-text"])
    assert dark < html.index("</style>") < light
