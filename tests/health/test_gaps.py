"""Missing points: they never make a breach good, whatever is missing; and shifting time shifts nothing but times."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalog import service
from dashboard.catalog.shape import Severity, Threshold, Values
from dashboard.health.judge import CRITICAL, OK, UNKNOWN, WARNING, Judgement, judge
from dashboard.thresholds.conditions.shape import Times

NAN = float("nan")
START = 1_773_100_800
PERIODS = 24
THRESHOLDS = {
    "all of 3": Threshold("duration_p95", Severity.WARNING, "p95 is {value}", above=1000),
    "3 of 5": Threshold("duration_p95", Severity.CRITICAL, "p95 is {value}", above=1000, for_periods=3, of_periods=5),
    "from below": Threshold("duration_p95", Severity.WARNING, "p95 is {value}", below=1000, for_periods=2),
    "with a floor": Threshold(
        "duration_p95", Severity.WARNING, "p95 is {value}", above=1000, floor=("requests", 20), for_periods=3
    ),
}
points = st.lists(st.sampled_from([100.0, 999.0, 2400.0, 9000.0]), min_size=PERIODS, max_size=PERIODS)
kept = st.lists(st.booleans(), min_size=PERIODS, max_size=PERIODS)
every_threshold = pytest.mark.parametrize("threshold", THRESHOLDS.values(), ids=THRESHOLDS)


def judged(threshold: Threshold, p95: Values, requests: Values, start: int = START) -> Judgement:
    at: Times = start + 300 * np.arange(PERIODS, dtype=np.int64)
    entry = replace(service("lambda"), thresholds=(threshold,))
    return judge(entry, at, {"duration_p95": p95, "requests": requests}, int(at[-1]) - 1200)


def ending(*values: float, before: float) -> Values:
    return np.array([before] * (PERIODS - len(values)) + list(values), float)


BUSY = np.full(PERIODS, 50.0)


@pytest.mark.parametrize(
    ("p95", "state"),
    [
        ((2400, 2400, 2400), WARNING),
        ((2400, NAN, 2400), UNKNOWN),
        ((2400, NAN, NAN), UNKNOWN),
        ((2400, 2400, 2400, NAN, NAN, NAN), WARNING),
        ((2400, 2400, 2400, NAN, NAN, NAN, NAN, NAN, NAN), UNKNOWN),
        ((2400, 2400, 310, NAN, NAN), OK),
        ((2400, NAN, 310), OK),
        ((310, NAN, NAN), OK),
    ],
)
def test_a_breach_with_points_missing_is_in_doubt_until_a_good_one_comes(p95: tuple[float, ...], state: str) -> None:
    assert judged(THRESHOLDS["all of 3"], ending(*p95, before=310), BUSY).state == state


def test_doubt_says_what_was_seen_and_that_points_are_missing() -> None:
    verdict = judged(THRESHOLDS["all of 3"], ending(2400, NAN, 2400, before=310), BUSY)
    assert verdict.reason == "P95 is 2.4 s, above 1 s, but too many points are missing to tell whether it lasts."
    assert (verdict.metric, verdict.value, verdict.threshold) == ("duration_p95", 2400, 1000)
    assert (verdict.since, verdict.data_at) == (None, START + 300 * (PERIODS - 1))


def test_a_breach_that_is_certain_speaks_before_one_in_doubt() -> None:
    failing = Threshold("requests", Severity.WARNING, "{value} requests", above=10)
    at: Times = START + 300 * np.arange(PERIODS, dtype=np.int64)
    values = {"duration_p95": ending(2400, NAN, 2400, before=310), "requests": BUSY}
    entry = replace(service("lambda"), thresholds=(THRESHOLDS["3 of 5"], failing))
    verdict = judge(entry, at, values, int(at[-1]) - 1200)
    assert (verdict.state, verdict.metric) == (WARNING, "requests")


def test_no_traffic_ends_a_breach_that_needs_volume() -> None:
    quiet = ending(0, 0, 0, before=50)
    assert judged(THRESHOLDS["with a floor"], ending(NAN, NAN, NAN, before=2400), quiet).state == OK


@every_threshold
@given(p95=points, shift=st.integers(-10_000, 10_000))
def test_shifting_time_shifts_since_and_nothing_else(threshold: Threshold, p95: list[float], shift: int) -> None:
    here = judged(threshold, np.array(p95), BUSY)
    there = judged(threshold, np.array(p95), BUSY, START + 300 * shift)
    moved = None if here.since is None else here.since + 300 * shift
    assert there == replace(here, since=moved, data_at=(here.data_at or 0) + 300 * shift)


@every_threshold
@given(p95=points, keep=kept)
def test_removing_points_never_makes_a_breach_good_while_the_newest_left_is_broken(
    threshold: Threshold, p95: list[float], keep: list[bool]
) -> None:
    whole = judged(threshold, np.array(p95), BUSY)
    left = np.where(keep, p95, NAN)
    seen = np.flatnonzero(~np.isnan(left))
    broken = len(seen) and (left[seen[-1]] < 1000 if threshold.below else left[seen[-1]] > 1000)
    if whole.state in {CRITICAL, WARNING} and broken:
        assert judged(threshold, left, BUSY).state in {whole.state, UNKNOWN}


@every_threshold
@given(p95=points, keep=kept)
def test_removing_points_never_makes_a_breach(threshold: Threshold, p95: list[float], keep: list[bool]) -> None:
    whole = judged(threshold, np.array(p95), BUSY)
    until = np.flatnonzero(keep)[-1] if any(keep) else None
    if whole.state == OK and until == PERIODS - 1:
        assert judged(threshold, np.where(keep, p95, NAN), BUSY).state in {OK, UNKNOWN}


@every_threshold
@given(p95=points, keep=kept)
def test_removing_everything_that_came_lately_is_unknown(
    threshold: Threshold, p95: list[float], keep: list[bool]
) -> None:
    old = np.where(np.arange(PERIODS) < PERIODS - 6, np.where(keep, p95, NAN), NAN)
    assert judged(threshold, old, np.full(PERIODS, NAN)).state == UNKNOWN
