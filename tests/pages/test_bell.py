"""The bell on every page, and the alerts of a stack on its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.alerts.models import Alert
from dashboard.inventory.models import Stack
from tests.factories import NOW, make_account, make_alert, make_resource, make_stack, make_target, make_user

QUERIES = 8


@pytest.fixture
def stack(db: None) -> Stack:
    made = make_stack(make_account(), team=Team.objects.create(name="Payments"))
    make_target(made.account)
    return made


def shown(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bell_counts_by_severity_what_nobody_has_taken(page: Client, stack: Stack) -> None:
    cause = make_alert(make_resource(stack, "db"))
    make_alert(make_resource(stack, "api"), "warning")
    make_alert(make_resource(stack, "api-2"), cause=cause)
    make_alert(make_resource(stack, "api-3"), state="acknowledged")
    assert page.get("/preferences/").context["bell"] == [
        {"severity": "critical", "number": 1},
        {"severity": "warning", "number": 1},
    ]


def test_a_bell_that_counts_nothing_says_so(page: Client, stack: Stack) -> None:
    assert '<span class="hidden-text"> none</span>' in shown(page, "/preferences/")


def test_the_newest_alerts_stand_under_the_bell(page: Client, stack: Stack) -> None:
    for number in range(8):
        make_alert(make_resource(stack, f"api-{number}"), opened_at=NOW - timedelta(minutes=number))
    html = shown(page, "/alerts/newest/")
    assert "8 open alerts that nobody has taken" in html
    assert [f"api-{number}" in html for number in range(8)] == [True] * 6 + [False] * 2


def test_alerts_of_other_teams_are_not_under_the_bell(client: Client, now: None, stack: Stack) -> None:
    make_alert(make_resource(stack, "secret-api"))
    client.force_login(make_user("vera", see_all=False, teams=[Team.objects.create(name="Other")]))
    assert "secret-api" not in shown(client, "/alerts/newest/")
    assert client.get("/preferences/").context["bell"] == []


def test_a_stacks_alerts_are_what_is_broken_and_what_was_within_a_week(page: Client, stack: Stack) -> None:
    over = {"state": "resolved", "since": NOW - timedelta(days=9)}
    make_alert(make_resource(stack, "old"), resolved_at=NOW - timedelta(days=8), **over)
    make_alert(make_resource(stack, "late"), resolved_at=NOW - timedelta(days=2), **over)
    make_alert(make_resource(stack, "mild"), "warning")
    make_alert(make_resource(stack, "bad"))
    make_alert(make_resource(make_stack(stack.account, "other"), "elsewhere"))
    lines = page.get(f"/stacks/{stack.pk}/alerts/").context["lines"]
    assert [line.alert.name for line in lines] == ["bad", "mild", "late"]
    assert lines[-1].lasted == timedelta(days=7)


def test_a_stack_without_alerts_says_so(page: Client, stack: Stack) -> None:
    assert "None is open, and none was within 7 days" in shown(page, f"/stacks/{stack.pk}/alerts/")


@pytest.mark.parametrize("address", ["/alerts/newest/", "/stacks/{}/alerts/"])
def test_the_number_of_queries_does_not_grow(page: Client, stack: Stack, address: str) -> None:
    for number in range(30):
        make_alert(make_resource(stack, f"api-{number}"))
    with CaptureQueriesContext(connection) as queries:
        shown(page, address.format(stack.pk))
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
    assert Alert.objects.count() == 30
