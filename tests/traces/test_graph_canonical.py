"""An answer of GetServiceGraph becomes nodes and edges with lasting names."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.aws.trace_values import XrayEdge, XrayService, XrayStatistics
from dashboard.aws.xray import _service
from dashboard.traces.canonical import FUNCTION, Graph, NodeKey, canonical, told_by

OWN, OTHER, STRANGER = "111122223333", "444455556666", "777788889999"
DOCUMENTED = Path(__file__).parents[1] / "data" / "aws" / "xray" / "service_graph.json"


def a_service(reference: int, name: str, type_: str = FUNCTION, ok: int = 0, **columns: Any) -> XrayService:
    given = {
        "reference": reference, "name": name, "names": (name,), "account_id": OWN, "type": type_, "root": False,
        "statistics": XrayStatistics(ok=ok, seconds=ok * 0.1), "times": ((0.1, ok),) if ok else (), "edges": (),
    }  # fmt: skip
    return XrayService(**{**given, **columns})


def an_edge(reference: int, ok: int = 1, **columns: Any) -> XrayEdge:
    given = {
        "reference": reference, "statistics": XrayStatistics(ok=ok, seconds=ok * 0.1), "times": ((0.1, ok),),
        "kind": "", "ages": (), "aliases": (),
    }  # fmt: skip
    return XrayEdge(**{**given, **columns})


def counted(graph: Graph) -> dict[tuple[str, str], int]:
    """Good requests by name and type."""
    return {(one.key.name, one.key.type): one.statistics.ok for one in graph.nodes}


def calls(graph: Graph) -> dict[tuple[str, str], int]:
    """Good requests by names of source and target."""
    return {(one.source.name, one.target.name): one.statistics.ok for one in graph.edges}


def test_the_documented_answer_is_four_nodes_and_three_edges() -> None:
    services = [_service(one) for one in json.loads(DOCUMENTED.read_text())["Services"]]
    graph = canonical(services, OWN)
    app, table = "xray-sample.elasticbeanstalk.com", "awseb-e-dixzws4s9p-stack-StartupSignupsTable-4IMSMHAYX2BA"
    assert {one.key: one.statistics for one in graph.nodes} == {
        NodeKey(OWN, app, "client"): XrayStatistics(ok=3, error=1, seconds=0.273),
        NodeKey(OWN, app, "AWS::EC2::Instance"): XrayStatistics(ok=3, error=1, seconds=0.273),
        NodeKey(OWN, table, "AWS::DynamoDB::Table"): XrayStatistics(ok=2, seconds=0.12),
        NodeKey(OWN, "SNS", "AWS::SNS"): XrayStatistics(ok=2, seconds=0.125),
    }
    assert calls(graph) == {(app, app): 3, (app, table): 2, (app, "SNS"): 2}
    assert graph.dropped == 0


def test_the_same_graph_numbered_differently_is_the_same() -> None:
    one = canonical([a_service(1, "a", ok=3, edges=(an_edge(2),)), a_service(2, "b", ok=1)], OWN)
    other = canonical([a_service(7, "b", ok=1), a_service(3, "a", ok=3, edges=(an_edge(7),))], OWN)
    assert one == other


def test_an_edge_into_nowhere_is_dropped_and_counted() -> None:
    graph = canonical([a_service(1, "a", edges=(an_edge(2), an_edge(99))), a_service(2, "b")], OWN)
    assert calls(graph) == {("a", "b"): 1}
    assert graph.dropped == 1


def test_both_nodes_of_a_function_are_one_with_the_figures_that_callers_see() -> None:
    graph = canonical(
        [
            a_service(1, "web", edges=(an_edge(2, ok=10),)),
            a_service(2, "pay", "AWS::Lambda", ok=10, edges=(an_edge(3, ok=9),)),
            a_service(3, "pay", FUNCTION, ok=9, edges=(an_edge(4, ok=9),)),
            a_service(4, "orders", "AWS::DynamoDB::Table", ok=9),
        ],
        OWN,
    )
    assert counted(graph) == {("web", FUNCTION): 0, ("pay", FUNCTION): 10, ("orders", "AWS::DynamoDB::Table"): 9}
    assert calls(graph) == {("web", "pay"): 10, ("pay", "orders"): 9}


def test_a_function_without_its_service_node_has_its_own_figures() -> None:
    assert counted(canonical([a_service(1, "pay", FUNCTION, ok=9)], OWN)) == {("pay", FUNCTION): 9}


def test_edges_out_of_both_nodes_of_a_function_add_up() -> None:
    graph = canonical(
        [
            a_service(1, "pay", "AWS::Lambda", edges=(an_edge(2), an_edge(3, ok=2))),
            a_service(2, "pay", FUNCTION, edges=(an_edge(3, ok=5),)),
            a_service(3, "queue", "AWS::SQS::Queue"),
        ],
        OWN,
    )
    assert calls(graph) == {("pay", "queue"): 7}
    assert graph.edges[0].times == ((0.1, 2), (0.1, 5))


def test_a_function_that_calls_itself_keeps_that_edge() -> None:
    services = [
        a_service(1, "walk", "AWS::Lambda", edges=(an_edge(2),)),
        a_service(2, "walk", FUNCTION, edges=(an_edge(1, ok=4),)),
    ]
    assert calls(canonical(services, OWN)) == {("walk", "walk"): 4}


@pytest.mark.parametrize(
    "name",
    ["pay", "pay:live", "pay:$LATEST", "arn:aws:lambda:eu-west-1:111122223333:function:pay",
     "arn:aws:lambda:eu-west-1:111122223333:function:pay:7"],
)  # fmt: skip
def test_versions_and_aliases_are_the_function_itself(name: str) -> None:
    assert canonical([a_service(1, name, "AWS::Lambda", ok=1)], OWN).nodes[0].key == NodeKey(OWN, "pay", FUNCTION)


def test_nodes_of_the_same_name_and_type_add_up() -> None:
    graph = canonical([a_service(1, "cache", "remote", ok=2), a_service(2, "cache", "remote", ok=3)], OWN)
    assert counted(graph) == {("cache", "remote"): 5}
    assert graph.nodes[0].times == ((0.1, 2), (0.1, 3))


def test_a_node_without_an_account_is_the_one_that_the_answer_knows_by_that_name() -> None:
    services = [a_service(1, "pay", ok=2, account_id=OTHER), a_service(2, "pay", ok=3, account_id="")]
    assert [one.key.account_id for one in canonical(services, OWN, {OTHER}).nodes] == [OTHER]


def test_tables_of_one_name_in_two_accounts_stay_apart() -> None:
    services = [
        a_service(1, "orders", "AWS::DynamoDB::Table", ok=2),
        a_service(2, "orders", "AWS::DynamoDB::Table", ok=3, account_id=OTHER),
    ]
    found = {one.key.account_id: one.statistics.ok for one in canonical(services, OWN, {OTHER}).nodes}
    assert found == {OWN: 2, OTHER: 3}


def test_what_belongs_to_an_account_that_nobody_connected_belongs_to_who_told_of_it() -> None:
    graph = canonical([a_service(1, "pay", account_id=STRANGER)], OWN, {OTHER})
    assert graph.nodes[0].key.account_id == OWN


def test_each_entry_point_has_its_own_clients_with_the_figures_of_their_calls() -> None:
    graph = canonical(
        [
            a_service(1, "shop", "client", account_id="", edges=(an_edge(3, ok=5),)),
            a_service(2, "admin", "client", account_id="", edges=(an_edge(4, ok=2),)),
            a_service(3, "shop", ok=5),
            a_service(4, "admin", ok=2),
        ],
        OWN,
    )
    clients = {one.key.name: (one.statistics.ok, one.times) for one in graph.nodes if one.key.type == "client"}
    assert clients == {"shop": (5, ((0.1, 5),)), "admin": (2, ((0.1, 2),))}


def test_links_keep_what_messages_waited() -> None:
    link = an_edge(2, kind="link", times=(), ages=((30.0, 4),))
    graph = canonical([a_service(1, "queue", "AWS::SQS::Queue", edges=(link,)), a_service(2, "worker")], OWN)
    assert (graph.edges[0].kind, graph.edges[0].ages) == ("link", ((30.0, 4),))


def test_names_longer_than_a_column_are_cut() -> None:
    assert len(canonical([a_service(1, "x" * 3000, "remote")], OWN).nodes[0].key.name) == 255


def test_an_account_tells_of_its_own_nodes_and_of_the_edges_that_begin_there() -> None:
    graph = canonical(
        [
            a_service(1, "web", edges=(an_edge(2),)),
            a_service(2, "pay", account_id=OTHER, ok=8, edges=(an_edge(3),)),
            a_service(3, "bank", "remote", account_id=OTHER),
        ],
        OWN,
        {OTHER},
    )
    told = told_by(graph, OWN)
    assert [one.key.name for one in told.nodes] == ["web"]
    assert calls(told) == {("web", "pay"): 1}
