"""The collectors page: can I trust what I see?"""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.polls.due import SOON
from dashboard.polls.models import ApiUsage, Heartbeat, Target
from dashboard.traces.models import TraceSource
from tests.factories import NOW, make_account, make_checkout, make_stack, make_target, make_user

QUERIES = 13


@pytest.fixture
def operator(client: Client, now: None, db: None) -> Client:
    client.force_login(make_user("otto", "operator"))
    return client


def test_each_source_is_listed_with_its_state(page: Client) -> None:
    make_checkout()
    rows = page.get("/collectors/").context["rows"]
    assert [(row.collector.label, row.label) for row in rows] == [
        ("Inventory", "Working"),
        ("Metrics, 5 minutes", "Working"),
    ]


def test_without_accounts_it_says_what_will_be_here(page: Client) -> None:
    assert "Nothing is collected yet" in page.get("/collectors/").content.decode()


def test_a_missing_permission_is_named_with_its_remedy(page: Client) -> None:
    make_checkout()
    Target.objects.filter(source="inventory").update(
        failures=2,
        last_error="access_denied",
        last_error_action="sqs:GetQueueAttributes",
        last_error_text="Reading queues is not allowed. Add the action to the policy.",
    )
    html = page.get("/collectors/").content.decode()
    assert "Shop: access is denied" in html
    assert "sqs:GetQueueAttributes" in html
    assert "Add the action to the policy." in html


def test_a_late_source_is_shown_as_late(page: Client) -> None:
    make_checkout()
    Target.objects.filter(source="metrics_5m").update(last_success_at=NOW - timedelta(hours=1), due_at=NOW)
    rows = page.get("/collectors/").context["rows"]
    assert (rows[0].collector.label, rows[0].label) == ("Metrics, 5 minutes", "Late")


def test_traces_that_go_to_transaction_search_are_said_to(page: Client) -> None:
    account = make_checkout().account
    make_target(account, "trace_graph")
    make_target(account, "traces")
    TraceSource.objects.create(account=account, region="eu-west-1", destination="CloudWatchLogs", asked_at=NOW)
    notes = {row.collector.label: row.note for row in page.get("/collectors/").context["rows"]}
    assert {label for label, note in notes.items() if note} == {"Traces"}
    assert notes["Traces"] == "Transaction Search"


def test_the_cost_of_the_month_stands_beside_the_cap(page: Client) -> None:
    stack = make_checkout()
    ApiUsage.objects.create(account=stack.account, day=NOW.date(), api="cloudwatch:GetMetricData", cost=Decimal("12.5"))
    (cost,) = page.get("/collectors/").context["costs"]
    assert (cost.text, cost.tone) == ("12.50 USD of 50.00 USD", "")


def test_what_observing_costs_is_for_those_who_may_see_money(page: Client, client: Client) -> None:
    make_checkout()
    assert "USD" not in page.get("/collectors/").content.decode()
    client.force_login(make_user("ada", "admin"))
    assert "USD" in client.get("/collectors/").content.decode()


def test_reading_history_is_not_projected_as_if_it_went_on(page: Client) -> None:
    stack = make_checkout()
    Target.objects.filter(source="metrics_5m").update(last_cost=Decimal(1), due_at=F("last_success_at") + SOON)
    (cost,) = page.get("/collectors/").context["costs"]
    assert (cost.projected, cost.tone) == (None, "")
    Target.objects.update(due_at=NOW + timedelta(minutes=2))
    (cost,) = page.get("/collectors/").context["costs"]
    assert (cost.projected > 50, cost.tone, cost.account) == (True, "warning", stack.account)


def test_a_beat_that_is_silent_is_red(page: Client) -> None:
    Heartbeat.objects.create(name="beat", at=NOW - timedelta(minutes=10))
    Heartbeat.objects.create(name="worker", at=NOW)
    assert [life.state for life in page.get("/collectors/").context["lives"]] == ["critical", "ok"]


def test_the_policy_to_copy_names_every_action(page: Client) -> None:
    policy = json.loads(page.get("/collectors/").context["policy"])
    assert "sqs:GetQueueAttributes" in policy["Statement"][0]["Action"]


def test_an_operator_can_pause_and_resume(operator: Client) -> None:
    target = make_target(make_account())
    operator.post(f"/collectors/{target.pk}/pause/")
    target.refresh_from_db()
    assert (target.paused_at, target.paused_reason) == (NOW, "Paused by otto")
    operator.post(f"/collectors/{target.pk}/resume/")
    target.refresh_from_db()
    assert (target.paused_at, target.due_at) == (None, NOW)


def test_an_operator_can_poll_now(operator: Client) -> None:
    target = make_target(make_account())
    answer = operator.post(f"/collectors/{target.pk}/poll/", follow=True)
    target.refresh_from_db()
    assert target.due_at == NOW
    assert "Shop eu-west-1, Metrics, 5 minutes: due now." in answer.content.decode()


@pytest.mark.parametrize("verb", ["poll", "pause", "resume"])
def test_a_viewer_may_not_act(page: Client, verb: str) -> None:
    target = make_target(make_account())
    assert page.post(f"/collectors/{target.pk}/{verb}/").status_code == 403


def test_a_viewer_sees_no_buttons(page: Client) -> None:
    make_checkout()
    assert "/poll/" not in page.get("/collectors/").content.decode()


@pytest.mark.parametrize("verb", ["poll", "pause", "resume"])
def test_reading_changes_nothing(operator: Client, verb: str) -> None:
    target = make_target(make_account())
    assert operator.get(f"/collectors/{target.pk}/{verb}/").status_code == 405


def test_acting_needs_the_token_of_a_form(now: None, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("otto", "operator"))
    target = make_target(make_account())
    assert client.post(f"/collectors/{target.pk}/pause/").status_code == 403


def test_sources_of_accounts_without_a_stack_of_mine_are_not_there(client: Client, now: None, db: None) -> None:
    team = Team.objects.create(name="Payments")
    mine, other = make_account(), make_account("Other", 2)
    make_stack(mine, team=team)
    make_target(mine)
    foreign = make_target(other)
    client.force_login(make_user("otto", "operator", see_all=False, teams=[team]))
    assert [row.collector.account for row in client.get("/collectors/").context["rows"]] == ["Shop"]
    assert client.post(f"/collectors/{foreign.pk}/pause/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_sources(page: Client) -> None:
    account = make_account()
    for region in range(30):
        make_target(account, region=f"region-{region}")
    with CaptureQueriesContext(connection) as queries:
        page.get("/collectors/")
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
