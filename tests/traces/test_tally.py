"""Tallies: counts and histograms of many items, packed, unpacked and added up."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.histogram import counted
from dashboard.traces.tally import Tally, add_up, empty, histograms, pack, unpack

DURATIONS = st.lists(st.tuples(st.floats(0.001, 100), st.integers(1, 1000)), max_size=6)
ITEM = st.tuples(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.floats(0, 1e6), DURATIONS, DURATIONS)
TALLIES = st.dictionaries(st.integers(1, 30), ITEM, max_size=8)


def _tally(items: dict[int, tuple[list[int], float, list[tuple[float, int]], list[tuple[float, int]]]]) -> Tally:
    ids = sorted(items)
    return Tally(
        np.array(ids, np.int64),
        np.array([items[one][0] for one in ids], np.int64).reshape(len(ids), 4),
        np.array([items[one][1] for one in ids], np.float64),
        histograms([counted(items[one][2]) for one in ids]),
        histograms([counted(items[one][3]) for one in ids]),
    )


def _same(one: Tally, other: Tally) -> bool:
    pairs = (
        (one.ids, other.ids),
        (one.counts, other.counts),
        (one.times.first, other.times.first),
        (one.times.buckets, other.times.buckets),
        (one.times.numbers, other.times.numbers),
        (one.ages.first, other.ages.first),
        (one.ages.buckets, other.ages.buckets),
        (one.ages.numbers, other.ages.numbers),
    )
    return all(np.array_equal(a, b) for a, b in pairs) and np.allclose(one.seconds, other.seconds)


@given(TALLIES)
def test_what_is_packed_is_unpacked_as_it_was(items) -> None:  # type: ignore[no-untyped-def]
    assert _same(unpack(pack(_tally(items))), _tally(items))


@given(TALLIES, TALLIES)
def test_the_order_of_a_sum_does_not_matter(some, others) -> None:  # type: ignore[no-untyped-def]
    assert _same(add_up([_tally(some), _tally(others)]), add_up([_tally(others), _tally(some)]))


@given(st.lists(TALLIES, min_size=1, max_size=5))
def test_a_sum_counts_every_request_of_every_item_once(each) -> None:  # type: ignore[no-untyped-def]
    total = add_up([_tally(one) for one in each])
    for position, item in enumerate(total.ids):
        there = [one[int(item)] for one in each if int(item) in one]
        assert total.counts[position].tolist() == np.sum([one[0] for one in there], axis=0).tolist()
        assert total.times.of(position)[1].sum() == sum(number for one in there for _, number in one[2])
        assert total.ages.of(position)[1].sum() == sum(number for one in there for _, number in one[3])


def test_the_sum_of_nothing_is_nothing() -> None:
    assert _same(add_up([]), empty())
