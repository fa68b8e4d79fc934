"""Digests are made once per date, for everybody what they may see, and as the schedule wants quiet times."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction

from dashboard import tasks
from dashboard.access.models import Team
from dashboard.digests.models import Address, Body, Edition, Letter, OptOut, Schedule, Suppression
from dashboard.digests.write import compose as composing
from dashboard.digests.write.compose import compose, compose_due
from dashboard.digests.write.letters import expire
from dashboard.inventory.models import Resource
from dashboard.notify.models import Channel, Delivery
from tests.digests.conftest import DUE
from tests.factories import NOW


def body_to(email: str) -> Body:
    return Letter.objects.get(email=email).body


def test_a_due_digest_is_made_once(schedule: Schedule, admin: User, function: Resource) -> None:
    schedule.users.add(admin)
    assert [compose(schedule, NOW), compose(schedule, NOW)] == [True, False]
    assert Edition.objects.get().date == DUE.date()
    assert Letter.objects.get().email == "ada@shop.example"


def test_the_database_refuses_a_second_letter_to_the_same_address(
    schedule: Schedule, admin: User, function: Resource
) -> None:
    schedule.users.add(admin)
    compose(schedule, NOW)
    letter = Letter.objects.get()
    letter.pk, letter.message_id = None, "<other@shop.example>"
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()


def test_two_processes_that_render_at_once_make_one_edition(
    schedule: Schedule, admin: User, function: Resource
) -> None:
    schedule.users.add(admin)
    make, inner = composing.make, []

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if not inner:
            inner.append(None)
            inner[0] = compose(Schedule.objects.get(), NOW)
        return make(*args, **kwargs)

    with mock.patch.object(composing, "make", overtaken):
        outer = compose(schedule, NOW)
    assert (inner, outer) == ([True], False)
    assert (Edition.objects.count(), Letter.objects.count()) == (1, 1)


def test_each_recipient_reads_what_they_may_see(
    schedule: Schedule, admin: User, viewer: User, function: Resource, hidden: Resource
) -> None:
    schedule.users.add(admin, viewer)
    compose(schedule, NOW)
    assert "ledger-close-books" in body_to(admin.email).html
    seen = body_to(viewer.email)
    assert "checkout-api" in seen.html
    assert "ledger" not in seen.html + seen.text + seen.subject


def test_an_alert_about_money_is_for_those_who_may_see_it(
    schedule: Schedule, admin: User, viewer: User, function: Resource
) -> None:
    function.alerts.update(money=True, reason="Burns 14 USD per hour.")
    schedule.users.add(admin, viewer)
    compose(schedule, NOW)
    assert "14 USD" in body_to(admin.email).text
    assert "14 USD" not in body_to(viewer.email).text


def test_people_with_the_same_rights_share_one_body(schedule: Schedule, admin: User, function: Resource) -> None:
    schedule.users.add(admin)
    for number in range(3):
        schedule.addresses.add(Address.objects.create(email=f"{number}@shop.example", verified_at=NOW))
    schedule.shows_money = True
    schedule.save()
    compose(schedule, NOW)
    assert (Letter.objects.count(), Body.objects.count()) == (4, 1)


def test_only_addresses_that_agreed_get_mail(schedule: Schedule, function: Resource) -> None:
    schedule.addresses.add(
        Address.objects.create(email="yes@shop.example", verified_at=NOW),
        Address.objects.create(email="no@shop.example"),
    )
    compose(schedule, NOW)
    assert list(Letter.objects.values_list("email", flat=True)) == ["yes@shop.example"]


def test_an_address_without_a_user_sees_what_the_schedule_shows_it(
    schedule: Schedule, team: Team, function: Resource, hidden: Resource
) -> None:
    schedule.addresses.add(Address.objects.create(email="cfo@shop.example", verified_at=NOW))
    schedule.shows_teams.add(team)
    compose(schedule, NOW)
    seen = body_to("cfo@shop.example").text
    assert "checkout-api" in seen
    assert "ledger" not in seen


def test_somebody_who_is_named_twice_gets_one_mail(
    schedule: Schedule, viewer: User, team: Team, function: Resource
) -> None:
    schedule.users.add(viewer)
    schedule.teams.add(team)
    schedule.addresses.add(Address.objects.create(email=viewer.email.upper(), verified_at=NOW))
    compose(schedule, NOW)
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("left_out", ["opted out", "refused", "inactive", "without address"])
def test_who_gets_nothing(schedule: Schedule, admin: User, function: Resource, left_out: str) -> None:
    schedule.users.add(admin)
    if left_out == "opted out":
        OptOut.objects.create(schedule=schedule, email=admin.email, at=NOW)
    if left_out == "refused":
        Suppression.objects.create(email=admin.email, failures=3, last_at=NOW, since=NOW)
    User.objects.filter(pk=admin.pk).update(
        is_active=left_out != "inactive", email="" if left_out == "without address" else admin.email
    )
    compose(schedule, NOW)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("quiet", "state", "letters"), [("send", "made", 1), ("short", "quiet", 1), ("skip", "skipped", 0)]
)
def test_a_quiet_day_goes_as_the_schedule_wants(
    schedule: Schedule, admin: User, quiet: str, state: str, letters: int
) -> None:
    schedule.quiet, schedule.sections = quiet, ["alerts", "deploys"]
    schedule.save()
    schedule.users.add(admin)
    compose(schedule, NOW)
    assert (Edition.objects.get().state, Letter.objects.count()) == (state, letters)
    assert [one.subject for one in Body.objects.all()] == ["All quiet – Daily"] * letters


def test_a_digest_that_comes_late_says_so(schedule: Schedule, admin: User, function: Resource) -> None:
    schedule.users.add(admin)
    compose(schedule, NOW + timedelta(hours=3))
    assert Edition.objects.get().late
    body = Body.objects.get()
    assert body.subject.endswith("(late)")
    assert "This digest is late" in body.text


def test_after_days_without_running_one_digest_covers_them(schedule: Schedule, admin: User, function: Resource) -> None:
    schedule.users.add(admin)
    compose(schedule, NOW - timedelta(days=4))
    compose_due(NOW)
    compose_due(NOW + timedelta(minutes=1))
    newest, oldest = Edition.objects.order_by("-date")
    assert newest.starts_at == oldest.ends_at
    assert newest.ends_at == DUE


def test_a_schedule_that_fails_keeps_no_other_from_its_digest(
    schedule: Schedule, admin: User, function: Resource
) -> None:
    schedule.users.add(admin)
    Schedule.objects.create(name="Broken", time_zone="Nowhere/Town", starts_at=schedule.starts_at)
    with pytest.raises(ExceptionGroup):
        compose_due(NOW)
    assert Edition.objects.get().schedule == schedule


def test_letters_leave_even_when_a_digest_can_not_be_made(schedule: Schedule, admin: User, function: Resource) -> None:
    schedule.users.add(admin)
    Schedule.objects.create(name="Broken", time_zone="Nowhere/Town", starts_at=schedule.starts_at)
    with pytest.raises(ExceptionGroup):
        tasks.digests()
    assert [one.to for one in mail.outbox] == [["ada@shop.example"]]
    assert Letter.objects.get().state == "sent"


def test_a_chat_channel_gets_a_summary_through_the_outbox(
    schedule: Schedule, team: Team, function: Resource, hidden: Resource
) -> None:
    slack = Channel.objects.create(kind="slack", name="Payments", team=team, config={})
    schedule.channels.add(slack)
    compose(schedule, NOW)
    told = Delivery.objects.get()
    assert told.channel == slack
    assert "checkout-api: critical" in told.title.lower()
    assert "1 alert" in str(told.payload)
    assert "ledger" not in str(told.payload)


def test_old_digests_are_dropped_except_each_schedules_newest(
    schedule: Schedule, admin: User, function: Resource
) -> None:
    schedule.users.add(admin)
    for days in (3, 2, 1):
        compose(schedule, NOW - timedelta(days=days))
    expire(NOW + timedelta(days=400), timedelta(days=100))
    assert Edition.objects.get().date == (DUE - timedelta(days=1)).date()
