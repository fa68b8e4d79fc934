"""History judged period by period: what a preview counts is what the judge would have said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalog.shape import Severity, Threshold, Values
from dashboard.health.breaches import find_breach
from dashboard.health.episodes import Episode, episodes, firing_at

NAN = float("nan")
START, STEP = 1_773_100_800, 300
SLOW = Threshold("p95", Severity.WARNING, "p95 is {value}", above=1000, for_periods=2)
THRESHOLDS = st.builds(
    lambda of, needed, floor: replace(
        SLOW, for_periods=min(needed, of), of_periods=of, floor=("requests", 20) if floor else None
    ),
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
)
P95 = st.lists(st.sampled_from([NAN, 300.0, 2400.0]), min_size=2, max_size=24)


def at(values: Values) -> np.ndarray:
    return START + STEP * np.arange(len(values), dtype=np.int64)


@pytest.mark.parametrize(
    ("p95", "found"),
    [
        ([300, 300, 300], []),
        ([300, 2400, 300], []),
        ([300, 2400, 2500, 300], [(2, 3, 2500)]),
        ([2400, 2400, 300, 2400, 2400], [(1, 2, 2400), (4, 5, 2400)]),
        ([2400, 2400, NAN, NAN], [(1, 4, 2400)]),
        ([NAN, NAN], []),
    ],
)
def test_it_fires_when_enough_periods_are_beyond_the_line_and_ends_with_a_good_one(
    p95: list[float], found: list[tuple[int, int, float]]
) -> None:
    values = np.array(p95, float)
    assert episodes(SLOW, at(values), {"p95": values}) == [
        Episode(START + first * STEP, START + last * STEP, worst) for first, last, worst in found
    ]


def test_of_a_band_the_value_furthest_on_its_own_side_is_told() -> None:
    band = replace(SLOW, above=1000, below=100, for_periods=1)
    values = np.array([500, 40, 20, 500, 1500, 500.0])
    assert [one.worst for one in episodes(band, at(values), {"p95": values})] == [20, 1500]


def test_without_the_metric_that_tells_the_volume_nothing_fires() -> None:
    values = np.array([2400.0, 2400.0])
    assert episodes(replace(SLOW, floor=("requests", 20)), at(values), {"p95": values}) == []


@given(THRESHOLDS, P95, st.data())
def test_history_and_judge_agree_at_every_period(threshold: Threshold, p95: list[float], data: st.DataObject) -> None:
    requests = data.draw(st.lists(st.sampled_from([NAN, 5.0, 100.0]), min_size=len(p95), max_size=len(p95)))
    values = {"p95": np.array(p95), "requests": np.array(requests)}
    firing = firing_at(threshold, at(values["p95"]), values)
    times = at(values["p95"])
    for end in range(2, len(times) + 1):
        so_far = {key: array[:end] for key, array in values.items()}
        breach = find_breach(threshold, times[:end], so_far, stale_before=0, newest=end - 1)
        assert bool(firing[end - 1]) == (breach is not None and breach.certain)


@given(THRESHOLDS, P95, st.integers(1, 10_000))
def test_shifting_the_series_shifts_the_episodes(threshold: Threshold, p95: list[float], by: int) -> None:
    values = {"p95": np.array(p95), "requests": np.full(len(p95), 100.0)}
    times = at(values["p95"])
    moved = [
        Episode(one.start + by * STEP, one.end + by * STEP, one.worst) for one in episodes(threshold, times, values)
    ]
    assert episodes(threshold, times + by * STEP, values) == moved


@given(THRESHOLDS, P95)
def test_missing_points_end_no_episode(threshold: Threshold, p95: list[float]) -> None:
    values = {"p95": np.array([*p95, NAN, NAN]), "requests": np.full(len(p95) + 2, 100.0)}
    firing = firing_at(threshold, at(values["p95"]), values)
    assert firing[-1] == firing[len(p95) - 1]
