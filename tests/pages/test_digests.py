"""Digests: subscribing, previews, what was sent, and what letters link to."""

import re
from datetime import time, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.access.models import Team
from dashboard.digests.models import Address, Body, Edition, Letter, OptOut, Schedule, Suppression
from dashboard.digests.read.links import confirm_link, preferences_link, unsubscribe_link
from dashboard.digests.read.recipients import recipients_of
from dashboard.digests.write.compose import compose
from dashboard.digests.write.people import ask_address
from tests.factories import NOW, make_alert, make_checkout, make_resource, make_stack, make_user

QUERIES = 12
PREVIEW_QUERIES = 30


@pytest.fixture
def schedule(viewer: User) -> Schedule:
    return Schedule.objects.create(
        name="Every noon", days=list(range(7)), at=time(12), starts_at=NOW - timedelta(days=2)
    )


@pytest.fixture
def reader(viewer: User, page: Client) -> Client:
    """Somebody with an e-mail address."""
    User.objects.filter(pk=viewer.pk).update(email="olga@shop.example")
    return page


def sent_to(schedule: Schedule, email: str, user: User | None = None, **columns: Any) -> Letter:
    body = Body.objects.create(subject="2 alerts open – Every noon", html="<html><head></head><body>Hi", text="Hello")
    edition, _ = Edition.objects.get_or_create(
        schedule=schedule, date=NOW.date(), defaults={"starts_at": NOW, "ends_at": NOW, "made_at": NOW}
    )
    given = {"created_at": NOW, "next_at": NOW, "sent_at": NOW, "state": "sent"}
    return Letter.objects.create(
        body=body, edition=edition, schedule=schedule, user=user, email=email, message_id=f"<{email}>",
        **{**given, **columns},
    )  # fmt: skip


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_somebody_without_schedules_is_told_where_they_come_from(page: Client) -> None:
    assert "There is nothing to subscribe to yet" in text_of(page.get("/digests/"))


def test_somebody_without_an_address_is_told_so(page: Client, schedule: Schedule) -> None:
    assert "You have no e-mail address" in text_of(page.get("/digests/"))
    page.post(f"/digests/{schedule.pk}/subscribe/")
    assert not schedule.users.exists()


def test_subscribing_and_leaving(reader: Client, schedule: Schedule) -> None:
    reader.post(f"/digests/{schedule.pk}/subscribe/")
    assert [one.email for one in recipients_of(schedule)] == ["olga@shop.example"]
    assert "subscribed" in text_of(reader.get("/digests/"))
    reader.post(f"/digests/{schedule.pk}/leave/")
    assert recipients_of(schedule) == []


def test_a_member_of_a_team_can_leave_its_digest_and_come_back(
    reader: Client, viewer: User, schedule: Schedule
) -> None:
    team = Team.objects.create(name="payments")
    team.members.add(viewer)
    schedule.teams.add(team)
    reader.post(f"/digests/{schedule.pk}/leave/")
    assert recipients_of(schedule) == []
    reader.post(f"/digests/{schedule.pk}/subscribe/")
    assert len(recipients_of(schedule)) == 1


def test_a_schedule_that_is_not_open_is_there_for_its_recipients_alone(
    reader: Client, viewer: User, schedule: Schedule
) -> None:
    Schedule.objects.update(open=False)
    assert reader.get(f"/digests/{schedule.pk}/").status_code == 404
    schedule.users.add(viewer)
    assert reader.get(f"/digests/{schedule.pk}/").status_code == 200


def test_the_preview_is_what_would_be_sent_to_the_reader(client: Client, now: None, schedule: Schedule) -> None:
    team = Team.objects.create(name="payments")
    stack = make_checkout(team)
    make_alert(stack.resources.get())
    make_alert(make_resource(make_stack(stack.account, "ledger"), "ledger-close"))
    client.force_login(make_user("vera", "viewer", see_all=False, teams=[team]))
    seen = text_of(client.get(f"/digests/{schedule.pk}/preview/"))
    assert "checkout-api" in seen
    assert "ledger" not in seen


def test_any_past_period_can_be_previewed(reader: Client, schedule: Schedule) -> None:
    assert "Sun, 1 Mar 2026, 12:00" in text_of(reader.get(f"/digests/{schedule.pk}/preview/?date=2026-03-01"))
    assert "Sun 1 Mar, 12:00" in text_of(reader.get(f"/digests/{schedule.pk}/?date=2026-03-01"))


