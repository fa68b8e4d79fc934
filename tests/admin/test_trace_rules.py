"""Admin of thresholds on traces: values as people write them, errors at their field, a preview before saving."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dashboard.inventory.models import Account
from dashboard.thresholds.models import TraceRule
from dashboard.traces.models import Edge, Node
from tests.factories import make_account, make_stack
from tests.traces.builders import Calls, a_graph

LIST, ADD = "/admin/dashboard/tracerule/", "/admin/dashboard/tracerule/add/"
PREVIEW = "/admin/dashboard/tracerule/preview/"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
GIVEN = {
    "name": "Slow web", "enabled": "on", "figure": "p95", "severity": "warning", "above": "900 ms",
    "for_periods": "2", "of_periods": "3", "floor": "20",
}  # fmt: skip


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def web(account: Account) -> Node:
    """A function that was slow for the last quarter of an hour."""
    a_graph(account, {("client", "web"): 10}, at=NOON - timedelta(hours=1), minutes=45)
    slow = Calls(ok=10, seconds=2.0)
    return a_graph(account, {("client", "web"): slow}, at=NOON - timedelta(minutes=15), minutes=15)["web"]


def given(account: Account, **data: str) -> dict[str, str]:
    return {**GIVEN, "account": str(account.pk), **data}


@pytest.mark.parametrize(
    ("figure", "typed", "stored", "shown"),
    [("p95", "900 ms", 0.9, "900 ms"), ("fault_share", "5 %", 0.05, "5 %"), ("traffic", "12k", 12_000.0, "12 k")],
)
def test_a_line_is_typed_and_shown_as_people_write_it(
    desk: Client, account: Account, figure: str, typed: str, stored: float, shown: str
) -> None:
    desk.post(ADD, given(account, figure=figure, above=typed))
    rule = TraceRule.objects.get()
    assert rule.above == pytest.approx(stored)
    assert f'value="{shown}"' in desk.get(f"{LIST}{rule.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"above": "fast"}, "above", "“fast” is not a value."),
        ({"above": ""}, "above", "Draw one line: above or below."),
        ({"below": "1 s"}, "above", "Draw one line: above or below."),
        ({"for_periods": "4"}, "of_periods", "4 of 3 periods can’t be."),
        ({"type": "Nonsense"}, "type", "Select a valid choice."),
    ],
)
def test_bad_input_is_told_at_its_field(
    desk: Client, account: Account, data: dict[str, str], field: str, told: str
) -> None:
    answer = desk.post(ADD, given(account, **data))
    assert told in str(answer.context["adminform"].form.errors[field])
    assert not TraceRule.objects.exists()


def test_a_rule_is_about_one_place_of_its_account(desk: Client, account: Account, web: Node) -> None:
    edge, other = Edge.objects.get(), make_account("Other", 2)
    errors = desk.post(ADD, given(account, node=str(web.pk), edge=str(edge.pk))).context["adminform"].form.errors
    assert "Choose a node, or a connection" in str(errors)
    errors = desk.post(ADD, given(other, node=str(web.pk))).context["adminform"].form.errors
    assert "is in another account" in str(errors["account"])
    stack = make_stack(other)
    errors = desk.post(ADD, given(account, stack=str(stack.pk))).context["adminform"].form.errors
    assert "is in another account" in str(errors["account"])


def test_the_preview_says_what_would_have_happened(desk: Client, account: Account, web: Node) -> None:
    with time_machine.travel(NOON, tick=False):
        page = desk.get(PREVIEW, given(account)).content.decode()
    assert "Would have alerted <strong>1 time</strong>" in page
    assert f'href="/map/?focus=n{web.pk}"' in page
    assert not TraceRule.objects.exists()


def test_the_preview_of_an_empty_scope_says_so(desk: Client, account: Account) -> None:
    assert "No node or connection is in scope now." in desk.get(PREVIEW, given(account)).content.decode()


def test_the_list_says_line_and_place_in_words(desk: Client, account: Account) -> None:
    desk.post(ADD, given(account))
    page = desk.get(LIST).content.decode()
    assert "p95 of the response time above 900 ms" in page
    assert "all nodes in Shop" in page
