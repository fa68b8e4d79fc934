"""The service map: what traces show, and what configuration knows beyond that."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access.roles import EVERYTHING
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Link, Resource, Stack
from dashboard.traces.models import GraphSlice
from dashboard.traces.read import service_map
from dashboard.traces.read.shape import MapEdge, MapNode, ServiceMap, Waiting
from dashboard.traces.spans import TEN_MINUTES
from tests.factories import make_account, make_link, make_resource, make_stack
from tests.traces.builders import Calls, a_graph

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
WINDOW = Window(AT, AT + timedelta(minutes=30))
QUEUE = "https://sqs.eu-west-1.amazonaws.com/000000000001/jobs"


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.fixture
def stack(account: Account) -> Stack:
    return make_stack(account)


def the_map(window: Window = WINDOW, **choices: Any) -> ServiceMap:
    return service_map(EVERYTHING, window, **choices)


def by_name(found: ServiceMap) -> dict[str, MapNode]:
    """Nodes by name, those of clients by 'client of …'."""
    return {f"client of {one.name}" if one.kind == "client" else one.name: one for one in found.nodes}


def lines(found: ServiceMap) -> dict[tuple[str, str], MapEdge]:
    """Edges by names."""
    names = {one.id: name for name, one in by_name(found).items()}
    return {(names[one.source], names[one.target]): one for one in found.edges}


def untraced(found: ServiceMap) -> dict[tuple[str, str], str]:
    """Relations of edges that traces don't show."""
    return {pair: edge.relation for pair, edge in lines(found).items() if not edge.traced}


def a_queue(stack: Stack, name: str = "jobs") -> Resource:
    return make_resource(stack, name, "sqs", physical_id=QUEUE.replace("jobs", name))


def test_nothing_collected_is_an_empty_map(account: Account) -> None:
    found = the_map()
    assert (found.nodes, found.edges, found.coverage, found.newest_at) == ([], [], {}, None)


def test_figures_of_a_window_are_the_sum_of_its_minutes(account: Account) -> None:
    a_graph(account, {("client", "web"): Calls(ok=8, error=1, fault=1, seconds=0.25)}, at=AT, minutes=12)
    found = the_map()
    flow = by_name(found)["web"].flow
    assert flow is not None
    assert (flow.ok, flow.error, flow.throttle, flow.fault, flow.total) == (96, 12, 0, 12, 120)
    assert (flow.minutes, flow.per_minute, flow.seconds) == (12, 10, pytest.approx(30))
    assert flow.percentiles()[0] == pytest.approx(0.25, rel=0.01)
    assert found.newest_at == AT + timedelta(minutes=12)


def test_a_window_sees_nothing_from_outside_it(account: Account) -> None:
    a_graph(account, {("client", "web"): 10}, at=AT, minutes=60)
    middle = Window(AT + timedelta(minutes=7, seconds=30), AT + timedelta(minutes=42, seconds=30))
    flow = by_name(the_map(middle))["web"].flow
    assert flow is not None
    assert (flow.total, flow.minutes) == (340, 34)


def test_a_span_that_was_asked_whole_counts_once_beside_its_minutes(account: Account) -> None:
    a_graph(account, {("client", "web"): 10}, at=AT, minutes=10)
    assert GraphSlice.objects.filter(period=TEN_MINUTES).exists()
    flow = by_name(the_map())["web"].flow
    assert flow is not None
    assert flow.total == 100


def test_the_compared_window_stands_beside(account: Account) -> None:
    a_graph(account, {("client", "web"): 10}, at=AT, minutes=10)
    a_graph(account, {("client", "web"): 4}, at=AT - timedelta(hours=1), minutes=10)
    found = the_map(compared=WINDOW.shifted(timedelta(hours=-1)))
    web, edge = by_name(found)["web"], lines(found)["client of web", "web"]
    assert web.flow is not None
    assert (web.flow.total, web.before and web.before.total, edge.before and edge.before.total) == (100, 40, 40)


