"""What boxes and lines of the map say and how they look."""

import re
from typing import Any

import pytest
from django.core.cache import cache

from dashboard.pages.map.drawing import draw, path_of
from dashboard.pages.map.grouping import group
from dashboard.pages.map.judging import change_level, latency_level, tone_of, trouble_of, width_of
from dashboard.pages.map.labelling import Area, label_at, places
from dashboard.pages.map.placing import place
from dashboard.traces.layout import Frame, Layout, Placed, Route
from dashboard.traces.read.shape import Coverage, Flow, ServiceMap
from tests.pages.maps import a_map, edge, flow, node


@pytest.fixture(autouse=True)
def no_earlier_pictures() -> None:
    cache.clear()


def drawn(given: ServiceMap, colour: str = "health", **options: Any) -> dict[str, Any]:
    grouped = group(given, **options)
    return draw(grouped, place(grouped, "view")[1], colour, found_only=False)


def box_of(given: ServiceMap, colour: str = "health", **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = drawn(given, colour, **options)["boxes"][0]
    return found


@pytest.mark.parametrize(
    ("requests", "tone"),
    [
        (flow(100), "ok"),
        (flow(84, fault=16), "critical"),
        (flow(97, throttle=3), "warning"),
        (flow(98, fault=2), "warning"),
        (flow(95, error=5), "ok"),  # some callers always ask for what is not there
        (flow(85, error=15), "warning"),
        (flow(1, fault=1), "ok"),  # one may be chance
        (flow(0), "unknown"),
        (None, "unknown"),
    ],
)
def test_colour_is_for_what_needs_an_eye(requests: Flow | None, tone: str) -> None:
    assert tone_of(requests) == tone


@pytest.mark.parametrize(
    ("requests", "words"),
    [
        (flow(84, fault=16), "16 % faults"),
        (flow(957, fault=43), "4 % faults"),
        (flow(96, throttle=4), "4 % throttled"),
        (flow(80, error=20), "20 % errors"),
        (flow(99, error=1), ""),
    ],
)
def test_trouble_is_said_in_few_words(requests: Flow, words: str) -> None:
    assert trouble_of(requests) == words


@pytest.mark.parametrize(("seconds", "level"), [(0.01, 1), (0.1, 2), (0.4, 3), (2.0, 4), (30, 5)])
def test_latency_has_five_levels(seconds: float, level: int) -> None:
    assert latency_level(flow(seconds=seconds)) == level


@pytest.mark.parametrize(
    ("now", "then", "level"),
    [
        (flow(), flow(), "same"),
        (flow(seconds=0.3), flow(seconds=0.1), "much-worse"),
        (flow(seconds=0.14), flow(seconds=0.1), "worse"),
        (flow(seconds=0.05), flow(seconds=0.1), "better"),
        (flow(90, fault=10), flow(100), "much-worse"),
        (flow(100), flow(90, fault=10), "better"),
        (flow(), None, "new"),
        (flow(0), flow(), "gone"),
        (None, None, ""),
    ],
)
def test_change_is_judged_by_latency_and_failures(now: Flow | None, then: Flow | None, level: str) -> None:
    assert change_level(now, then) == level


def test_lines_grow_with_traffic_and_stay_lines() -> None:
    widths = [width_of(rate) for rate in (None, 1, 100, 10_000, 10**9)]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (1.5, 6.5)


def test_a_screen_reader_hears_kind_name_and_figures() -> None:
    name = "checkout-create-order"
    box = box_of(a_map([node("n1", flow(2620, fault=500, seconds=2.4), name=name)]))
    assert box["said"] == f"Lambda function {name}, 312 requests per minute, 16 % faults, p95 2.4 s"


def test_a_node_shows_requests_and_p95() -> None:
    assert box_of(a_map([node("n1", flow(3120, seconds=0.31))]))["face"] == "312 /min · p95 310 ms"


def test_a_queue_is_a_pipe_and_shows_how_long_messages_wait() -> None:
    given = a_map(
        [node("n1", flow(100), service="sqs"), node("n2", flow(100))], [edge("n1", "n2", flow(100), waited=360)]
    )
    box = box_of(given)
    assert (box["shape"], box["face"]) == ("pipe", "10 /min · waits 6 min")


def test_the_ring_has_a_share_for_every_result() -> None:
    assert box_of(a_map([node("n1", flow(70, 15, 10, 5))]))["ring"] == [0.7, 0.15, 0.1, 0.05]


def test_what_is_not_traced_has_no_ring_and_says_so() -> None:
    box = box_of(a_map([node("r1", None, kind="untraced")]))
    assert "ring" not in box
    assert box["face"] == "not traced"
    assert "not traced" in box["said"]


def test_a_hidden_node_says_nothing_of_itself() -> None:
    box = box_of(a_map([node("n1", None, hidden=True, name="Hidden", service="")]))
    assert (box["name"], box["face"], box["icon"]) == ("Another team’s", "not yours to see", "ui#lock")


def test_a_collapsed_stack_says_how_much_of_it_is_traced() -> None:
    given = a_map(
        [node("n1", flow(), stack="checkout"), node("n2", flow(), stack="checkout")], (), {1: Coverage(7, 12)}
    )
    assert box_of(given, collapse="all")["under"] == "2 resources · 58 % traced"
    (frame,) = drawn(given)["frames"]
    assert (frame["name"], frame["said"]) == ("checkout", "7 of 12 connections traced")


def test_a_line_that_only_configuration_knows_is_dashed() -> None:
    given = a_map(
        [node("n1", flow()), node("r2", None, kind="untraced")],
        [edge("n1", "r2", traced=False, relation="subscription")],
    )
    (line,) = drawn(given)["lines"]
    assert line["dashed"]
    assert line["facts"] == [("Not traced", "subscription")]


def test_only_bad_lines_and_waiting_ones_are_labelled_at_rest() -> None:
    given = a_map(
        [node(f"n{one}", flow()) for one in range(1, 5)],
        [edge("n1", "n2", flow()), edge("n1", "n3", flow(80, fault=20)), edge("n1", "n4", flow(), waited=40)],
    )
    labels = {line["id"]: line.get("label") for line in drawn(given)["lines"]}
    assert labels == {"n1-n2": None, "n1-n3": "20 % faults", "n1-n4": "waits 40 s"}


def test_change_against_the_comparison_is_said_in_percent() -> None:
    given = a_map([node("n1", flow(140, seconds=0.22), before=flow(100, seconds=0.1))])
    box = box_of(given, "change")
    assert box["shade"] == "much-worse"
    assert re.fullmatch(r"\+40 % · p95 \+1[12]\d %", box["face"])


def test_a_picture_of_the_same_topology_is_laid_out_once() -> None:
    given = a_map([node("n1", flow()), node("n2", flow())], [edge("n1", "n2", flow())])
    busier = a_map([node("n1", flow(5)), node("n2", flow(9))], [edge("n1", "n2", flow(3))])
    assert place(group(given), "view") == place(group(busier), "view")


def test_boxes_stay_where_they_were_when_one_goes() -> None:
    nodes = [node(f"n{one}", flow()) for one in range(1, 6)]
    edges = [edge("n1", f"n{one}", flow()) for one in range(2, 6)]
    _, before = place(group(a_map(nodes, edges)), "view")
    _, after = place(group(a_map(nodes[:4], edges[:3])), "view")
    assert {one: (placed.x, placed.y) for one, placed in after.boxes.items()} == {
        one: (before.boxes[one].x, before.boxes[one].y) for one in after.boxes
    }


def test_a_path_is_written_as_svg_reads_it() -> None:
    assert path_of([(0, 0), (1, 2.25), (3, 4), (5, 6)]) == "M0 0C1 2.2 3 4 5 6"


def test_labels_keep_clear_of_titles_and_of_each_other() -> None:
    line = ((0.0, 20.0), (200.0, 20.0), (400.0, 20.0), (600.0, 20.0))
    layout = Layout(
        600, 200, {"a": Placed("a", 0, 100, 10, 10)},
        (Route("a", "b", line, (100.0, 20.0)), Route("a", "c", line, (100.0, 20.0))), {"s": Frame("s", 0, 0, 500, 90)},
    )  # fmt: skip
    first, second = (label_at(point) for point in places(layout, [("a", "b"), ("a", "c")]).values())
    assert not first.meets(second)
    assert not first.meets(Area(0, 0, 230, 32))
