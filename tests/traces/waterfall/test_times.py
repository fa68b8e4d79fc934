"""Own time and the critical path."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.waterfall import Waterfall, read_trace
from tests.traces.waterfall.segments import part, read, row


def path(waterfall: Waterfall) -> dict[str, list[tuple[float, float]]]:
    return {one.id: list(one.spans) for one in waterfall.rows if one.critical}


def test_own_time_is_what_no_child_covers() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("b", 1, 4), part("c", 6, 9)]))
    assert [one.own for one in waterfall.rows] == [4.0, 3.0, 3.0]


def test_children_that_run_at_the_same_time_count_once() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("b", 1, 6), part("c", 2, 4), part("d", 5, 8)]))
    assert row(waterfall, "a").own == 3.0


def test_what_a_child_does_beyond_its_parent_takes_nothing_from_it() -> None:
    waterfall = read(part("a", 1, 2, subsegments=[part("b", 0, 1.5), part("c", 1.8, 9)]))
    assert row(waterfall, "a").own == pytest.approx(0.3)


def test_one_after_the_other_all_are_critical() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("b", 1, 4), part("c", 6, 9)]))
    assert path(waterfall) == {"a": [(0, 1), (4, 6), (9, 10)], "b": [(1, 4)], "c": [(6, 9)]}


def test_of_two_at_the_same_time_the_later_end_is_critical() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("quick", 1, 4), part("slow", 1, 9)]))
    assert path(waterfall) == {"a": [(0, 1), (9, 10)], "slow": [(1, 9)]}


def test_the_path_goes_down_and_comes_back_up() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("b", 2, 8, subsegments=[part("c", 3, 5)])]))
    assert path(waterfall) == {"a": [(0, 2), (8, 10)], "b": [(2, 3), (5, 8)], "c": [(3, 5)]}


def test_work_that_outlives_the_answer_is_walked_back_to_it() -> None:
    publish = part("publish", 1, 2, namespace="aws", aws={"operation": "Publish"})
    waterfall = read(part("a", 0, 3, subsegments=[publish]), part("worker", 5, 9, parent_id="publish"))
    assert path(waterfall) == {"a": [(0, 1), (2, 3)], "publish": [(1, 2)], "worker": [(5, 9)]}
    assert waterfall.waiting == ((3.0, 5.0),)
    assert (waterfall.answered, waterfall.seconds) == (3.0, 9.0)


def test_work_that_overlaps_the_answer_counts_from_then_on() -> None:
    publish = part("publish", 1, 2, namespace="aws", aws={"operation": "Publish"})
    slow = part("slow", 2, 4)
    waterfall = read(part("a", 0, 5, subsegments=[publish, slow]), part("worker", 1.5, 9, parent_id="publish"))
    assert path(waterfall)["slow"] == [(2, 4)]
    assert path(waterfall)["worker"] == [(5, 9)]
    assert {one.node.name: one.on_path for one in waterfall.nodes} == {"a": 4.0, "publish": 1.0, "worker": 0.0}


def test_ends_rounded_to_the_next_millisecond_do_not_break_the_path() -> None:
    waterfall = read(part("a", 0, 10, subsegments=[part("b", 0, 5.001), part("c", 5, 10)]))
    assert path(waterfall) == {"b": [(0, 5)], "c": [(5, 10)]}


def test_segments_without_connection_are_walked_as_one() -> None:
    waterfall = read(part("a", 0, 1), part("b", 3, 5))
    assert path(waterfall) == {"a": [(0, 1)], "b": [(3, 5)]}
    assert waterfall.waiting == ((1.0, 3.0),)


IDS = [f"{number:x}" for number in range(12)]
TIME = st.integers(0, 60).map(float)
FLAG = st.booleans()
SEGMENT = st.builds(
    lambda identity, parent, start, length, more: part(identity, start, start + length, parent_id=parent, **more),
    st.sampled_from(IDS),
    st.sampled_from([*IDS, "", "gone"]),
    TIME,
    TIME,
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("subsegment"),
            "inferred": FLAG,
            "in_progress": FLAG,
            "fault": FLAG,
            "origin": st.sampled_from(["AWS::Lambda", "AWS::Lambda::Function"]),
            "name": st.sampled_from(["Initialization", "one", "two"]),
            "namespace": st.sampled_from(["aws", "remote"]),
        },
    ),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "id", "name", "start_time", "end_time", "in_progress", "parent_id", "origin", "namespace", "http", "aws", "sql",
    "annotations", "metadata", "user", "cause", "error", "fault", "subsegments", "links", "type", "inferred",
)  # fmt: skip
ANY_SEGMENT = st.dictionaries(st.sampled_from(FIELDS), JSON | st.just({"exceptions": [{"stack": [{}]}]}))


@given(st.lists(SEGMENT, max_size=16))
def test_the_critical_path_fills_the_trace_without_overlap(segments: list[dict[str, Any]]) -> None:
    waterfall = read(*segments)
    spans = sorted([*waterfall.waiting, *(span for one in waterfall.rows for span in one.spans)])
    assert sum(end - start for start, end in spans) == pytest.approx(waterfall.seconds)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for one in waterfall.rows:
        assert all(one.start <= start < end <= one.end for start, end in one.spans)


@given(st.lists(SEGMENT, max_size=16))
def test_rows_are_a_tree_in_order_with_own_times_within_totals(segments: list[dict[str, Any]]) -> None:
    rows = read(*segments).rows
    for position, one in enumerate(rows):
        assert 0 <= one.own <= one.total
        assert one.depth == (0 if one.parent is None else rows[one.parent].depth + 1)
        below = rows[position + 1 : position + 1 + one.beneath]
        assert all(other.depth > one.depth for other in below)
    assert len({one.id for one in rows}) == len(rows)


@given(st.lists(ANY_SEGMENT.map(json.dumps) | JSON.map(json.dumps) | st.text(max_size=20), max_size=6))
def test_no_document_breaks_it(documents: list[str]) -> None:
    waterfall = read_trace("", documents)
    assert all(0 <= one.start <= one.end <= waterfall.seconds for one in waterfall.rows)


@given(st.lists(SEGMENT, max_size=12, unique_by=lambda one: one["id"]), st.randoms())
def test_the_order_of_documents_says_nothing(segments: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(segments)
    random.shuffle(shuffled)
    assert read(*segments).rows == read(*shuffled).rows
