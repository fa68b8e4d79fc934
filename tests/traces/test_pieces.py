"""Spans of different lengths on slots of five minutes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.cover import finest
from dashboard.traces.histogram import counted
from dashboard.traces.pieces import Piece, on_slots
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES

AT = 1_773_014_400
SPANS = (MINUTE, TEN_MINUTES, HOUR)


def piece(period: int, minutes: int, ok: int = 0, fault: int = 0, error: int = 0, seconds: float = 0.1) -> Piece:
    return Piece(period, AT + 60 * minutes, (ok, error, 0, fault), *counted([(seconds, ok + fault + error)]))


def test_minutes_add_up_to_slots() -> None:
    found = on_slots([piece(MINUTE, number, ok=9, fault=1) for number in range(10)], AT, 2)
    assert (found.requests.tolist(), found.faults.tolist()) == ([50, 50], [5, 5])


def test_longer_spans_lie_evenly_in_their_slots() -> None:
    found = on_slots([piece(TEN_MINUTES, 0, ok=100, fault=20, error=10)], AT, 2)
    assert (found.requests.tolist(), found.faults.tolist(), found.errors.tolist()) == ([65, 65], [10, 10], [5, 5])


def test_a_slot_of_which_a_minute_is_missing_is_unknown() -> None:
    found = on_slots([piece(MINUTE, number, ok=10) for number in (0, 1, 2, 4)], AT, 1)
    assert np.isnan([found.requests, found.faults, found.p95(), found.within(1)]).all()


def test_a_slot_without_requests_is_known_and_has_no_response_time() -> None:
    found = on_slots([piece(TEN_MINUTES, 0)], AT, 1)
    assert found.requests.tolist() == [0]
    assert np.isnan(found.p95()).all()


def test_percentiles_come_from_all_requests_of_a_slot() -> None:
    slow, fast = piece(MINUTE, 0, ok=10, seconds=2.0), [piece(MINUTE, number, ok=10) for number in range(1, 5)]
    found = on_slots([slow, *fast], AT, 1)
    assert found.p95()[0] == pytest.approx(2.0, rel=0.02)
    assert found.within(1.0).tolist() == [40]


def test_finer_spans_are_taken_where_they_are_complete() -> None:
    held = {
        HOUR: [0],
        TEN_MINUTES: [0, 600, 1200, 1800, 2400, 3000],
        MINUTE: [*range(0, 600, 60), *range(600, 900, 60)],
    }
    expected = [*((MINUTE, at) for at in range(0, 600, 60)), *((TEN_MINUTES, at) for at in range(600, 3600, 600))]
    assert finest(0, HOUR, held) == expected


def test_where_the_longer_span_is_missing_what_is_there_counts() -> None:
    assert finest(0, HOUR, {HOUR: [], TEN_MINUTES: [600], MINUTE: [60]}) == [(MINUTE, 60), (TEN_MINUTES, 600)]


def test_a_longer_span_that_reaches_beyond_the_end_takes_nothing_away() -> None:
    assert finest(0, TEN_MINUTES, {HOUR: [0], MINUTE: [0, 60]}) == [(MINUTE, 0), (MINUTE, 60)]


@given(st.dictionaries(st.sampled_from(SPANS), st.sets(st.integers(0, 40)), min_size=1))
def test_chosen_spans_overlap_nowhere_and_lose_nothing(numbers: dict[int, set[int]]) -> None:
    held = {period: [period * number for number in some] for period, some in numbers.items()}
    chosen = finest(0, 41 * HOUR, held)
    minutes = [minute for period, at in chosen for minute in range(at, at + period, 60)]
    assert len(minutes) == len(set(minutes))
    assert set(minutes) == {m for period, starts in held.items() for at in starts for m in range(at, at + period, 60)}
