"""Thresholds on traces: which nodes and connections a rule is about, when it fires, where its alert leads."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.alerts.models import Alert
from dashboard.alerts.write import apply_findings
from dashboard.health.read import preview_traced
from dashboard.health.write import judge_traced
from dashboard.inventory.models import Account, Stack
from dashboard.thresholds.finding import Finding, Outcome
from dashboard.thresholds.models import TraceRule
from dashboard.traces.models import Edge, Node
from dashboard.traces.write import join_account
from tests.factories import make_account, make_alert, make_resource, make_stack
from tests.traces.builders import Calls, a_graph

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
GOOD, SLOW = Calls(ok=10, seconds=0.2), Calls(ok=10, seconds=3.0)
FAILING, REFUSING = Calls(ok=8, fault=2), Calls(ok=8, error=1, throttle=1)
TABLE = ("web", "table:orders")


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.fixture
def stack(account: Account) -> Stack:
    """The stack of the function web."""
    stack = make_stack(account)
    make_resource(stack, "web")
    return stack


def observed(account: Account, bad: Calls, minutes: int = 15, edge: Calls | None = None) -> dict[str, Node]:
    """An hour of good requests to web, of which the last minutes are bad, until noon."""
    calm, then = NOON - timedelta(hours=1), NOON - timedelta(minutes=minutes)
    a_graph(account, {("client", "web"): GOOD, TABLE: edge or GOOD}, at=calm, minutes=60 - minutes)
    nodes = a_graph(account, {("client", "web"): bad, TABLE: edge or GOOD}, at=then, minutes=minutes)
    join_account(account)
    return nodes


def rule_of(account: Account, **columns: object) -> TraceRule:
    given = {"name": "slow", "figure": "p95", "severity": "warning", "above": 1.0}
    return TraceRule.objects.create(account=account, **{**given, **columns})


def judged(account: Account, now: datetime = NOON) -> dict[tuple[str, str], Finding]:
    """Findings by name of the subject and metric."""
    return {(one.subject.name, one.metric): one for some in judge_traced(account, now).values() for one in some}


@pytest.mark.parametrize(
    ("bad", "columns", "reason"),
    [
        (SLOW, {"figure": "p95", "above": 1.0}, "Traces: the p95 is 2.99 s, above 1 s for 15 min."),
        (FAILING, {"figure": "fault_share", "above": 0.05},
         "Traces: 20 % of requests end in a fault, above 5 % for 15 min."),
        (REFUSING, {"figure": "error_share", "above": 0.1},
         "Traces: 20 % of requests end in an error or a throttle, above 10 % for 15 min."),
        (Calls(ok=1), {"figure": "traffic", "above": None, "below": 5.0},
         "Traces: 1 requests per minute, below 5 for 15 min."),
    ],
)  # fmt: skip
def test_each_figure_of_a_node_is_judged(account: Account, bad: Calls, columns: dict[str, object], reason: str) -> None:
    nodes = observed(account, bad)
    rule_of(account, node=nodes["web"], **columns)
    (found,) = judged(account).values()
    assert (found.outcome, found.reason) == (Outcome.BROKEN, reason)
    assert found.since == int((NOON - timedelta(minutes=15)).timestamp())


def test_a_connection_is_judged_by_what_is_called(account: Account) -> None:
    nodes = observed(account, GOOD, edge=Calls(ok=1, fault=9))
    edge = Edge.objects.get(source=nodes["web"], target=nodes["table:orders"])
    rule_of(account, edge=edge, figure="fault_share", above=0.5)
    (found,) = judge_traced(account, NOON)["edge"]
    assert (found.subject.name, found.outcome) == ("web → orders", Outcome.BROKEN)
    assert f"focus=n{edge.source_id}&selected=n{edge.source_id}-n{edge.target_id}" in found.subject.page


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({}, {"web", "orders"}),
        ({"type": "AWS::DynamoDB::Table"}, {"orders"}),
        ({"stack": True}, {"web"}),
        ({"stack": True, "type": "AWS::DynamoDB::Table"}, set()),
    ],
)
def test_a_rule_may_be_about_all_nodes_of_a_stack_or_a_type(
    account: Account, stack: Stack, columns: dict[str, object], names: set[str]
) -> None:
    observed(account, GOOD)
    rule_of(account, **{name: stack if name == "stack" else value for name, value in columns.items()})
    assert {name for name, _ in judged(account)} == names


def test_of_several_rules_alike_the_nearest_wins(account: Account) -> None:
    nodes = observed(account, SLOW)
    rule_of(account, above=1.0)
    rule_of(account, above=5.0, node=nodes["web"])
    assert judged(account)["web", "traced_p95"].outcome == Outcome.HOLDS


def test_too_few_requests_are_not_judged(account: Account) -> None:
    nodes = observed(account, Calls(ok=1, fault=1))
    rule_of(account, node=nodes["web"], figure="fault_share", above=0.1, floor=20)
    (found,) = judged(account).values()
    assert found.outcome == Outcome.HOLDS


def test_spans_that_stay_out_neither_break_nor_hold(account: Account) -> None:
    nodes = observed(account, SLOW)
    rule_of(account, node=nodes["web"])
    (found,) = judged(account, NOON + timedelta(minutes=40)).values()
    assert found.outcome == Outcome.UNKNOWN


def test_rules_that_are_switched_off_find_nothing(account: Account) -> None:
    observed(account, SLOW)
    rule_of(account, enabled=False)
    assert judge_traced(account, NOON) == {"node": [], "edge": []}


def test_the_alert_leads_to_the_map_at_that_time(account: Account) -> None:
    nodes = observed(account, SLOW)
    rule_of(account, node=nodes["web"], hint="Look at the database.")
    apply_findings(account, judge_traced(account, NOON)["node"], NOON, kind="node")
    alert = Alert.objects.get()
    begun = int((NOON - timedelta(minutes=15)).timestamp())
    around = f"range=custom&from={begun - 1800}&to={begun + 1800}"
    assert alert.page == f"/map/?focus=n{nodes['web'].pk}&{around}"
    assert (alert.metric, alert.unit, alert.hint) == ("traced_p95", "seconds", "Look at the database.")


def test_a_joined_nodes_alert_is_put_down_to_its_resources_other_alert(account: Account, stack: Stack) -> None:
    nodes = observed(account, SLOW)
    resource = nodes["web"].resource or stack.resources.get()
    since = NOON - timedelta(minutes=16)
    cause = make_alert(resource, "critical", since=since, opened_at=since, seen_at=NOON, told_at=NOON)
    rule_of(account, node=nodes["web"])
    apply_findings(account, judge_traced(account, NOON)["node"], NOON, kind="node")
    found = Alert.objects.get(metric="traced_p95")
    assert (found.resource, found.stack, found.cause) == (resource, stack, cause)


def test_a_rule_that_is_gone_resolves_its_alerts(account: Account) -> None:
    observed(account, SLOW)
    rule = rule_of(account, type="AWS::Lambda::Function")
    apply_findings(account, judge_traced(account, NOON)["node"], NOON, kind="node")
    rule.delete()
    apply_findings(account, judge_traced(account, NOON)["node"], NOON, kind="node")
    assert Alert.objects.get().state == Alert.State.RESOLVED


def test_live_and_preview_agree(account: Account) -> None:
    """What the preview says of the past is what the judge said then."""
    nodes = observed(account, SLOW, minutes=20)
    rule = rule_of(account, node=nodes["web"])
    (row,) = preview_traced(rule, NOON).rows
    live = [
        moment
        for moment in range(int((NOON - timedelta(hours=1)).timestamp()) + 300, int(NOON.timestamp()) + 1, 300)
        if judged(account, datetime.fromtimestamp(moment, UTC))["web", "traced_p95"].outcome == Outcome.BROKEN
    ]
    (episode,) = row.episodes
    assert (episode.start + 300, episode.end) == (live[0], live[-1])
    assert row.worst == pytest.approx(3.0, rel=0.02)


def test_a_preview_of_what_was_never_traced_is_empty(account: Account) -> None:
    nodes = observed(account, SLOW)
    rule = rule_of(account, node=nodes["web"])
    found = preview_traced(rule, NOON + timedelta(days=30))
    assert (found.in_scope, list(found.rows), found.since) == (1, [], None)


def test_many_rules_take_few_queries(account: Account, django_assert_max_num_queries: object) -> None:
    observed(account, SLOW)
    for figure in ("p95", "fault_share", "traffic"):
        rule_of(account, figure=figure)
    with django_assert_max_num_queries(5):  # type: ignore[operator] # a fixture that is a context manager
        judge_traced(account, NOON)
