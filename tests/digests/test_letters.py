"""Letters leave once, survive the death of their sender, and say what the mail server said."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User

from dashboard.digests.models import Body, Letter, Schedule, Suppression
from dashboard.digests.send import deliver as sender
from dashboard.digests.send import deliver_letters, send_now
from dashboard.digests.send.mime import LetterMessage
from dashboard.digests.write.compose import compose
from dashboard.digests.write.letters import LEASE, claim, send_again, settle
from dashboard.inventory.models import Resource
from dashboard.notify.outcome import Outcome
from tests.factories import NOW
from tests.smtp import Mailbox, smtp_server


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    """A real mail server."""
    with smtp_server() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def letter(schedule: Schedule, admin: User, function: Resource) -> Letter:
    """One that waits."""
    schedule.users.add(admin)
    compose(schedule, NOW)
    return Letter.objects.get()


def deliver(after: timedelta = timedelta(0)) -> int:
    return deliver_letters(lambda: NOW + after)


def arrived(box: Mailbox, number: int = 0) -> EmailMessage:
    found = message_from_bytes(box.mails[number][2], policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_arrives_whole(letter: Letter, box: Mailbox) -> None:
    picture = {"name": "errors", "png": base64.b64encode(b"\x89PNG").decode()}
    Body.objects.update(images=[picture], html=letter.body.html.replace("<h1", '<img src="cid:errors@stackdeck"><h1'))
    assert deliver() == 1
    mail = arrived(box)
    assert mail["To"] == "ada@shop.example"
    assert mail["Subject"] == letter.body.subject
    assert mail.get_content_type() == "multipart/alternative"
    text, related = mail.iter_parts()
    assert letter.unsubscribe in text.get_content()
    html, *images = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert letter.unsubscribe in html.get_content()
    assert ".invalid" not in html.get_content() + text.get_content()
    assert [image["Content-ID"] for image in images] == ["<errors@stackdeck>"]
    assert f"cid:{images[0]['Content-ID'][1:-1]}" in html.get_content()


def test_mail_programs_can_unsubscribe_by_one_click(letter: Letter, box: Mailbox) -> None:
    deliver()
    mail = arrived(box)
    assert mail["List-Unsubscribe"].strip() == f"<{letter.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"] == letter.message_id


def test_a_letter_that_is_sent_again_is_the_same_to_the_byte(letter: Letter, box: Mailbox) -> None:
    deliver()
    assert send_again(letter, NOW + timedelta(days=3))
    assert deliver(timedelta(days=3)) == 1
    first, second = (mail for _, _, mail in box.mails)
    assert first == second


def test_a_subject_made_of_hostile_text_breaks_no_header(letter: Letter, box: Mailbox) -> None:
    hostile = "x\r\nBcc: all@shop.example\x0c\u2028y"
    letter.schedule.name = hostile
    letter.schedule.save()
    letter.edition.delete()
    compose(letter.schedule, NOW)
    deliver()
    assert len(box.mails) == 1
    assert arrived(box)["Bcc"] is None
    assert box.mails[0][1] == ["ada@shop.example"]


def test_nobody_else_takes_a_letter_that_is_being_sent(letter: Letter) -> None:
    assert claim(NOW) is not None
    assert claim(NOW) is None
    assert claim(NOW + LEASE - timedelta(seconds=1)) is None


def test_a_letter_whose_sender_died_is_sent_by_the_next_one(letter: Letter, box: Mailbox) -> None:
    assert claim(NOW) is not None
    assert deliver() == 0
    assert deliver(LEASE) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.may_have_arrived) == ("sent", 2, True)


def test_a_sender_that_was_thought_dead_changes_nothing_any_more(letter: Letter) -> None:
    late = claim(NOW)
    current = claim(NOW + LEASE)
    assert late is not None
    assert current is not None
    assert not settle(late, Outcome(ok=True), 250, NOW + LEASE)
    assert settle(current, Outcome(ok=True), 250, NOW + LEASE)


def test_a_refused_address_is_a_bounce_and_is_not_tried_again(letter: Letter, box: Mailbox) -> None:
    box.refuse = {"RCPT": b"550 no such user here"}
    assert deliver() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.code) == ("refused", 550)
    assert "no such user here" in letter.error
    assert Suppression.objects.get().failures == 1
    assert deliver(timedelta(days=1)) == 0


def test_after_three_refusals_in_a_row_an_address_gets_nothing_more(
    letter: Letter, box: Mailbox, schedule: Schedule
) -> None:
    box.refuse = {"RCPT": b"550 no such user here"}
    deliver()
    for days in (1, 2):
        compose(schedule, NOW + timedelta(days=days))
        deliver(timedelta(days=days))
    assert Suppression.objects.get().since == NOW + timedelta(days=2)
    compose(schedule, NOW + timedelta(days=3))
    assert Letter.objects.count() == 3


def test_an_address_that_works_again_is_forgiven(letter: Letter, box: Mailbox, schedule: Schedule) -> None:
    Suppression.objects.create(email=letter.email, failures=2, last_at=NOW)
    deliver()
    assert not Suppression.objects.exists()


def test_a_full_mailbox_is_tried_again(letter: Letter, box: Mailbox) -> None:
    box.refuse = {"RCPT": b"452 mailbox full"}
    deliver()
    letter.refresh_from_db()
    assert (letter.state, letter.code) == ("failed", 452)
    assert not Suppression.objects.exists()
    box.refuse = {}
    assert deliver(timedelta(minutes=1)) == 1


def test_a_mail_that_is_refused_for_what_it_says_is_not_tried_again(letter: Letter, box: Mailbox) -> None:
    box.refuse = {"DATA": b"554 no spam please"}
    deliver()
    letter.refresh_from_db()
    assert letter.state == "dead"
    assert not Suppression.objects.exists()


def test_without_a_mail_server_letters_wait_and_are_given_up_after_a_day(letter: Letter, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliver()
    letter.refresh_from_db()
    assert letter.state == "failed"
    assert "can't be reached" in letter.error
    deliver(timedelta(hours=25))
    letter.refresh_from_db()
    assert letter.state == "dead"


def test_one_letter_that_breaks_the_sender_keeps_no_other(
    schedule: Schedule, letter: Letter, box: Mailbox, viewer: User
) -> None:
    letter.edition.delete()
    schedule.users.add(viewer)
    compose(schedule, NOW)
    message = LetterMessage.message

    def broken(self: LetterMessage) -> object:
        if self.claim.email == "ada@shop.example":
            raise RuntimeError("planted")
        return message(self)

    with mock.patch.object(LetterMessage, "message", broken):
        assert deliver() == 1
    assert box.mails[0][1] == ["vera@shop.example"]


def test_a_test_says_what_the_server_said_and_is_not_tried_again(letter: Letter, box: Mailbox) -> None:
    box.refuse = {"RCPT": b"451 come back later"}
    outcome = send_now(letter, lambda: NOW)
    letter.refresh_from_db()
    assert "come back later" in outcome.error
    assert letter.state == "dead"


def test_a_sender_stops_when_its_time_is_up(letter: Letter, box: Mailbox) -> None:
    assert deliver_letters(lambda: NOW, timedelta(0)) == 0
    assert sender.BUDGET < LEASE
