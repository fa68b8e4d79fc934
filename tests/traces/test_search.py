"""Search finds stored traces by what is true of them, and shows nobody more than they may see."""

import sys
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, NOTHING, Scope
from dashboard.aws.trace_values import XrayRootCause, XrayServiceId
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces.models import TraceFact
from dashboard.traces.read import loading
from dashboard.traces.read.found import TraceQuery
from dashboard.traces.read.search import search
from tests.factories import make_account, make_resource, make_stack
from tests.traces.fake_xray import API, a_fault, a_summary
from tests.traces.stored import HOUR, NOW, a_node, ago, store

pytestmark = pytest.mark.django_db
ANYTHING = TraceQuery()
PAY = XrayServiceId("payments", "AWS::Lambda::Function", "000000000001")


@pytest.fixture
def account() -> Account:
    return make_account()


def found_ids(query: TraceQuery = ANYTHING, scope: Scope = EVERYTHING, **filters: Any) -> set[str]:
    return {row.id for row in search(scope, HOUR, replace(query, most=1000), **filters).rows}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, {"good", "slow", "fault", "error", "throttle"}),
        ({"result": "ok"}, {"good", "slow"}),
        ({"result": "bad"}, {"fault", "error", "throttle"}),
        ({"result": "fault"}, {"fault"}),
        ({"result": "error"}, {"error"}),
        ({"result": "throttle"}, {"throttle"}),
        ({"result": "slow"}, {"slow"}),
        ({"least_seconds": 0.3}, {"slow", "error"}),
        ({"most_seconds": 0.1}, {"good"}),
        ({"least_seconds": 0.15, "most_seconds": 0.25}, {"fault", "throttle"}),
        ({"method": "get"}, {"good"}),
        ({"status": 429}, {"throttle"}),
        ({"user": "anna"}, {"fault"}),
        ({"url": "/Carts"}, {"slow"}),
        ({"url": "nowhere"}, set()),
        ({"annotations": (("version", "42"),)}, {"fault", "error"}),
        ({"annotations": (("version", "42"), ("version", "41"))}, {"fault", "error", "slow"}),
        ({"annotations": (("version", "42"), ("tenant", "acme"))}, {"fault"}),
        ({"facts": (("fault.node", "orders (AWS::DynamoDB::Table)"),)}, {"fault"}),
        ({"facts": (("zone", "eu-west-1a\x00"),)}, set()),
    ],
)
def test_a_trace_is_found_by_what_is_true_of_it(account: Account, query: dict[str, Any], wanted: set[str]) -> None:
    traces = {
        "good": a_summary(ago(9), 0.1, method="GET"),
        "slow": a_summary(ago(8), 3.0, url="https://shop/carts", annotations={"version": ("41",)}),
        "fault": a_fault(ago(7), 0.2, users=("anna",), annotations={"version": ("42",), "tenant": ("acme",)}),
        "error": a_summary(ago(6), 0.3, error=True, status=404, annotations={"version": ("42",)}),
        "throttle": a_summary(ago(5), 0.2, error=True, throttle=True, status=429),
    }
    if query.get("result") == "error":
        traces["throttle"] = replace(traces["throttle"], error=False)
    store(account, list(traces.values()))
    names = {trace.id: name for name, trace in traces.items()}
    assert {names[one] for one in found_ids(TraceQuery(**query))} == wanted


def test_a_row_tells_all_about_its_trace(account: Account) -> None:
    trace = a_fault(
        ago(3),
        0.25,
        duration=1.5,
        partial=True,
        users=("anna",),
        zones=("eu-west-1a", "eu-west-1b"),
        annotations={"version": ("42",)},
        user_agent="curl/8.5.0",
        client_ip="198.51.100.7",
    )
    store(account, [trace])
    (row,) = search(EVERYTHING, HOUR, TraceQuery()).rows
    assert (row.id, row.account_id, row.region, row.started_at) == (trace.id, "000000000001", "eu-west-1", ago(3))
    assert (row.seconds, row.duration, row.kind, row.ok, row.partial) == (0.25, 1.5, "fault", False, True)
    assert (row.entry, row.method, row.status, row.user) == ("checkout-api", "POST", 502, "anna")
    assert row.url == "https://api.example.com/orders/{id}"
    assert row.annotations == {"version": ("42",)}
    assert row.facts["zone"] == ("eu-west-1a", "eu-west-1b")
    assert row.facts["user_agent"] == ("curl",)
    assert row.cause == "orders: TimeoutError: no answer"