def test_what_had_no_traffic_in_the_window_is_not_drawn(account: Account) -> None:
    a_graph(account, {("client", "old"): 10}, at=AT - timedelta(minutes=30))
    a_graph(account, {("client", "web"): 10}, at=AT)
    assert set(by_name(the_map())) == {"client of web", "web"}


def test_a_node_tells_its_resource_and_its_verdict(stack: Stack) -> None:
    resource = make_resource(stack, "web")
    a_graph(stack.account, {("client", "web"): 10}, at=AT)
    node = by_name(the_map(states={resource.pk: ("critical", "web fails")}))["web"]
    assert (node.resource_id, node.stack_id, node.stack_name) == (resource.pk, stack.pk, "checkout")
    assert (node.service, node.kind, node.state, node.reason) == ("lambda", "service", "critical", "web fails")


def test_entries_are_what_clients_call_and_what_nobody_calls(account: Account) -> None:
    calls = {
        ("client", "web"): 1, ("web", "pay"): 1, ("nightly", "table:orders"): 1,
        ("queue:jobs", "worker"): Calls(kind="link"),
    }  # fmt: skip
    a_graph(account, calls, at=AT)
    assert {one.name for one in the_map().nodes if one.entry} == {"web", "nightly", "jobs"}


def test_what_is_outside_aws_is_remote(account: Account) -> None:
    a_graph(account, {("web", "remote:api.bank.example"): 1, ("web", "database:shop@db.example.com"): 1}, at=AT)
    found = by_name(the_map())
    assert {name: one.kind for name, one in found.items()} == {
        "web": "service", "api.bank.example": "remote", "shop@db.example.com": "remote"
    }  # fmt: skip
    assert found["api.bank.example"].service == ""


def test_a_traced_edge_knows_what_configuration_says(stack: Stack) -> None:
    queue, worker = a_queue(stack), make_resource(stack, "worker")
    make_link(queue, worker)
    a_graph(stack.account, {(f"queue:{QUEUE}", "worker"): Calls(kind="link", waited=20)}, at=AT)
    edge = lines(the_map())["jobs", "worker"]
    assert (edge.traced, edge.link, edge.relation) == (True, True, "event_source_mapping")


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("apigateway_http", "lambda", "integration"),
        ("kinesis", "lambda", "event_source_mapping"),
        ("eventbridge", "sqs", "target"),
        ("sns", "sqs", "subscription"),
        ("s3", "lambda", "notification"),
        ("kinesis", "firehose", "source"),
        ("step_functions", "lambda", "task"),
        ("rds_proxy", "aurora", "proxy_target"),
        ("sqs", "sqs", "dead_letter"),
        ("lambda", "elasticache", "reference"),
    ],
)
def test_what_configuration_alone_knows_is_drawn_untraced(stack: Stack, source: str, target: str, kind: str) -> None:
    one, other = make_resource(stack, "one", source), make_resource(stack, "other", target)
    make_link(one, other, kind)
    found = the_map()
    assert untraced(found) == {("one", "other"): kind}
    assert [(node.id, node.kind, node.flow) for node in found.nodes] == [
        (f"r{one.pk}", "untraced", None), (f"r{other.pk}", "untraced", None)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["index", "replica", "protects"])
def test_what_is_no_call_is_not_drawn(stack: Stack, kind: str) -> None:
    make_link(make_resource(stack, "one"), make_resource(stack, "other"), kind)
    assert untraced(the_map()) == {}


def test_a_link_that_is_switched_off_is_not_drawn(stack: Stack) -> None:
    make_link(a_queue(stack), make_resource(stack, "worker"))
    Link.objects.update(enabled=False)
    assert the_map().edges == []


def test_a_link_to_a_resource_that_is_gone_is_not_drawn(stack: Stack) -> None:
    make_link(a_queue(stack), make_resource(stack, "worker", gone_at=AT))
    assert the_map().edges == []


