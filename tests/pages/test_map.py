"""The service map page: who calls whom, and where does it hurt?"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Stack
from dashboard.pages.map.options import parse_options
from dashboard.pages.state import StateError
from dashboard.spend.models import BurnStanding
from dashboard.traces.models import Node, TraceGroup
from tests.factories import (
    NOW,
    make_account,
    make_deploy,
    make_link,
    make_resource,
    make_stack,
    make_target,
    make_user,
    make_verdict,
)
from tests.traces.builders import Calls, a_graph

QUERIES = 15
"""Six are those of the map itself, two each of verdicts and waiting times, three of the session."""
PANEL_QUERIES = 26
START = NOW - timedelta(minutes=30)
CALLS = {
    ("client", "checkout"): Calls(ok=84, fault=16, seconds=2.4),
    ("checkout", "table:orders"): 100,
    ("checkout", "queue:jobs"): 10,
    ("queue:jobs", "worker"): Calls(ok=10, kind="link", waited=40),
    ("checkout", "remote:api.paywise.example"): Calls(ok=80, fault=20),
}


@pytest.fixture(autouse=True)
def no_earlier_pictures() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account(db: None) -> Account:
    account = make_account()
    make_target(account, "trace_graph", timedelta(minutes=1))
    return account


@pytest.fixture
def money(client: Client, now: None, db: None) -> Client:
    """A browser of somebody who may see money."""
    client.force_login(make_user("mara", "operator"))
    return client


def shop(account: Account, team: Team | None = None, name: str = "shop") -> tuple[Stack, Mapping[str, Node]]:
    """A stack whose checkout fails because a payment provider does."""
    stack = make_stack(account, name, team)
    for resource, service in (("checkout", "lambda"), ("orders", "dynamodb"), ("worker", "lambda")):
        make_resource(stack, resource, service)
    make_resource(stack, "jobs", "sqs", physical_id="https://sqs.eu-west-1.amazonaws.com/000000000001/jobs")
    return stack, a_graph(account, CALLS, at=START, minutes=20)


def picture(page: Client, address: str = "/map/") -> dict[str, Any]:
    answer = page.get(address)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["picture"]
    return found


def named(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {box["name"]: box for box in found["boxes"]}


def test_nodes_stand_from_callers_to_callees(page: Client, account: Account) -> None:
    shop(account)
    boxes = named(picture(page))
    assert boxes["Clients"]["x"] < boxes["checkout"]["x"] < boxes["jobs"]["x"] < boxes["worker"]["x"]


def test_what_hurts_has_a_colour_and_words(page: Client, account: Account) -> None:
    shop(account)
    boxes = named(picture(page))
    assert (boxes["checkout"]["tone"], boxes["checkout"]["trouble"]) == ("critical", "16 % faults")
    assert boxes["orders"]["tone"] == "ok"


def test_the_verdict_of_metrics_counts_as_well(page: Client, account: Account) -> None:
    stack, _ = shop(account)
    make_verdict(stack.resources.get(name="orders"), "warning", "orders throttles")
    assert named(picture(page))["orders"]["tone"] == "warning"


def test_the_picture_stands_in_the_page_as_data(page: Client, account: Account) -> None:
    shop(account)
    html = page.get("/map/").content.decode()
    text = html.partition('<script id="map-picture" type="application/json">')[2].partition("</script>")[0]
    assert {line["id"] for line in json.loads(text)["lines"]} == {line["id"] for line in picture(page)["lines"]}


def test_hostile_names_stay_data(page: Client, account: Account) -> None:
    a_graph(account, {("client", "</script><script>alert(1)</script>"): 5}, at=START)
    assert b"<script>alert(1)" not in page.get("/map/").content
    assert b"<script>alert(1)" not in page.get("/map/?view=table").content


def test_everything_is_in_the_address(page: Client, account: Account) -> None:
    stack, nodes = shop(account)
    query = f"focus=n{nodes['worker'].pk}&hops=1&colour=latency&collapse=all&open={stack.pk}&least=1"
    found = picture(page, f"/map/?{query}")
    assert set(named(found)) == {"jobs", "worker"}
    assert found["colour"] == "latency"


@pytest.mark.parametrize(
    "query",
    ["colour=red", "open=x", "focus=12", "hops=0", "hops=99", "least=-1", "least=nan", "collapse=some", "view=x"],
)
def test_what_does_not_exist_is_refused_and_named(page: Client, query: str) -> None:
    assert page.get(f"/map/?{query}").status_code == 400
    with pytest.raises(StateError, match=query.partition("=")[0]):
        parse_options(QueryDict(query), Window(START, NOW))


def test_a_malformed_expression_says_where_and_loses_nothing(page: Client, account: Account) -> None:
    shop(account)
    answer = page.get("/map/", {"find": "p95 >", "hide": "service = sqs"})
    html = answer.content.decode()
    assert "At position 6: expected a value after" in html
    assert 'value="p95 &gt;"' in html
    assert "jobs" not in named(answer.context["picture"])


def test_a_replayed_column_shows_its_figures_in_the_same_places(page: Client, account: Account) -> None:
    shop(account)
    whole = picture(page)
    first, *_ = whole["replay"]["starts"]
    early = picture(page, f"/map/?at={first}")
    assert early["key"] == whole["key"]
    assert named(whole)["checkout"]["face"].endswith("/min · p95 2.4 s")
    assert named(early)["checkout"]["face"] == "no requests"


def test_change_needs_something_to_compare_with(page: Client, account: Account) -> None:
    shop(account)
    answer = page.get("/map/?colour=change")
    assert "Pick a period to compare with" in answer.content.decode()
    assert answer.context["picture"]["colour"] == "health"
    assert picture(page, "/map/?colour=change&range=1h&compare=previous")["colour"] == "change"


def burning(stack: Stack, name: str, per_hour: str, usual: str | None) -> None:
    BurnStanding.objects.create(
        resource=stack.resources.get(name=name), per_hour=per_hour, normal_per_hour=usual, today="3.2", at=NOW
    )


def test_cost_is_on_the_faces_of_those_that_are_billed(money: Client, account: Account) -> None:
    stack, _ = shop(account)
    burning(stack, "checkout", "4.1", "0.34")
    burning(stack, "orders", "0.5", "0.48")
    boxes = named(picture(money, "/map/?colour=cost"))
    assert (boxes["checkout"]["face"], boxes["checkout"]["shade"]) == ("4.10 USD/h · 12 × usual", "over-usual")
    assert (boxes["orders"]["face"], boxes["orders"]["shade"]) == ("0.50 USD/h", "cost-3")
    assert boxes["worker"]["face"] == "no estimate"
    assert "/min · p95" in boxes["api.paywise.example"]["face"]


def test_a_collapsed_stack_costs_what_its_resources_cost(money: Client, account: Account) -> None:
    stack, _ = shop(account)
    burning(stack, "checkout", "4.1", "4")
    burning(stack, "orders", "0.5", "0.5")
    assert named(picture(money, "/map/?colour=cost&collapse=all"))["shop"]["face"] == "4.60 USD/h"


def test_what_has_no_usual_yet_hides_no_rise_of_its_stack(money: Client, account: Account) -> None:
    stack, _ = shop(account)
    burning(stack, "checkout", "4.5", "0.5")
    burning(stack, "orders", "1", None)
    assert named(picture(money, "/map/?colour=cost&collapse=all"))["shop"]["face"] == "5.50 USD/h · 4 × usual"


def test_the_panel_and_the_table_tell_the_cost(money: Client, account: Account) -> None:
    stack, nodes = shop(account)
    burning(stack, "checkout", "4.1", "0.34")
    panel = money.get(f"/map/nodes/n{nodes['checkout'].pk}/").content.decode()
    assert "Costs <strong>4.10 USD</strong> an hour now" in panel
    assert 'data-value="4.1000000000"' in money.get("/map/?view=table").content.decode()


def test_who_may_not_see_money_is_told_so_and_shown_none(page: Client, account: Account) -> None:
    stack, nodes = shop(account)
    burning(stack, "checkout", "4.1", "0.34")
    answer = page.get("/map/?colour=cost")
    assert "Only people who may see money" in answer.content.decode()
    assert answer.context["picture"]["colour"] == "health"
    for address in ("/map/?colour=cost", "/map/?view=table", f"/map/nodes/n{nodes['checkout'].pk}/"):
        assert "4.10 USD" not in page.get(address).content.decode()


def test_groups_of_x_ray_can_be_chosen(page: Client, account: Account) -> None:
    TraceGroup.objects.create(account=account, region="eu-west-1", name="slow-checkouts", collected=True)
    shop(account)
    a_graph(account, {("client", "only-here"): 5}, at=START, group="slow-checkouts")
    assert "slow-checkouts" in page.get("/map/").content.decode()
    assert "only-here" in named(picture(page, "/map/?group=slow-checkouts"))


def test_deploys_of_the_window_are_marked(page: Client, account: Account) -> None:
    stack, _ = shop(account)
    make_deploy(stack, timedelta(minutes=25))
    make_deploy(stack, timedelta(days=3))
    assert len(page.get("/map/").context["markers"]) == 1


# -- tables ---------------------------------------------------------------------------------------


def test_tables_list_nodes_and_connections_worst_first(page: Client, account: Account) -> None:
    shop(account)
    answer = page.get("/map/?view=table")
    rows = answer.context["node_rows"]
    assert {row.name for row in rows[:2]} == {"api.paywise.example", "checkout"}
    assert [row.figures.tone for row in answer.context["line_rows"]][:2] == ["critical", "critical"]
    assert b"data-table-csv" in answer.content


def test_tables_follow_find_and_hide(page: Client, account: Account) -> None:
    shop(account)
    answer = page.get("/map/", {"view": "table", "find": "errors > 1%", "hide": "kind = remote"})
    assert {row.name for row in answer.context["node_rows"]} == {"checkout", "Clients of checkout"}


# -- states ---------------------------------------------------------------------------------------


def test_nobody_collects_traces_and_the_page_says_so(page: Client, db: None) -> None:
    assert "Traces are not collected" in page.get("/map/").content.decode()


def test_a_missing_permission_is_named(page: Client, account: Account) -> None:
    account.targets.update(
        last_success_at=None, last_error="access_denied", last_error_action="xray:GetServiceGraph", failures=3
    )
    html = page.get("/map/").content.decode()
    assert "AWS does not allow reading traces" in html
    assert "xray:GetServiceGraph" in html


def test_the_first_answer_is_on_its_way(page: Client, account: Account) -> None:
    account.targets.update(last_success_at=None, last_attempt_at=None)
    assert "The first traces are on their way" in page.get("/map/").content.decode()


def test_no_trace_came_and_the_page_says_how_to_switch_tracing_on(page: Client, account: Account) -> None:
    html = page.get("/map/").content.decode()
    assert "No traces in the last 3 hours" in html
    assert "active tracing" in html


def test_what_configuration_knows_is_drawn_even_without_traces(page: Client, account: Account) -> None:
    stack = make_stack(account)
    queue, function = make_resource(stack, "jobs", "sqs"), make_resource(stack, "worker")
    make_link(queue, function)
    answer = page.get("/map/")
    assert "No traces in the last 3 hours" in answer.content.decode()
    assert [line.get("dashed") for line in answer.context["picture"]["lines"]] == [True]


def test_data_that_is_late_is_named_above_the_picture(page: Client, account: Account) -> None:
    shop(account)
    account.targets.update(last_success_at=NOW - timedelta(hours=1), failures=4, last_error_text="Throttled by X-Ray.")
    html = page.get("/map/").content.decode()
    assert "Part of this page is missing" in html
    assert "Throttled by X-Ray." in html


def test_filters_that_leave_nothing_offer_to_clear_them(page: Client, account: Account) -> None:
    shop(account)
    assert "Clear filters" in page.get("/map/?environment=nowhere").content.decode()


def test_unchanged_data_answers_304(page: Client, account: Account) -> None:
    shop(account)
    tag = page.get("/map/").headers["ETag"]
    assert page.get("/map/", headers={"If-None-Match": tag}).status_code == 304


# -- who may see what -----------------------------------------------------------------------------


@pytest.fixture
def strangers(client: Client, now: None, account: Account) -> tuple[Client, Mapping[str, Node]]:
    """A member of another team, whose function calls the shop's checkout."""
    ours, theirs = Team.objects.create(name="Ours"), Team.objects.create(name="Theirs")
    _, nodes = shop(account, theirs, "secret-shop")
    make_resource(make_stack(account, "own", ours), "caller")
    own = a_graph(account, {("caller", "checkout"): 7}, at=START)
    client.force_login(make_user(see_all=False, teams=[ours]))
    return client, {**nodes, **own}


