"""What of a service map is drawn: stacks as one box, focus, hide, minimum traffic, replay."""

import pytest

from dashboard.pages.map.expressions import parse
from dashboard.pages.map.grouping import MANY, Box, Grouped, group
from dashboard.traces.read.shape import ServiceMap
from tests.pages.maps import STACKS, a_map, edge, flow, node


def two_stacks() -> ServiceMap:
    """Clients call checkout; it calls orders, and hands work to itself through a queue."""
    return a_map(
        [
            node("n1", flow(100), kind="client"),
            node("n2", flow(84, fault=16, seconds=2.0), stack="checkout", entry=True),
            node("n3", flow(50), stack="checkout", service="sqs"),
            node("n4", flow(30), stack="checkout"),
            node("n5", flow(20), stack="orders"),
            node("n6", flow(20), stack="orders"),
            node("n7", flow(80, fault=20), kind="remote", service=""),
        ],
        [
            edge("n1", "n2", flow(84, fault=16)),
            edge("n2", "n3", flow(50)),
            edge("n3", "n4", flow(30), link=True, waited=40),
            edge("n2", "n5", flow(20)),
            edge("n4", "n6", None, traced=False, relation="reference"),
            edge("n5", "n6", flow(20)),
            edge("n2", "n7", flow(80, fault=20)),
        ],
    )


def boxes(grouped: Grouped) -> dict[str, Box]:
    return {box.id: box for box in grouped.boxes}


def many(number: int) -> ServiceMap:
    return a_map([node(f"n{one}", stack=list(STACKS)[one % 3]) for one in range(number)])


def test_a_few_nodes_are_all_drawn() -> None:
    assert len(group(many(MANY)).boxes) == MANY


def test_many_nodes_are_collapsed_into_their_stacks() -> None:
    assert set(boxes(group(many(MANY + 1)))) == {"s1", "s2", "s3"}


def test_an_opened_stack_shows_its_nodes_among_collapsed_ones() -> None:
    grouped = group(many(MANY + 1), opened={2})
    assert {box.id for box in grouped.boxes if box.kind == "stack"} == {"s1", "s3"}
    assert grouped.opened == {2: "orders"}


def test_all_stacks_can_be_opened_however_many_nodes_there_are() -> None:
    assert len(group(many(90), collapse="none").boxes) == 90


def test_a_stack_of_one_node_is_that_node() -> None:
    assert set(boxes(group(a_map([node("n1", stack="orders")]), collapse="all"))) == {"n1"}


def test_calls_within_a_collapsed_stack_are_not_drawn_and_calls_between_two_are_one_line() -> None:
    lines = {line.id: line for line in group(two_stacks(), collapse="all").lines}
    assert set(lines) == {"s1-s2", "s1-n7"}
    assert len(lines["s1-s2"].edges) == 2
    assert lines["s1-s2"].traced


def test_clients_of_a_collapsed_stack_become_its_mark_of_entry() -> None:
    assert boxes(group(two_stacks(), collapse="all"))["s1"].entry
    assert "n1" not in boxes(group(two_stacks(), collapse="all"))


def test_requests_of_a_stack_are_those_that_nobody_in_it_makes() -> None:
    stack = boxes(group(two_stacks(), collapse="all"))["s1"]
    assert stack.flow
    assert stack.flow.total == 100 + 30  # what clients ask, and what comes out of the queue


def test_percentiles_of_a_stack_are_those_of_all_its_requests() -> None:
    stack = boxes(group(two_stacks(), collapse="all"))["s1"]
    assert stack.flow
    assert stack.flow.percentiles()[0] == pytest.approx(2.0, rel=0.02)


def test_a_stack_is_as_ill_as_the_worst_node_in_it() -> None:
    ill = node("n9", flow(5, fault=5), stack="checkout")
    calm = node("n8", flow(1000), stack="checkout")
    grouped = group(a_map([calm, ill], [edge("n8", "n9", flow(10))]), collapse="all")
    assert boxes(grouped)["s1"].tone == "critical"


def test_a_node_is_as_ill_as_the_worse_of_metrics_and_traces_say() -> None:
    grouped = group(a_map([node("n1", flow(100), state="warning"), node("n2", flow(1, fault=9), state="ok")]))
    assert [box.tone for box in grouped.boxes] == ["warning", "critical"]


def test_focus_keeps_a_node_and_its_neighbours_in_both_directions() -> None:
    assert set(boxes(group(two_stacks(), focus="n5", hops=1))) == {"n2", "n5", "n6"}
    assert set(boxes(group(two_stacks(), focus="n5", hops=2))) == {"n1", "n2", "n3", "n4", "n5", "n6", "n7"}


def test_focus_on_what_is_gone_shows_nothing() -> None:
    assert group(two_stacks(), focus="n99").boxes == []


def test_what_is_hidden_takes_its_lines_along() -> None:
    grouped = group(two_stacks(), hide=parse("service = sqs or kind = remote"))
    assert {"n3", "n7"} & set(boxes(grouped)) == set()
    assert grouped.left_out == 2
    assert all({line.source, line.target} <= set(boxes(grouped)) for line in grouped.lines)


def test_minimum_traffic_leaves_out_what_is_known_to_have_less() -> None:
    given = a_map([node("n1", flow(100)), node("n2", flow(10)), node("r3", None, kind="untraced")])
    assert set(boxes(group(given, least=5))) == {"n1", "r3"}


def test_what_is_found_is_counted_and_nothing_goes() -> None:
    grouped = group(two_stacks(), collapse="all", find=parse("errors > 1%"))
    assert {box.id: box.found for box in grouped.boxes} == {"s1": 1, "s2": 0, "n7": 1}


def test_the_longest_wait_stands_for_a_line() -> None:
    given = a_map(
        [node("n1", stack="orders"), node("n2", stack="orders"), node("n3"), node("n4")],
        [edge("n1", "n3", waited=3), edge("n2", "n3", waited=90)],
    )
    (line,) = (one for one in group(given, collapse="all").lines if one.target == "n3")
    assert line.waiting
    assert line.waiting.worst == 90


def test_a_replayed_column_shows_its_own_figures_on_the_same_boxes() -> None:
    given = a_map(
        [node("n1", flow(100), before=flow(3)), node("n2", flow(100), before=None)],
        [edge("n1", "n2", flow(100), before=flow(3), waited=4)],
    )
    grouped = group(given, replayed=True, least=5)
    assert [box.flow.total if box.flow else None for box in grouped.boxes] == [3, None]
    assert [(line.flow.total, line.waiting) for line in grouped.lines if line.flow] == [(3, None)]


def test_a_node_that_calls_itself_keeps_its_line() -> None:
    given = a_map([node("n1", stack="orders"), node("n2", stack="orders")], [edge("n1", "n1", flow())])
    assert [line.id for line in group(given).lines] == ["n1-n1"]
    assert group(given, collapse="all").lines == []