def test_an_untraced_edge_leads_to_the_traced_node(stack: Stack) -> None:
    api, web = make_resource(stack, "api", "apigateway_http"), make_resource(stack, "web")
    make_link(api, web, "integration")
    a_graph(stack.account, {("client", "web"): 1}, at=AT)
    found = the_map()
    assert untraced(found) == {("api", "web"): "integration"}
    assert by_name(found)["web"].flow is not None


def test_a_link_is_not_doubled_where_traces_show_the_queue_between(stack: Stack) -> None:
    web, worker, queue = make_resource(stack, "web"), make_resource(stack, "worker"), a_queue(stack)
    make_link(web, worker, "task")
    make_link(queue, worker)
    a_graph(stack.account, {("web", f"queue:{QUEUE}"): 1, (f"queue:{QUEUE}", "worker"): Calls(kind="link")}, at=AT)
    assert untraced(the_map()) == {}


def test_rules_are_the_bus_that_x_ray_knows(stack: Stack) -> None:
    rules = [
        make_resource(stack, name, "eventbridge", physical_id=f"orders|{name}") for name in ("shipped", "refunded")
    ]
    ship, refund = make_resource(stack, "ship"), make_resource(stack, "refund")
    make_link(rules[0], ship, "target")
    make_link(rules[1], refund, "target")
    a_graph(stack.account, {("web", "bus:orders"): 1, ("bus:orders", "ship"): Calls(kind="link")}, at=AT)
    found = the_map()
    assert lines(found)["orders", "ship"].relation == "target"
    assert untraced(found) == {("orders", "refund"): "target"}


def references(stack: Stack, *pairs: tuple[str, str]) -> Mapping[str, Resource]:
    names = dict.fromkeys(name for pair in pairs for name in pair)
    made = {name: make_resource(stack, name) for name in names}
    for one, other in pairs:
        make_link(made[one], made[other], "reference")
    return made


def test_a_reference_is_drawn_only_where_nothing_better_connects_the_two(stack: Stack) -> None:
    made = references(stack, ("web", "pay"), ("web", "mail"), ("pay", "log"))
    make_link(made["mail"], made["web"], "task")
    a_graph(stack.account, {("pay", "web"): 1}, at=AT)
    assert untraced(the_map()) == {("mail", "web"): "task", ("pay", "log"): "reference"}


def test_a_reference_past_the_queue_between_two_is_not_drawn(stack: Stack) -> None:
    made = references(stack, ("worker", "lost"))
    queue = a_queue(stack)
    make_link(queue, made["worker"])
    make_link(queue, made["lost"], "dead_letter")
    assert ("worker", "lost") not in lines(the_map())


def test_coverage_is_the_share_of_a_stacks_connections_that_traces_show(stack: Stack) -> None:
    other = make_stack(stack.account, "data")
    api, web, cache = (
        make_resource(stack, "api", "apigateway_http"),
        make_resource(stack, "web"),
        make_resource(other, "cache", "elasticache"),
    )
    make_link(api, web, "integration")
    make_link(web, cache, "reference")
    a_graph(stack.account, {("client", "web"): 1, ("web", "remote:bank"): 1}, at=AT)
    coverage = the_map().coverage
    assert {pk: (one.traced, one.edges) for pk, one in coverage.items()} == {stack.pk: (2, 4), other.pk: (0, 1)}
    assert coverage[stack.pk].share == 0.5


def test_waiting_is_what_x_ray_saw(stack: Stack) -> None:
    queue = a_queue(stack)
    a_graph(stack.account, {(f"queue:{QUEUE}", "worker"): Calls(kind="link", waited=20)}, at=AT, minutes=3)
    waiting = lines(the_map(ages={queue.pk: (1, 2)}))["jobs", "worker"].waiting
    assert waiting is not None
    assert (waiting.median, waiting.source) == (pytest.approx(20, rel=0.01), "traces")