def test_other_teams_are_a_box_without_name(strangers: tuple[Client, Mapping[str, Node]]) -> None:
    client, _ = strangers
    html = client.get("/map/").content.decode()
    assert set(named(picture(client))) == {"caller", "Another team’s"}
    assert "secret-shop" not in html
    assert "orders" not in html


def test_the_panel_of_a_hidden_node_does_not_exist(strangers: tuple[Client, Mapping[str, Node]]) -> None:
    client, nodes = strangers
    assert client.get(f"/map/nodes/n{nodes['caller'].pk}/").status_code == 200
    assert client.get(f"/map/nodes/n{nodes['checkout'].pk}/").status_code == 404
    assert client.get(f"/map/nodes/n{nodes['table:orders'].pk}/").status_code == 404
    edge = f"n{nodes['checkout'].pk}-n{nodes['table:orders'].pk}"
    assert client.get(f"/map/edges/{edge}/").status_code == 404


@pytest.mark.parametrize("address", ["nodes/n0", "nodes/x", "nodes/s1", "edges/n1", "edges/n1-n2-n3", "edges/a-b"])
def test_a_panel_of_nothing_does_not_exist(page: Client, account: Account, address: str) -> None:
    shop(account)
    assert page.get(f"/map/{address}/").status_code == 404


