"""Documents that are broken, missing, late or contradictory: shown as far as they can be, and said so."""

import json
from typing import Any

import pytest

from dashboard.traces.waterfall import MISSING, read_trace
from tests.traces.waterfall.segments import START, TRACE, part, read, row, times, tree


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"text"', "17", "\ud800", "[" * 100_000, '{"a":' * 5000])
def test_what_is_no_segment_is_left_out_and_said_so(text: str) -> None:
    waterfall = read_trace(TRACE, [text, json.dumps(part("a"))])
    assert tree(waterfall) == ["a"]
    assert waterfall.problems == ("1 segment could not be read and is left out.",)


def test_nothing_is_an_empty_waterfall() -> None:
    waterfall = read_trace(TRACE, [])
    assert (waterfall.rows, waterfall.seconds, waterfall.entry, waterfall.culprit) == ((), 0.0, None, None)


def test_subsegments_that_are_none_are_left_out() -> None:
    waterfall = read(part("a", subsegments=[None, 3, part("b"), "c"]), part("d", subsegments="none"))
    assert [one.id for one in waterfall.rows] == ["a", "b", "d"]
    assert waterfall.problems == ("3 segments could not be read and are left out.",)


def test_not_a_number_and_half_characters_cost_their_field_alone() -> None:
    text = json.dumps(part("a", metadata={"ratio": float("nan"), "half": "x"})).replace('"x"', '"\\ud83d!"')
    (only,) = read_trace(TRACE, [text]).rows
    assert only.metadata == {"ratio": None, "half": "?!"}


def test_numbers_written_as_text_are_numbers() -> None:
    raw = part("a", http={"response": {"status": "502"}}) | {
        "start_time": str(START),
        "end_time": str(START + 2),
        "fault": "true",
    }
    (only,) = read(raw).rows
    assert (only.total, only.fault, only.http and only.http.status) == (2.0, True, 502)


@pytest.mark.parametrize("time", [None, "soon", float("nan"), -5, 0, 1e300, 1_773_100_800_000, True, [], {}])
def test_a_start_that_is_no_time_is_taken_from_the_parent(time: Any) -> None:
    waterfall = read(part("a", 1, 5, subsegments=[part("b", None, 4) | {"start_time": time}]))
    assert times(row(waterfall, "b")) == (0.0, 3.0)
    assert row(waterfall, "b").notes == ("It does not say when it began.",)
    assert waterfall.problems == ("1 segment does not say when it began; it is drawn from its parent's beginning.",)


def test_an_end_before_the_start_leaves_no_length() -> None:
    waterfall = read(part("a", 0, 5, subsegments=[part("b", 3, 2)]))
    assert times(row(waterfall, "b")) == (3.0, 3.0)
    assert waterfall.problems == ("1 segment ends before it begins; it is drawn without length.",)


def test_segments_without_id_or_name_are_shown() -> None:
    waterfall = read({"start_time": START, "end_time": START + 1}, {"start_time": START, "end_time": START + 2})
    assert tree(waterfall) == ["Without a name", "Without a name"]
    assert waterfall.problems == ("2 segments have no id.", "2 segments have no name.")


def test_children_of_one_missing_parent_hang_below_one_stand_in() -> None:
    waterfall = read(part("a", 1, 2, parent_id="gone"), part("b", 4, 6, parent_id="gone"))
    assert tree(waterfall) == ["Missing segment", "  a", "  b"]
    stand_in = waterfall.rows[0]
    assert (stand_in.kind, times(stand_in), stand_in.own, stand_in.beneath) == (MISSING, (0.0, 5.0), 0.0, 2)
    assert waterfall.waiting == ((1.0, 3.0),)
    assert waterfall.problems == ("1 segment is missing: others name it as their parent, but X-Ray does not have it.",)


@pytest.mark.parametrize("ring", [["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_a_loop_is_cut_above_its_earliest_segment(ring: list[str]) -> None:
    above = dict(zip(ring, [ring[-1], *ring[:-1]], strict=True))
    waterfall = read(*(part(one, at, 9, parent_id=above[one]) for at, one in enumerate(ring)), part("z", parent_id="a"))
    assert [one.depth for one in waterfall.rows if one.id in ring] == list(range(len(ring)))
    assert waterfall.rows[0].id == "a"
    assert row(waterfall, "z").depth == 1
    assert waterfall.problems == ("1 segment is its own ancestor; it is shown at the top.",)


def test_of_two_complete_versions_the_later_is_shown() -> None:
    waterfall = read(part("a", 0, 1), part("a", 0, 3))
    assert [one.total for one in waterfall.rows] == [3.0]
    assert waterfall.problems == ("1 segment came more than once; the last version is shown.",)


def test_work_in_progress_is_drawn_to_the_end_of_its_caller() -> None:
    waterfall = read(part("a", 0, 5, subsegments=[part("b", 1, None, in_progress=True)]), part("c", 0, 9))
    assert times(row(waterfall, "b")) == (1.0, 5.0)
    assert row(waterfall, "b").in_progress


def test_a_segment_in_progress_at_the_top_is_drawn_to_the_last_known_time() -> None:
    waterfall = read(part("a", 0, None, in_progress=True), part("b", 2, 7, parent_id="a"))
    assert times(row(waterfall, "a")) == (0.0, 7.0)


def test_ten_thousand_segments_and_five_thousand_levels_are_read() -> None:
    wide = read(*(part(str(one), one, one + 1, parent_id=str((one - 1) // 3) if one else "") for one in range(10_000)))
    deep = read(*(part(str(one), 0, 1, parent_id=str(one - 1) if one else "") for one in range(5_000)))
    assert (len(wide.rows), wide.rows[0].beneath) == (10_000, 9_999)
    assert deep.rows[-1].depth == 4_999