def test_waiting_is_what_the_queues_metric_tells_where_traces_say_nothing(stack: Stack) -> None:
    queue, worker, lost = a_queue(stack), make_resource(stack, "worker"), a_queue(stack, "lost")
    make_link(queue, worker)
    make_link(queue, lost, "dead_letter")
    found = lines(the_map(ages={queue.pk: (40, 900)}))
    assert found["jobs", "worker"].waiting == Waiting(40, 900, "metric")
    assert found["jobs", "lost"].waiting is None


def test_nodes_of_one_resource_are_one_box_with_the_figures_of_who_saw_most(stack: Stack) -> None:
    resource = make_resource(stack, "news", "sns", physical_id="arn:aws:sns:eu-west-1:000000000001:news")
    a_graph(stack.account, {("web", "topic:news"): 9, ("topic:news", "mail"): 9}, at=AT)
    a_graph(stack.account, {("batch", "topic:news"): 2}, at=AT, region="eu-north-1")
    found = the_map()
    assert [one.resource_id for one in found.nodes if one.name == "news"] == [resource.pk]
    news = by_name(found)["news"]
    assert news.flow is not None
    assert news.flow.total == 9
    assert set(lines(found)) == {("web", "news"), ("news", "mail"), ("batch", "news")}


def test_the_same_function_in_two_regions_is_two_boxes(account: Account) -> None:
    for region in ("eu-west-1", "eu-north-1"):
        make_resource(make_stack(account, region, region=region), "web", region=region)
        a_graph_in(account, region)
    assert len([one for one in the_map().nodes if one.name == "web" and one.kind == "service"]) == 2


def a_graph_in(account: Account, region: str) -> None:
    a_graph(account, {("client", "web"): 1, ("web", f"remote:{region}.example"): 1}, at=AT, region=region)


def test_a_call_into_another_account_joins_both_graphs(account: Account) -> None:
    other = make_account("Other", 2)
    a_graph(account, {("client", "web"): 5, ("web", "pay"): 5}, at=AT, owners={"pay": other.account_id})
    calls = {("web", "pay"): 5, ("pay", "table:orders"): 7}
    a_graph(other, calls, at=AT, owners={"web": account.account_id})
    found = the_map()
    assert {pair: edge.flow and edge.flow.total for pair, edge in lines(found).items()} == {
        ("client of web", "web"): 5, ("web", "pay"): 5, ("pay", "orders"): 7
    }  # fmt: skip
    assert by_name(found)["pay"].account_name == "Other"


def test_a_group_has_a_map_of_its_own(account: Account) -> None:
    a_graph(account, {("client", "web"): 10}, at=AT)
    a_graph(account, {("client", "web"): 3}, at=AT, group="checkout")
    flows = [by_name(the_map(group=group))["web"].flow for group in ("", "checkout")]
    assert [flow and flow.total for flow in flows] == [10, 3]


def test_the_version_changes_with_what_is_drawn_and_with_nothing_else(stack: Stack) -> None:
    resource = make_resource(stack, "web")
    a_graph(stack.account, {("client", "web"): 10}, at=AT)
    version = the_map().version
    assert the_map().version == version
    assert the_map(states={resource.pk: ("warning", "")}).version != version
    a_graph(stack.account, {("client", "web"): 10}, at=AT + timedelta(minutes=1))
    assert the_map().version != version


def test_a_map_takes_six_queries_however_large(stack: Stack) -> None:
    calls = {(f"f{number}", f"table:t{number % 7}"): 1 for number in range(40)}
    a_graph(stack.account, calls, at=AT, minutes=3)
    for number in range(40):
        make_link(make_resource(stack, f"f{number}"), make_resource(stack, f"q{number}", "sqs"), "reference")
    with CaptureQueriesContext(connection) as queries:
        found = the_map(compared=WINDOW.shifted(timedelta(hours=-1)))
    assert len(found.edges) == 80
    assert len(queries) == 6
