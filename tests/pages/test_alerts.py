"""Alerts, one alert, silences: what is shown, who may do what, and what doing it changes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.access.models import Team
from dashboard.alerts.models import Alert, Silence
from dashboard.inventory.models import Resource, Stack
from dashboard.notify.models import Delivery
from dashboard.pages.alert import say_tries
from tests import factories
from tests.factories import make_account, make_deploy, make_resource, make_stack, make_user

QUERIES = 12


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account(), team=Team.objects.create(name="Payments"))


def make_alert(resource: Resource, severity: str = "critical", **columns: object) -> Alert:
    """An alert of today: pages tell the time by the clock."""
    now = timezone.now()
    given = {"since": now - timedelta(minutes=20), "opened_at": now - timedelta(minutes=5), "seen_at": now}
    return factories.make_alert(resource, severity, **{**given, **columns})


@pytest.fixture
def alert(stack: Stack) -> Alert:
    return make_alert(make_resource(stack, "create-order"))


def sign_in(client: Client, role: str = "operator", team: Team | None = None) -> Client:
    user = make_user(f"{role}-{team}", role)
    if team:
        user.user_permissions.clear()
        team.members.add(user)
    client.force_login(user)
    return client


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    return sign_in(client)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_worst_and_oldest_alert_stands_first(operator: Client, stack: Stack) -> None:
    now = timezone.now()
    make_alert(make_resource(stack, "young"), since=now - timedelta(minutes=5))
    make_alert(make_resource(stack, "mild"), "warning", since=now - timedelta(days=1))
    make_alert(make_resource(stack, "old"), since=now - timedelta(hours=3))
    make_alert(make_resource(stack, "taken"), since=now - timedelta(days=2), state="acknowledged")
    lines = operator.get("/alerts/").context["lines"]
    assert [line.alert.resource.name for line in lines] == ["old", "young", "mild", "taken"]


def test_effects_stand_under_their_cause(operator: Client, alert: Alert) -> None:
    make_alert(make_resource(alert.stack, "shop-api"), cause=alert)
    (line,) = operator.get("/alerts/").context["lines"]
    assert [one.alert.resource.name for one in line.effects] == ["shop-api"]


def test_without_alerts_the_page_says_so(operator: Client, db: None) -> None:
    assert "Nothing needs you now" in text_of(operator, "/alerts/")


def test_resolved_alerts_have_their_own_view(operator: Client, alert: Alert) -> None:
    Alert.objects.update(state="resolved", resolved_at=timezone.now() - timedelta(minutes=1))
    assert "create-order" not in text_of(operator, "/alerts/")
    assert "create-order" in text_of(operator, "/alerts/?view=resolved")


def test_noise_counts_how_often_a_threshold_fired_and_was_taken(operator: Client, alert: Alert) -> None:
    operator.post(f"/alerts/{alert.pk}/acknowledge/")
    make_alert(make_resource(alert.stack, "other"))
    (line,) = operator.get("/alerts/?view=noise").context["noise"]
    assert (line.metric, line.noise.alerts, line.noise.subjects, line.noise.acknowledged) == ("Error rate", 2, 2, 1)


def test_a_view_that_does_not_exist_is_refused(operator: Client, db: None) -> None:
    assert operator.get("/alerts/?view=nothing").status_code == 400


def test_one_alert_says_what_where_since_when_and_after_which_deploy(operator: Client, alert: Alert) -> None:
    Alert.objects.update(
        deploy=make_deploy(alert.stack), hint="Look at the provider.", runbook="https://wiki.example.org"
    )
    page = text_of(operator, f"/alerts/{alert.pk}/")
    for text in (
        "16 % of requests fail",
        "above 5 %",
        "Look at the provider.",
        "Deploy before",
        "https://wiki.example.org",
    ):
        assert text in page


def test_the_chart_shows_the_time_around_the_alert(operator: Client, alert: Alert) -> None:
    window = operator.get(f"/alerts/{alert.pk}/").context["state"].window
    assert window.start < alert.since - timedelta(minutes=59)
    assert window.end > alert.opened_at


def test_what_was_written_the_last_time_is_shown(operator: Client, alert: Alert) -> None:
    operator.post(f"/alerts/{alert.pk}/comment/", {"text": "It was <b>the provider</b>."})
    Alert.objects.update(state="resolved", resolved_at=timezone.now(), opened_at=timezone.now() - timedelta(days=1))
    again = make_alert(alert.resource)
    assert "It was &lt;b&gt;the provider&lt;/b&gt;." in text_of(operator, f"/alerts/{again.pk}/")


def test_an_operator_takes_an_alert(operator: Client, alert: Alert) -> None:
    operator.post(f"/alerts/{alert.pk}/acknowledge/")
    alert.refresh_from_db()
    assert (alert.state, alert.assignee and alert.assignee.username) == ("acknowledged", "operator-None")


def test_an_operator_gives_it_to_somebody_else(operator: Client, alert: Alert) -> None:
    make_user("paul", "operator")
    operator.post(f"/alerts/{alert.pk}/assign/", {"to": "paul"})
    alert.refresh_from_db()
    assert alert.assignee is not None
    assert alert.assignee.username == "paul"


@pytest.mark.parametrize(
    ("what", "columns"),
    [
        ("alert", {"resource": True, "stack": False, "metric": "error_rate"}),
        ("resource", {"resource": True, "stack": False, "metric": ""}),
        ("stack", {"resource": False, "stack": True, "metric": ""}),
    ],
)
def test_an_operator_silences_as_widely_as_wanted(
    operator: Client, alert: Alert, what: str, columns: dict[str, object]
) -> None:
    operator.post(f"/alerts/{alert.pk}/silence/", {"what": what, "time": "4h", "reason": "Migration"})
    made = Silence.objects.get()
    assert {"resource": bool(made.resource), "stack": bool(made.stack), "metric": made.metric} == columns
    assert made.ends_at is not None
    assert made.ends_at - made.starts_at == timedelta(hours=4)
    (line,) = operator.get("/alerts/").context["lines"]
    assert line.silenced


def test_a_silence_needs_a_reason(operator: Client, alert: Alert) -> None:
    answer = operator.post(f"/alerts/{alert.pk}/silence/", {"what": "alert", "time": "4h", "reason": " "}, follow=True)
    assert "A silence needs a time, what it is about, and a reason" in answer.content.decode()
    assert not Silence.objects.exists()


def test_a_weekly_silence_is_said_in_words(operator: Client, stack: Stack) -> None:
    hours = {"days": ["sat", "sun"], "start": "02:00", "end": "04:00", "time_zone": "Europe/Berlin"}
    given = {"reason": "Backup", "starts_at": "2026-01-01T00:00", "stack": str(stack.pk), **hours}
    assert operator.post("/silences/", given).status_code == 302
    assert "Saturday, Sunday, 02:00 to 04:00, Europe/Berlin" in text_of(operator, "/silences/")


def test_a_new_silence_begins_at_a_whole_minute_for_browsers_refuse_others(operator: Client, now: None) -> None:
    assert re.search(r'name="starts_at" value="\d{4}-\d\d-\d\dT\d\d:\d\d"', operator.get("/silences/").content.decode())


def test_the_calendar_has_the_next_two_weeks_and_a_list_by_day(operator: Client, stack: Stack) -> None:
    hours = {"days": ["sat", "sun"], "start": "22:00", "end": "02:00", "time_zone": "UTC"}
    operator.post("/silences/", {"reason": "Backup", "starts_at": "2026-01-01T00:00", "stack": stack.pk, **hours})
    calendar = operator.get("/silences/").context["calendar"]
    (row,) = calendar.rows
    held = {f"{day.date:%a}": day.words for day in row.days if day.words}
    assert len(row.days) == 14
    assert (held["Sat"], held["Mon"]) == ("22:00 to midnight", "until 02:00")
    assert [len(found) for _, found in calendar.listed] == [1] * 6


def test_ending_says_how_many_alerts_are_told_then(operator: Client, alert: Alert) -> None:
    Alert.objects.update(told_at=None)
    operator.post(f"/alerts/{alert.pk}/silence/", {"what": "alert", "time": "4h", "reason": "Migration"})
    assert "1 open alert that it holds back is told" in text_of(operator, "/silences/")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"starts_at": "2026-01-02T00:00", "ends_at": "2026-01-01T00:00"}, "It ends before it begins."),
        ({"starts_at": "2026-01-01T00:00", "days": ["sat"]}, "Say from which hour to which, on these days."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
    ],
)
def test_a_silence_that_means_nothing_is_refused_at_its_field(
    operator: Client, given: dict[str, str], told: str
) -> None:
    page = operator.post("/silences/", {"reason": "Backup", "time_zone": "UTC", **given}).content.decode()
    assert told in page
    assert 'value="Backup"' in page
    assert not Silence.objects.exists()


def test_ending_a_silence_tells_again(operator: Client, alert: Alert) -> None:
    operator.post(f"/alerts/{alert.pk}/silence/", {"what": "alert", "time": "4h", "reason": "Migration"})
    operator.post(f"/silences/{Silence.objects.get().pk}/end/")
    (line,) = operator.get("/alerts/").context["lines"]
    assert not line.silenced


def test_a_viewer_looks_and_does_nothing(client: Client, alert: Alert) -> None:
    viewer = sign_in(client, "viewer", alert.stack.team)
    assert "Acknowledge" not in text_of(viewer, f"/alerts/{alert.pk}/")
    assert viewer.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 403
    assert viewer.post("/silences/", {}).status_code == 403


def test_another_teams_alert_does_not_exist(client: Client, alert: Alert) -> None:
    stranger = sign_in(client, "operator", Team.objects.create(name="Others"))
    assert stranger.get(f"/alerts/{alert.pk}/").status_code == 404
    assert stranger.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 404
    assert "create-order" not in text_of(stranger, "/alerts/")


def test_an_own_team_silences_its_own_stacks_alone(client: Client, alert: Alert) -> None:
    stranger = sign_in(client, "operator", Team.objects.create(name="Others"))
    given = {"reason": "Backup", "starts_at": "2026-01-01T00:00", "time_zone": "UTC"}
    assert "Select a valid choice" in stranger.post("/silences/", {**given, "stack": alert.stack_id}).content.decode()
    assert "This field is required" in stranger.post("/silences/", given).content.decode()


@pytest.mark.parametrize("address", ["/alerts/", "/alerts/?view=noise", "/silences/"])
def test_many_alerts_take_few_queries(operator: Client, stack: Stack, address: str) -> None:
    for number in range(30):
        make_alert(make_resource(stack, f"function-{number}"))
    with CaptureQueriesContext(connection) as queries:
        text_of(operator, address)
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)


def test_a_long_list_has_pages_in_one_order(operator: Client, stack: Stack) -> None:
    now = timezone.now()
    for number in range(103):
        make_alert(make_resource(stack, f"api-{number}"), since=now - timedelta(minutes=200 - number))
    first, second = (operator.get(f"/alerts/?page={page}").context for page in (1, 2))
    assert [line.alert.name for line in second["lines"]] == ["api-100", "api-101", "api-102"]
    assert (first["pager"]["after"], second["pager"]["after"], second["pager"]["before"]) == (2, 0, 1)
    assert "101 to 103 of 103" in text_of(operator, "/alerts/?page=2")


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", ""])
def test_what_is_no_page_is_refused(operator: Client, page: str) -> None:
    assert operator.get(f"/alerts/?page={page}").status_code == 400


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "sent", "attempts": 1, "response": "250 OK"}, "Answered: 250 OK."),
        ({"state": "sent", "attempts": 3, "may_have_arrived": True}, "3 tries. It may have arrived before"),
        ({"state": "dead", "attempts": 8, "error": "550 No such person."}, "8 tries. 550 No such person."),
        (
            {"state": "failed", "attempts": 2, "error": "Timed out"},
            "Timed out. Tried again after 12:00:30 UTC.",
        ),
        ({"state": "waiting", "attempts": 0}, ""),
    ],
)
def test_a_message_says_how_often_it_was_tried_and_what_came_back(columns: dict[str, Any], words: str) -> None:
    sent = Delivery(next_at=datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC), **columns)
    assert words in say_tries(sent)
    assert bool(say_tries(sent)) == bool(words)