@pytest.mark.parametrize("date", ["2026-03-11", "1999-01-01", "yesterday", "2026-02-30"])
def test_a_date_that_has_no_digest_is_refused(reader: Client, schedule: Schedule, date: str) -> None:
    assert reader.get(f"/digests/{schedule.pk}/preview/?date={date}").status_code == 400


def test_a_mail_in_its_frame_can_load_run_and_send_nothing(reader: Client, schedule: Schedule) -> None:
    answer = reader.get(f"/digests/{schedule.pk}/preview/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert 'sandbox="allow-popups' in text_of(reader.get(f"/digests/{schedule.pk}/"))


def test_the_plain_text_is_shown_beside(reader: Client, schedule: Schedule) -> None:
    assert "NOTHING NEW" in text_of(reader.get(f"/digests/{schedule.pk}/?view=text"))


def test_a_test_is_sent_to_whoever_asks_and_says_what_came_of_it(reader: Client, schedule: Schedule) -> None:
    answer = reader.post(f"/digests/{schedule.pk}/test/", follow=True)
    assert mail.outbox[0].to == ["olga@shop.example"]
    assert "The test is on its way" in text_of(answer)
    assert Letter.objects.get().kind == "test"


def test_a_test_that_fails_says_why(reader: Client, schedule: Schedule, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = reader.post(f"/digests/{schedule.pk}/test/", follow=True)
    assert "The test failed. The mail server can&#x27;t be reached" in text_of(answer)


def test_one_reads_ones_own_mail_and_an_admin_all(reader: Client, viewer: User, schedule: Schedule) -> None:
    own, other = sent_to(schedule, viewer.email, viewer), sent_to(schedule, "boss@shop.example")
    listed = text_of(reader.get("/digests/"))
    assert f"/digests/mails/{own.pk}/" in listed
    assert f"/digests/mails/{other.pk}/" not in listed
    assert "Hello" in text_of(reader.get(f"/digests/mails/{own.pk}/?view=text"))
    assert reader.get(f"/digests/mails/{other.pk}/body/").status_code == 404
    reader.force_login(make_user("ada", "admin"))
    assert "Hi" in text_of(reader.get(f"/digests/mails/{other.pk}/body/"))


def test_the_stored_mail_shows_no_link_that_unsubscribes_somebody_else(
    reader: Client, viewer: User, schedule: Schedule
) -> None:
    schedule.users.add(viewer)
    viewer.refresh_from_db()
    compose(schedule, NOW)
    letter = Letter.objects.get()
    assert letter.unsubscribe not in text_of(reader.get(f"/digests/mails/{letter.pk}/body/"))


def test_an_admin_sends_a_mail_again(reader: Client, schedule: Schedule) -> None:
    letter = sent_to(schedule, "boss@shop.example", state="refused")
    reader.force_login(make_user("ada", "admin"))
    reader.post(f"/digests/mails/{letter.pk}/again/")
    letter.refresh_from_db()
    assert letter.state == "waiting"


def test_mail_programs_unsubscribe_by_one_post_without_signing_in(viewer: User, schedule: Schedule) -> None:
    User.objects.filter(pk=viewer.pk).update(email="olga@shop.example")
    schedule.users.add(viewer)
    anybody = Client(enforce_csrf_checks=True)
    address = path_of(unsubscribe_link(schedule.pk, "olga@shop.example"))
    answer = anybody.post(address, {"List-Unsubscribe": "One-Click"})
    assert "You are unsubscribed" in text_of(answer)
    assert recipients_of(schedule) == []
    assert text_of(anybody.post(address, {"List-Unsubscribe": "One-Click"}))


def test_opening_the_link_asks_and_changes_nothing(viewer: User, schedule: Schedule) -> None:
    seen = text_of(Client().get(path_of(unsubscribe_link(schedule.pk, "olga@shop.example"))))
    assert "Unsubscribe from “Every noon”?" in seen
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("spoil", ["unsubscribe/", ""])
def test_a_link_that_was_changed_does_nothing(schedule: Schedule, spoil: str) -> None:
    good = path_of(unsubscribe_link(schedule.pk, "olga@shop.example")).removesuffix("unsubscribe/")
    changed = good.replace("/links/W", "/links/X") + spoil
    answer = Client().post(changed)
    assert answer.status_code == 404
    assert not OptOut.objects.exists()


def test_preferences_by_link_are_those_of_the_address(viewer: User, schedule: Schedule) -> None:
    User.objects.filter(pk=viewer.pk).update(email="olga@shop.example")
    schedule.users.add(viewer)
    Schedule.objects.create(name="Of others", starts_at=NOW)
    address = path_of(preferences_link("olga@shop.example"))
    seen = text_of(Client().get(address))
    assert re.search(rf'value="{schedule.pk}" checked', seen)
    assert "Of others" not in seen
    Client().post(address)
    assert recipients_of(schedule) == []
    Client().post(address, {"schedule": [schedule.pk]})
    assert len(recipients_of(schedule)) == 1


def test_an_address_agrees_by_a_click_on_a_page_that_asks(db: None) -> None:
    address = Address.objects.create(email="cfo@shop.example")
    letter = ask_address(address, timezone.now())
    link = confirm_link(address.email)
    assert link in letter.body.html
    assert link in letter.body.text
    Client().get(path_of(link))
    address.refresh_from_db()
    assert address.verified_at is None
    Client().post(path_of(link))
    address.refresh_from_db()
    assert address.verified_at is not None


def test_the_page_asks_few_questions(reader: Client, viewer: User, schedule: Schedule) -> None:
    for number in range(20):
        sent_to(schedule, f"{number}@shop.example", viewer)
        Schedule.objects.create(name=f"Number {number}", days=[0], starts_at=NOW)
    for address, most in (("/digests/", QUERIES), (f"/digests/{schedule.pk}/", QUERIES)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            reader.get(address)
        assert len(asked) <= most, address


def test_a_preview_asks_as_many_questions_for_three_stacks_as_for_one(reader: Client, schedule: Schedule) -> None:
    stack = make_checkout()
    with CaptureQueriesContext(connection) as one:
        reader.get(f"/digests/{schedule.pk}/preview/")
    for name in ("search", "billing"):
        make_alert(make_resource(make_stack(stack.account, name), f"{name}-api"))
    with CaptureQueriesContext(connection) as three:
        reader.get(f"/digests/{schedule.pk}/preview/")
    assert len(three) <= len(one) + 2 <= PREVIEW_QUERIES


def admin_form(**changed: Any) -> dict[str, Any]:
    given = {
        "name": "Mondays", "enabled": "on", "open": "on", "cadence": "weekly", "days": ["0"], "at": "08:00",
        "time_zone": "Europe/Berlin", "quiet": "short", "sections": "spend\nalerts", "locale": "de",
        "only_environments": "prod",
    }  # fmt: skip
    return {**given, **changed}


def test_an_admin_makes_a_schedule(client: Client, now: None, db: None) -> None:
    client.force_login(make_user("ada", "admin"))
    client.post("/admin/dashboard/schedule/add/", admin_form())
    made = Schedule.objects.get()
    assert (made.days, made.sections, made.only_environments) == ([0], ["spend", "alerts"], ["prod"])
    assert made.starts_at == NOW


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time_zone": "Europe/Atlantis"}, "There is no time zone"),
        ({"days": ["0", "1"]}, "Choose the one day of the week."),
        ({"cadence": "daily", "days": []}, "Choose at least one day."),
        ({"sections": "weather"}, "is not of the form one of alerts"),
        ({"sections": ""}, "This field is required."),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(
    client: Client, db: None, changed: dict[str, Any], said: str
) -> None:
    client.force_login(make_user("ada", "admin"))
    assert said in text_of(client.post("/admin/dashboard/schedule/add/", admin_form(**changed)))
    assert not Schedule.objects.exists()


def test_a_new_address_is_asked_by_mail(client: Client, db: None) -> None:
    client.force_login(make_user("ada", "admin"))
    client.post("/admin/dashboard/address/add/", {"email": "cfo@shop.example"})
    assert Letter.objects.get().kind == "verify"


def test_an_admin_lifts_a_refusal(client: Client, db: None) -> None:
    refused = Suppression.objects.create(email="cfo@shop.example", last_at=NOW, since=NOW)
    client.force_login(make_user("ada", "admin"))
    client.post(f"/admin/dashboard/suppression/{refused.pk}/delete/", {"post": "yes"})
    assert not Suppression.objects.exists()


def test_every_link_of_a_digest_leads_somewhere(client: Client, now: None, schedule: Schedule) -> None:
    stack = make_checkout(Team.objects.create(name="payments"))
    make_alert(stack.resources.get(), opened_at=NOW - timedelta(hours=1))
    client.force_login(make_user("ada", "admin"))
    html = text_of(client.get(f"/digests/{schedule.pk}/preview/"))
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', html)}
    assert any("/alerts/" in link for link in links)
    assert any("#deploys" in link for link in links)
    assert {link: client.get(path_of(link) if "://" in link else link).status_code for link in links} == dict.fromkeys(
        links, 200
    )