def test_a_slow_row_names_where_the_time_went(account: Account) -> None:
    slow = a_summary(ago(3), 9.0, slow_causes=(XrayRootCause((API, PAY)),))
    store(account, [slow], drawn=False)
    (row,) = search(EVERYTHING, HOUR, TraceQuery(result="slow")).rows
    assert (row.kind, row.cause) == ("slow", "payments")


@pytest.mark.parametrize(
    ("order", "seconds"),
    [("newest", [1, 3]), ("oldest", [2, 3]), ("slowest", [3, 2]), ("fastest", [1, 2])],
)
def test_rows_come_in_the_order_asked_for(account: Account, order: str, seconds: list[float]) -> None:
    store(account, [a_summary(ago(30), 2.0), a_summary(ago(20), 3.0), a_summary(ago(10), 1.0)])
    found = search(EVERYTHING, HOUR, TraceQuery(order=order, most=2))
    assert [row.seconds for row in found.rows] == seconds
    assert found.total == 3


def test_a_window_ends_where_it_says(account: Account) -> None:
    inside = a_summary(ago(2))
    store(account, [a_summary(ago(1)), inside, a_summary(ago(4))])
    window = Window(ago(3), ago(1))
    assert [row.id for row in search(EVERYTHING, window, TraceQuery()).rows] == [inside.id]


def test_slow_is_what_nineteen_of_twenty_good_ones_are_not(account: Account) -> None:
    store(account, [a_summary(ago(10), index / 100) for index in range(1, 101)])
    found = search(EVERYTHING, HOUR, TraceQuery(result="slow"))
    assert found.slow_over == pytest.approx(0.9505)
    assert found.total == 5


def test_slow_ones_that_were_kept_for_it_do_not_move_what_slow_is(account: Account) -> None:
    store(account, [a_summary(ago(10), 0.1) for _ in range(40)])
    store(account, [a_summary(ago(20), 5.0) for _ in range(400)], drawn=False)
    assert search(EVERYTHING, HOUR, TraceQuery()).slow_over == pytest.approx(0.1)


def test_menus_count_what_is_true_of_the_found(account: Account) -> None:
    store(account, [a_fault(ago(5), annotations={"version": ("42",)}) for _ in range(3)])
    store(account, [a_summary(ago(15), annotations={"version": ("41",)})])
    facets = search(EVERYTHING, HOUR, TraceQuery()).facets
    assert facets["annotation.version"] == [("42", 3), ("41", 1)]
    assert facets["http.status"] == [("502", 3), ("200", 1)]
    assert "user" not in facets
    assert search(EVERYTHING, HOUR, TraceQuery(result="fault")).facets["annotation.version"] == [("42", 3)]


def test_menus_add_up_what_accounts_call_the_same(account: Account) -> None:
    other = make_account("Second", 2)
    store(account, [a_summary(ago(5))])
    store(other, [a_summary(ago(5))])
    assert search(EVERYTHING, HOUR, TraceQuery()).facets["http.status"] == [("200", 2)]


def test_the_histogram_counts_all_and_the_bad(account: Account) -> None:
    store(account, [a_summary(ago(5), 0.1), a_summary(ago(5), 0.1), a_fault(ago(5), 0.1), a_summary(ago(5), 2.0)])
    times = search(EVERYTHING, HOUR, TraceQuery()).times
    assert (times.numbers.tolist(), times.bad.tolist()) == ([3, 1], [1, 0])


def test_the_picture_keeps_the_bad_and_thins_the_good(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[search.__module__], "MOST_POINTS", 30)
    store(account, [a_fault(ago(30)) for _ in range(20)] + [a_summary(ago(50 - index / 10)) for index in range(400)])
    points = search(EVERYTHING, HOUR, TraceQuery()).points
    good = [point.at for point in points if point.kind == "ok"]
    assert (len(points), len(good)) == (30, 10)
    assert max(good) - min(good) > 1800  # from all over the window


def test_what_was_seen_kept_and_cut_is_said(account: Account) -> None:
    store(account, [a_fault(ago(7)), a_fault(ago(8))], cut=True)
    sampled = search(EVERYTHING, HOUR, TraceQuery(result="ok")).sampled
    assert (sampled.seen, sampled.kept, sampled.cut) == (4, 2, True)