# -- side panels ----------------------------------------------------------------------------------


def test_the_panel_of_a_node_says_what_is_wrong_and_who_is_next_to_it(page: Client, account: Account) -> None:
    stack, nodes = shop(account)
    make_verdict(stack.resources.get(name="checkout"), "critical", "checkout p95 2.4 s, usually 310 ms")
    make_deploy(stack, timedelta(minutes=25))
    answer = page.get(f"/map/nodes/n{nodes['checkout'].pk}/")
    html = answer.content.decode()
    assert "checkout p95 2.4 s, usually 310 ms" in html
    assert [row.source for row in answer.context["callers"]] == ["Clients of checkout"]
    assert {row.target for row in answer.context["callees"]} == {"api.paywise.example", "orders", "jobs"}
    assert [result.key for result in answer.context["results"]] == ["ok", "fault"]
    assert len(answer.context["deploys"]) == 1
    assert f"/resources/{nodes['checkout'].resource_id}/" in html


def test_the_trend_is_drawn_from_the_columns(page: Client, account: Account) -> None:
    _, nodes = shop(account)
    (chart,) = page.get(f"/map/nodes/n{nodes['checkout'].pk}/?range=1h").context["charts"]
    requests, failed = (line["values"] for line in chart["points"]["series"])
    assert (len(requests), requests[0], failed[0]) == (20, 100, 16)


