"""Histograms: percentiles of a sum are those of all requests together, to one percent."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.histogram import (
    GROWTH,
    LAST,
    bucket_of,
    counted,
    percentiles,
    seconds_of,
    share_within,
    summed,
)

SECONDS = st.floats(min_value=0.0002, max_value=600_000)
REQUESTS = st.lists(SECONDS, min_size=1, max_size=60)
SHARES = st.lists(st.floats(min_value=0.0, max_value=1.0), min_size=1, max_size=5)
NONE = counted([])


def _each_once(durations: list[float]) -> list[tuple[float, int]]:
    return [(duration, 1) for duration in durations]


@given(SECONDS)
def test_a_bucket_stands_for_its_durations_to_one_percent(seconds: float) -> None:
    stands_for = float(seconds_of(bucket_of(np.array([seconds])))[0])
    assert abs(math.log(stands_for / seconds)) <= math.log(GROWTH) / 2 + 1e-6


@given(REQUESTS, REQUESTS, SHARES)
def test_percentiles_of_merged_histograms_are_those_of_all_requests(
    some: list[float], others: list[float], shares: list[float]
) -> None:
    one, other = counted(_each_once(some)), counted(_each_once(others))
    merged = summed(np.concatenate((one[0], other[0])), np.concatenate((one[1], other[1])))
    every = sorted(some + others)
    ranks = [max(math.ceil(share * len(every)), 1) - 1 for share in shares]
    expected = bucket_of(np.array([every[rank] for rank in ranks]))
    assert percentiles(*merged, shares) == [float(seconds) for seconds in seconds_of(expected)]


@given(REQUESTS)
def test_no_request_is_lost(durations: list[float]) -> None:
    assert int(counted(_each_once(durations))[1].sum()) == len(durations)


def test_the_median_of_three_is_the_middle_one() -> None:
    assert percentiles(*counted([(0.1, 1), (0.2, 1), (9.0, 1)]), [0.5]) == pytest.approx([0.2], rel=0.01)


def test_a_count_weighs() -> None:
    assert percentiles(*counted([(0.1, 99), (5.0, 1)]), [0.5, 0.99, 1.0]) == pytest.approx([0.1, 0.1, 5.0], rel=0.01)


def test_nothing_has_no_percentile() -> None:
    assert percentiles(*NONE, [0.5, 0.99]) == [None, None]


def test_what_is_too_short_or_too_long_counts_at_the_ends() -> None:
    assert counted([(0.0, 2), (1e9, 3)])[0].tolist() == [0, LAST]


def test_the_share_within_a_target() -> None:
    assert share_within(*counted([(0.1, 80), (0.4, 15), (3.0, 5)]), 0.5) == 0.95


def test_nothing_is_within_no_target() -> None:
    assert share_within(*NONE, 0.5) is None