def test_too_many_traces_to_look_at_are_looked_at_from_the_newest(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MOST_LOOKED_AT", 15)
    store(account, [a_summary(ago(minutes)) for minutes in (3, 13, 23) for _ in range(10)])
    found = search(EVERYTHING, HOUR, TraceQuery())
    assert (found.total, found.complete, found.since) == (10, False, ago(5))
    assert found.newest_at == NOW


def test_nothing_is_found_where_nothing_is_stored() -> None:
    found = search(EVERYTHING, HOUR, TraceQuery())
    assert (list(found.rows), found.total, found.complete, found.newest_at) == ([], 0, True, None)


def test_accounts_are_told_apart(account: Account) -> None:
    other = make_account("Second", 2)
    store(account, [a_summary(ago(5))])
    store(other, [a_summary(ago(5))])
    rows = search(EVERYTHING, HOUR, TraceQuery(), accounts=["000000000002"]).rows
    assert [row.account_id for row in rows] == ["000000000002"]


class TestNodes:
    """Nodes of the service graph are found in summaries by name and type."""

    @pytest.fixture
    def shop(self, account: Account) -> dict[str, Any]:
        checkout = make_stack(account, "checkout", Team.objects.create(name="blue"), environment="prod")
        billing = make_stack(account, "billing", Team.objects.create(name="red"), environment="test")
        own = XrayServiceId("checkout-api", "AWS::Lambda", account.account_id)
        nodes = {
            "api": a_node(account, "checkout-api", resource=make_resource(checkout, "checkout-api")),
            "pay": a_node(account, "payments", resource=make_resource(billing, "payments")),
            "remote": a_node(account, "psp.example.com", "remote"),
        }
        both = a_summary(ago(5), services=(own, PAY, XrayServiceId("psp.example.com", "remote", "")))
        traces = {
            "api": a_summary(ago(5), services=(own,), entry=own),
            "pay": a_summary(ago(5), services=(PAY,), entry=PAY),
            "both": replace(
                both,
                fault=True,
                entry=own,
                fault_causes=(XrayRootCause((own, PAY), ("SecretError: the vault is open",)),),
            ),
        }
        store(account, list(traces.values()))
        return {
            **nodes,
            "checkout": checkout,
            "billing": billing,
            "names": {trace.id: name for name, trace in traces.items()},
            "blue": Scope(everything=False, team_ids=frozenset({checkout.team_id})),
        }

    def names(self, shop: dict[str, Any], query: TraceQuery, scope: Scope = EVERYTHING, **filters: Any) -> set[str]:
        return {shop["names"][one] for one in found_ids(query, scope, **filters)}

    def test_a_node_is_found_though_x_ray_splits_functions(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(node_id=shop["api"].pk)) == {"api", "both"}

    def test_a_stack_is_found_by_its_nodes(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(stack_id=shop["billing"].pk)) == {"pay", "both"}

    def test_an_edge_needs_both_ends(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(edge=(shop["api"].pk, shop["pay"].pk))) == {"both"}

    def test_a_node_that_is_not_there_finds_nothing(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(node_id=987_654)) == set()

    def test_environments_and_teams_are_those_of_the_stacks_on_the_way(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(), environments=["test"]) == {"pay", "both"}
        assert self.names(shop, TraceQuery(), teams=["blue"]) == {"api", "both"}
        assert self.names(shop, TraceQuery(), teams=["blue"], environments=["test"]) == {"both"}

    def test_a_team_sees_traces_through_its_own_stacks(self, shop: dict[str, Any]) -> None:
        assert self.names(shop, TraceQuery(), shop["blue"]) == {"api", "both"}
        assert self.names(shop, TraceQuery(), NOTHING) == set()

    def test_a_team_reads_no_names_of_others(self, shop: dict[str, Any]) -> None:
        found = search(shop["blue"], HOUR, TraceQuery())
        told = repr((found.facets, [row.facts for row in found.rows], [row.cause for row in found.rows]))
        assert "payments" not in told
        assert "SecretError" not in told
        assert found.facets["node"] == [("checkout-api (AWS::Lambda::Function)", 2), ("psp.example.com (remote)", 1)]

    @pytest.mark.parametrize(
        "query",
        [
            TraceQuery(facts=(("node", "payments (AWS::Lambda::Function)"),)),
            TraceQuery(facts=(("fault.node", "payments (AWS::Lambda::Function)"),)),
            TraceQuery(facts=(("fault.exception", "SecretError: the vault is open"),)),
        ],
    )
    def test_a_team_finds_nothing_by_names_of_others(self, shop: dict[str, Any], query: TraceQuery) -> None:
        assert len(self.names(shop, query)) > 0
        assert self.names(shop, query, shop["blue"]) == set()

    def test_a_team_finds_nothing_by_nodes_and_stacks_of_others(self, shop: dict[str, Any]) -> None:
        for query in (
            TraceQuery(node_id=shop["pay"].pk),
            TraceQuery(stack_id=shop["billing"].pk),
            TraceQuery(edge=(shop["api"].pk, shop["pay"].pk)),
        ):
            assert self.names(shop, query, shop["blue"]) == set()
        assert self.names(shop, TraceQuery(), shop["blue"], teams=["red"]) == set()
        assert self.names(shop, TraceQuery(), shop["blue"], environments=["test"]) == set()

    def test_how_many_traces_an_account_has_is_told_to_those_who_see_all(self, shop: dict[str, Any]) -> None:
        sampled = search(shop["blue"], HOUR, TraceQuery()).sampled
        assert (sampled.seen, sampled.kept) == (None, 2)

    def test_the_same_name_in_another_region_is_another_node(self, shop: dict[str, Any], account: Account) -> None:
        elsewhere = a_summary(ago(5), services=(XrayServiceId("checkout-api", "AWS::Lambda::Function", ""),))
        store(account, [elsewhere], "us-east-1")
        hidden = make_resource(shop["billing"], "other", region="us-east-1")
        a_node(account, "checkout-api", resource=hidden, region="us-east-1")
        assert elsewhere.id not in found_ids(scope=shop["blue"])
        assert elsewhere.id not in found_ids(TraceQuery(stack_id=shop["checkout"].pk))

    def test_the_same_name_in_another_account_is_another_node(self, shop: dict[str, Any]) -> None:
        other = make_account("Second", 2)
        store(other, [a_summary(ago(5), services=(XrayServiceId("checkout-api", "AWS::Lambda::Function", ""),))])
        assert self.names(shop, TraceQuery(), shop["blue"]) == {"api", "both"}

    def test_a_node_of_another_account_is_the_same_node_there(self, shop: dict[str, Any], account: Account) -> None:
        other = make_account("Second", 2)
        calling = a_summary(ago(5), services=(XrayServiceId("checkout-api", "AWS::Lambda", account.account_id),))
        store(other, [calling])
        assert calling.id in found_ids(scope=shop["blue"])

    def test_a_node_of_an_account_that_is_not_connected_counts_as_the_asking_one_s(
        self, shop: dict[str, Any], account: Account
    ) -> None:
        calling = a_summary(ago(15), services=(XrayServiceId("checkout-api", "AWS::Lambda", "999999999999"),))
        store(account, [calling])
        assert calling.id in found_ids(TraceQuery(node_id=shop["api"].pk))

    def test_a_search_takes_few_questions_whatever_is_stored(self, shop: dict[str, Any], account: Account) -> None:
        store(account, [a_summary(ago(minutes)) for minutes in range(10, 60)])
        with CaptureQueriesContext(connection) as asked:
            search(EVERYTHING, HOUR, TraceQuery())
        assert len(asked) == 3  # chunks listed, chunks read, facts named
        with CaptureQueriesContext(connection) as asked:
            search(shop["blue"], HOUR, TraceQuery(stack_id=shop["checkout"].pk, url="orders"))
        assert len(asked) == 7  # and nodes, their facts, exceptions, the URL


def test_hostile_text_is_stored_and_found_as_text(account: Account) -> None:
    bad = "<script>\x00\ud800\u202e' OR 1=1 --"
    store(account, [a_summary(ago(5), users=(bad * 100,), annotations={bad * 20: (bad,)})])
    (row,) = search(EVERYTHING, HOUR, TraceQuery()).rows
    assert row.user.startswith("<script>��� OR 1=1".replace("���", "\ufffd\ufffd\ufffd'"))
    assert len(row.user) <= 512
    assert all(len(key) <= 128 for key in TraceFact.objects.values_list("key", flat=True))
