"""Clocks of hosts that differ: an answer lies within the call, as far as that can be told."""

from typing import Any

import pytest

from dashboard.traces.waterfall import Waterfall
from tests.traces.waterfall.segments import part, read, row, times


def called(start: float, end: float, **aws: Any) -> Waterfall:
    """A segment with a call from 1 to 3, and the segment that answers it with work of its own."""
    call = part("call", 1, 3, namespace="aws", aws=aws)
    work = part("work", start, end)
    return read(
        part("caller", 0, 5, subsegments=[call]), part("answer", start, end, parent_id="call", subsegments=[work])
    )


@pytest.mark.parametrize(
    ("recorded", "drawn"),
    [
        ((1.5, 2.5), (1.5, 2.5)),
        ((0.5, 1.5), (1.0, 2.0)),
        ((2.5, 3.5), (2.0, 3.0)),
        ((62.0, 63.0), (2.0, 3.0)),
        ((0.5, 4.5), (1.0, 5.0)),
        ((2.0, 9.0), (2.0, 9.0)),
    ],
    ids=["within", "before", "after", "a minute off", "longer and before", "longer: handed over"],
)
def test_an_answer_is_moved_into_its_call_by_as_little_as_it_takes(
    recorded: tuple[float, float], drawn: tuple[float, float]
) -> None:
    waterfall = called(*recorded)
    assert times(row(waterfall, "answer")) == times(row(waterfall, "work")) == drawn
    moved = recorded != drawn
    assert bool(row(waterfall, "answer").notes) == moved
    assert any("clocks" in problem for problem in waterfall.problems) == moved


def test_what_was_moved_says_by_how_much() -> None:
    waterfall = called(0.88, 1.5)
    assert row(waterfall, "answer").notes == (
        "It is drawn 120 ms later than recorded: the clocks of two hosts differ.",
    )
    assert waterfall.problems == ("1 segment was moved into its caller's time: the clocks of their hosts differ.",)


def test_milliseconds_that_are_rounded_need_no_word() -> None:
    waterfall = called(0.9995, 2.0)
    assert times(row(waterfall, "answer")) == (1.0, 2.0005)
    assert waterfall.problems == ()


@pytest.mark.parametrize(
    "aws", [{"invocation_type": "Event"}, {"operation": "SendMessage"}, {"operation": "PutEvents"}]
)
def test_what_was_handed_over_may_end_later(aws: dict[str, str]) -> None:
    assert times(row(called(2.5, 3.5, **aws), "answer")) == (2.5, 3.5)


def test_work_of_the_same_host_is_never_moved() -> None:
    waterfall = read(part("a", 1, 2, subsegments=[part("early", 0.5, 0.8), part("late", 1.5, 4)]))
    assert [times(row(waterfall, name)) for name in ("early", "late")] == [(0.0, 0.3), (1.0, 3.5)]
    assert waterfall.problems == ()
