"""The demo's mail catcher: it takes what the product sends, and shows it without trusting it."""

import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from werkzeug.test import Client, TestResponse

from dashboard.demo.mail.box import Mailbox
from dashboard.demo.mail.pages import MailPages
from dashboard.demo.mail.receiver import Receiver

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(box: Mailbox) -> Iterator[smtplib.SMTP]:
    """A client of a running receiver."""
    receiver = Receiver("127.0.0.1", 0, box)
    receiver.start()
    with smtplib.SMTP("127.0.0.1", receiver.port, timeout=5) as client:
        yield client
    receiver.stop()


def mail(
    subject: str = "Critical: checkout fails", text: str = "16 % of requests fail.", html: str = ""
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Stackdeck <stackdeck@localhost>", "ops@shop.example", subject
    made["Message-ID"] = "<1@localhost>"
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def browse(box: Mailbox, path: str, **environ: str) -> TestResponse:
    """What a browser on this machine is answered."""
    application = MailPages(box)
    client = Client(lambda given, start: application.answer(given)(given, start))
    return client.get(path, environ_overrides={"REMOTE_ADDR": "127.0.0.1", **environ})


def test_a_mail_is_kept_with_its_parts(server: smtplib.SMTP, box: Mailbox) -> None:
    server.send_message(mail(html="<p>16 % of requests fail.</p>"))
    (kept,) = box.newest_first()
    assert (kept.sender, kept.recipients) == ("Stackdeck <stackdeck@localhost>", ("ops@shop.example",))
    assert (kept.subject, kept.message_id) == ("Critical: checkout fails", "<1@localhost>")
    assert (kept.text, kept.html) == ("16 % of requests fail.\n", "<p>16 % of requests fail.</p>\n")


def test_one_connection_brings_several_mails(server: smtplib.SMTP, box: Mailbox) -> None:
    server.send_message(mail("one"))
    server.send_message(mail("two"))
    assert [(kept.number, kept.subject) for kept in box.newest_first()] == [(2, "two"), (1, "one")]


def test_lines_that_begin_with_a_full_stop_arrive_as_they_were(server: smtplib.SMTP, box: Mailbox) -> None:
    server.send_message(mail(text="first\n.\n..second\nlast"))
    assert box.newest_first()[0].text == "first\n.\n..second\nlast\n"


def test_a_mail_for_nobody_is_refused(server: smtplib.SMTP, box: Mailbox) -> None:
    server.ehlo()
    server.mail("stackdeck@localhost")
    with pytest.raises(smtplib.SMTPDataError):
        server.data("Subject: lost")
    assert box.newest_first() == []


def test_a_mail_that_breaks_off_is_not_kept(server: smtplib.SMTP, box: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", server.sock.getpeername()[1], timeout=5) as other:
        other.ehlo()
        other.mail("stackdeck@localhost")
        other.rcpt("ops@shop.example")
        other.docmd("DATA")
        other.send("Subject: half\r\n\r\nhalf of it")
        other.close()
    server.send_message(mail("whole"))
    assert [kept.subject for kept in box.newest_first()] == ["whole"]


def test_the_oldest_mails_make_room() -> None:
    box = Mailbox(kept=2)
    for subject in ("one", "two", "three"):
        box.add(["ops@shop.example"], bytes(mail(subject)), AT)
    assert [kept.subject for kept in box.newest_first()] == ["three", "two"]
    assert box.find(1) is None


@pytest.mark.parametrize("source", [b"", b"\xff\xfe", b"Content-Type: text/plain; charset=no-such\r\n\r\ntext"])
def test_a_mail_that_is_none_is_kept_all_the_same(box: Mailbox, source: bytes) -> None:
    box.add(["ops@shop.example"], source, AT)
    assert browse(box, "/mail/1/").status_code == 200


def test_the_list_says_from_whom_to_whom_what_and_when(box: Mailbox) -> None:
    box.add(["ops@shop.example"], bytes(mail()), AT)
    page = browse(box, "/mail/").text
    for told in ("Stackdeck &lt;stackdeck@localhost&gt;", "ops@shop.example", "Critical: checkout fails", "12:00:00"):
        assert told in page


def test_an_empty_box_says_so(box: Mailbox) -> None:
    assert "Nothing has arrived yet" in browse(box, "/mail/").text


def test_a_mail_opens_as_html_and_has_text_and_source_beside(box: Mailbox) -> None:
    box.add(["ops@shop.example"], bytes(mail(html="<html><head></head><body>page</body></html>")), AT)
    assert 'src="/mail/1/body"' in browse(box, "/mail/1/").text
    assert "<pre" in browse(box, "/mail/1/?part=text").text
    assert "Message-ID: &lt;1@localhost&gt;" in browse(box, "/mail/1/?part=source").text


def test_a_mail_without_html_opens_as_text(box: Mailbox) -> None:
    box.add(["ops@shop.example"], bytes(mail()), AT)
    page = browse(box, "/mail/1/").text
    assert "16 % of requests fail." in page
    assert "iframe" not in page


def test_what_a_mail_says_is_never_markup_of_the_page(box: Mailbox) -> None:
    box.add([HOSTILE], bytes(mail(HOSTILE, HOSTILE)), AT)
    for path in ("/mail/", "/mail/1/?part=text", "/mail/1/?part=source"):
        assert HOSTILE not in browse(box, path).text


def test_the_html_of_a_mail_runs_nothing_and_opens_links_outside(box: Mailbox) -> None:
    box.add(["ops@shop.example"], bytes(mail(html=f"<html><head></head><body>{HOSTILE}</body></html>")), AT)
    answer = browse(box, "/mail/1/body")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert '<base target="_blank">' in answer.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in browse(box, "/mail/1/").text


def test_scripts_read_the_box_as_json(box: Mailbox) -> None:
    box.add(["ops@shop.example"], bytes(mail()), AT)
    assert json.loads(browse(box, "/mail/all.json").text) == {
        "mails": [
            {
                "number": 1,
                "at": AT.isoformat(),
                "to": ["ops@shop.example"],
                "subject": "Critical: checkout fails",
                "message_id": "<1@localhost>",
                "text": "16 % of requests fail.\n",
            }
        ]
    }


def test_other_machines_see_nothing(box: Mailbox) -> None:
    assert browse(box, "/mail/", REMOTE_ADDR="192.0.2.1").status_code == 403


@pytest.mark.parametrize("path", ["/mail/7/", "/mail/7/body", "/mail/nothing"])
def test_what_is_not_there_is_not_found(box: Mailbox, path: str) -> None:
    assert browse(box, path).status_code == 404
