"""Traces packed into columns come back as they were, and can be asked without being unpacked one by one."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.aws import XraySummary
from dashboard.traces.chunk import Chunk, chunk_of, pack, unpack
from dashboard.traces.sampling import ERROR, FAULT, PARTIAL, THROTTLE, Kept
from dashboard.traces.table import table_of
from tests.traces.fake_xray import a_summary

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
START = int(AT.timestamp())
FACTS = st.lists(st.integers(1, 2**62), max_size=6, unique=True)
SECONDS = st.floats(0, 400_000)
FLAGS = st.fixed_dictionaries(dict.fromkeys(("fault", "error", "throttle", "partial"), st.booleans()))


@st.composite
def summaries(draw: st.DrawFn) -> XraySummary:
    offset = draw(st.integers(-10_000, 300_000))
    seconds, more = draw(SECONDS), draw(st.floats(0, 10_000))
    identity = f"1-{draw(st.integers(0, 2**32 - 1)):08x}-{draw(st.integers(0, 2**96 - 1)):024x}"
    started = AT + timedelta(milliseconds=offset)
    return a_summary(started, seconds, duration=seconds + more, id=identity, **draw(FLAGS))


def same(one: Chunk, other: Chunk) -> bool:
    names = ("ids", "start", "seconds", "extra", "flags", "reasons", "known", "first", "local")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@given(st.lists(st.tuples(summaries(), FACTS, st.integers(0, 7)), max_size=20))
def test_what_is_packed_is_unpacked_as_it_was(traces: list[tuple[XraySummary, list[int], int]]) -> None:
    kept = Kept([one for one, _, _ in traces], [why for _, _, why in traces], cut=False)
    chunk = chunk_of(kept, START, [facts for _, facts, _ in traces])
    again = unpack(pack(chunk))
    assert same(chunk, again)
    for row, (summary, facts, why) in enumerate(traces):
        assert again.id_of(row) == summary.id
        assert again.facts_of(row).tolist() == facts
        assert again.seconds[row] == pytest.approx(summary.response_time, abs=1e-4)
        assert again.seconds[row] + again.extra[row] == pytest.approx(summary.duration, abs=2e-4)
        assert abs(again.start[row] / 1000 + START - summary.started_at.timestamp()) < 0.001
        assert again.reasons[row] == why
        assert bool(again.flags[row] & FAULT) == summary.fault
        assert bool(again.flags[row] & ERROR) == summary.error
        assert bool(again.flags[row] & THROTTLE) == summary.throttle
        assert bool(again.flags[row] & PARTIAL) == summary.partial


def test_a_chunk_may_have_more_facts_than_two_bytes_count() -> None:
    facts = [list(range(start, start + 90)) for start in range(0, 90 * 800, 90)]
    chunk = chunk_of(Kept([a_summary(AT)] * 800, [1] * 800, cut=False), START, facts)
    assert len(chunk.known) > 65_536
    assert same(chunk, unpack(pack(chunk)))


def test_another_format_is_refused() -> None:
    packed = b"\x09" + pack(chunk_of(Kept([], [], cut=False), START, []))[1:]
    with pytest.raises(ValueError, match="format 9"):
        unpack(packed)


def a_chunk(facts: list[list[int]]) -> Chunk:
    traces = [a_summary(AT + timedelta(seconds=index), index + 1.0) for index in range(len(facts))]
    return chunk_of(Kept(traces, [4] * len(traces), cut=False), START, facts)


def test_traces_are_found_by_their_facts() -> None:
    chunk = a_chunk([[1, 2], [2, 3], [], [9]])
    assert chunk.having_any(np.array([1, 9])).tolist() == [True, False, False, True]
    assert chunk.having_any(np.array([], np.int64)).tolist() == [False] * 4


def test_a_part_keeps_the_facts_of_its_traces() -> None:
    part = a_chunk([[1, 2], [2, 3], [], [9]]).where(np.array([False, True, True, True]))
    assert part.seconds.tolist() == [2.0, 3.0, 4.0]
    assert [part.facts_of(row).tolist() for row in range(3)] == [[2, 3], [], [9]]
    assert part.having_any(np.array([1])).tolist() == [False] * 3


def test_hidden_facts_go_and_private_ones_where_a_trace_tells_of_hidden_ones() -> None:
    chunk = a_chunk([[1, 5, 7], [2, 5, 7], [7]])
    left = chunk.without_facts(hidden=np.array([1, 2]), telling=np.array([1]), private=np.array([7]))
    assert [left.facts_of(row).tolist() for row in range(3)] == [[5], [5, 7], [7]]


@given(st.lists(st.lists(st.lists(st.integers(1, 12), max_size=4, unique=True), max_size=6), max_size=5))
def test_a_table_counts_as_going_through_all_traces_would(chunks: list[list[list[int]]]) -> None:
    table = table_of([(START, a_chunk(facts)) for facts in chunks])
    flat = [facts for some in chunks for facts in some]
    mask = np.arange(len(flat)) % 2 == 0
    counts = dict(zip(table.facts.tolist(), table.counts(mask).tolist(), strict=True))
    for fact in range(1, 13):
        assert counts.get(fact, 0) == sum(fact in one for one in flat[::2])
        assert table.having_any(np.array([fact])).tolist() == [fact in one for one in flat]