def test_a_queue_says_how_long_messages_wait(page: Client, account: Account) -> None:
    _, nodes = shop(account)
    assert "Messages wait 40 s" in page.get(f"/map/nodes/n{nodes['queue:jobs'].pk}/").content.decode()


def test_what_is_not_traced_says_what_to_do(page: Client, account: Account) -> None:
    shop(account)
    stack = Stack.objects.get()
    audit = make_resource(stack, "audit")
    make_link(stack.resources.get(name="jobs"), audit)
    html = page.get(f"/map/nodes/r{audit.pk}/").content.decode()
    assert "Switch on active tracing of the function" in html


def test_the_panel_of_a_line_knows_its_ends(page: Client, account: Account) -> None:
    _, nodes = shop(account)
    ident = f"n{nodes['checkout'].pk}-n{nodes['remote:api.paywise.example'].pk}"
    answer = page.get(f"/map/edges/{ident}/")
    assert answer.context["names"] == ["checkout", "api.paywise.example"]
    assert "20 % faults of the sampled calls" in answer.content.decode()


def test_a_line_of_a_collapsed_stack_lists_what_it_stands_for(page: Client, account: Account) -> None:
    stack, nodes = shop(account)
    remote = nodes["remote:api.paywise.example"].pk
    answer = page.get(f"/map/edges/s{stack.pk}-n{remote}/")
    assert answer.context["names"] == ["shop", "api.paywise.example"]
    assert len(answer.context["rows"]) == 1


# -- how much it takes ----------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_nodes(page: Client, account: Account) -> None:
    shop(account)
    page.get("/map/")
    with CaptureQueriesContext(connection) as few:
        page.get("/map/")
    a_graph(account, {("checkout", f"table:more-{one}"): 5 for one in range(30)}, at=START)
    page.get("/map/")
    with CaptureQueriesContext(connection) as many:
        page.get("/map/")
    assert len(many) == len(few) <= QUERIES, "\n".join(query["sql"][:150] for query in many.captured_queries)


def test_a_panel_takes_so_many_queries(page: Client, account: Account) -> None:
    _, nodes = shop(account)
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/map/nodes/n{nodes['checkout'].pk}/")
    assert len(queries) <= PANEL_QUERIES


def test_nothing_says_none_or_nan(page: Client, account: Account) -> None:
    _, nodes = shop(account)
    for address in ("/map/", "/map/?view=table", f"/map/nodes/n{nodes['worker'].pk}/"):
        html = page.get(address).content.decode()
        assert [word for word in (">None<", "None ", "nan ", "NaN") if word in html] == []
