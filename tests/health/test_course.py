"""Recovery values, periods without data, and absence: when a breach begins and when it ends, period by period."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalog import service
from dashboard.catalog.shape import Missing, Severity, Threshold
from dashboard.health.breaches import find_breach
from dashboard.health.course import follow
from dashboard.health.episodes import episodes
from dashboard.health.findings import findings
from dashboard.health.judge import assess_all
from dashboard.health.telling import tell
from dashboard.thresholds.conditions.shape import BLANK, Background
from dashboard.thresholds.finding import Outcome, Subject

NAN = float("nan")
START, STEP = 1_773_100_800, 300
SLOW = Threshold("duration_p95", Severity.WARNING, "p95 is {value}", above=1000, for_periods=2)
FULL = replace(SLOW, recover=800)
ABSENT = Threshold("requests", Severity.CRITICAL, "requests are {value}", condition="absence", for_periods=3)
FIRED = Background(fired=("duration_p95 warning",))
THRESHOLDS = (
    st.builds(
        lambda of, needed, missing, recover: replace(
            SLOW, for_periods=min(needed, of), of_periods=of, missing=missing, recover=recover
        ),
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from(Missing),
        st.sampled_from([None, 800.0]),
    )
    | st.sampled_from(
        [
            replace(SLOW, condition="rate", above=20, recover=5),
            replace(SLOW, condition="change_hour", above=0.5, for_periods=1),
            replace(SLOW, condition="change_hour", above=None, below=0.5, recover=0.2, missing=Missing.BREACH),
        ]
    )
    | st.builds(lambda needed: replace(ABSENT, metric="duration_p95", for_periods=needed), st.integers(1, 4))
)
POINTS = st.lists(st.sampled_from([NAN, 300.0, 900.0, 2400.0]), min_size=2, max_size=20)


def times(count: int) -> np.ndarray:
    return START + STEP * np.arange(count, dtype=np.int64)


def drawn(threshold: Threshold, values: Sequence[float], background: Background = BLANK) -> str:
    """Where it fires, as X."""
    course = follow(threshold, times(len(values)), {threshold.metric: np.array(values, float)}, background)
    assert course is not None
    return "".join("X" if one else "." for one in course.firing)


@pytest.mark.parametrize(
    ("threshold", "values", "firing"),
    [
        (FULL, [300, 2400, 2400, 900, 2400, 900, 790, 300], "..XXXX.."),
        (FULL, [300, 2400, 2400, 800, 300], "..X.."),
        (replace(SLOW, above=None, below=100, recover=200), [300, 50, 50, 150, 90, 200, 150], "..XXX.."),
        (FULL, [300, 900, 900, 900], "...."),
        (replace(FULL, for_periods=2, of_periods=3), [2400, 300, 2400, 900, 900, 300], "..XXX."),
        (FULL, [2400, 2400, NAN, 900, NAN, 700], ".XXXX."),
    ],
)
def test_with_a_recovery_value_a_breach_ends_only_when_the_value_is_back_past_it(
    threshold: Threshold, values: Sequence[float], firing: str
) -> None:
    assert drawn(threshold, values) == firing


def test_no_volume_ends_it_too() -> None:
    values = {"duration_p95": np.array([2400, 2400, 900, 900.0]), "requests": np.array([50, 50, 50, 3.0])}
    course = follow(replace(FULL, floor=("requests", 20)), times(4), values)
    assert course is not None
    assert list(course.firing) == [False, True, True, False]


@pytest.mark.parametrize(("values", "firing"), [([900, 900], "XX"), ([900, 700], "X."), ([NAN, NAN], "XX")])
def test_what_was_broken_before_stays_so_until_it_has_recovered(values: Sequence[float], firing: str) -> None:
    assert drawn(FULL, values, FIRED) == firing


@pytest.mark.parametrize(
    ("missing", "values", "firing"),
    [
        (Missing.UNKNOWN, [300, NAN, NAN, NAN, 300], "....."),
        (Missing.KEEP, [300, NAN, NAN, NAN, 300], "....."),
        (Missing.BREACH, [300, NAN, NAN, NAN, 300], "..XX."),
        (Missing.BREACH, [300, 2400, NAN, 300], "..X."),
        (Missing.UNKNOWN, [2400, 2400, NAN, NAN], ".XXX"),
        (Missing.KEEP, [2400, 2400, NAN, NAN], ".XXX"),
        (Missing.BREACH, [2400, 2400, NAN, NAN], ".XXX"),
        (Missing.BREACH, [NAN, NAN, NAN, 300], "...."),
    ],
)
def test_a_period_without_data_is_taken_as_the_rule_says(
    missing: Missing, values: Sequence[float], firing: str
) -> None:
    assert drawn(replace(SLOW, missing=missing), values) == firing


@pytest.mark.parametrize(
    ("values", "firing"),
    [
        ([5, NAN, NAN, NAN, NAN, 5], "...XX."),
        ([5, NAN, NAN, 5, NAN, NAN], "......"),
        ([NAN, NAN, NAN, NAN, NAN, 5], "......"),
    ],
)
def test_absence_alerts_after_so_many_periods_of_what_came_before(values: Sequence[float], firing: str) -> None:
    assert drawn(ABSENT, values) == firing


def test_what_is_not_due_yet_is_not_absent() -> None:
    assert drawn(ABSENT, [5, NAN, NAN, NAN, NAN, NAN], Background(due=START + 2 * STEP)) == "......"


def outcome(threshold: Threshold, values: Sequence[float], background: Background = BLANK) -> Outcome:
    """Judged 20 minutes, or four periods, after the grid's last but four."""
    at = times(len(values))
    measured = {threshold.metric: np.array(values, float)}
    assessed = assess_all([threshold], at, measured, int(at[-1]) - 4 * STEP, background)
    (found,) = findings(Subject("resource:1", 1, "api"), service("lambda"), assessed)
    return found.outcome


LONG_SILENT = [2400.0, 2400.0, *[NAN] * 8]


@pytest.mark.parametrize(
    ("threshold", "values", "found"),
    [
        (SLOW, LONG_SILENT, Outcome.UNKNOWN),
        (replace(SLOW, missing=Missing.KEEP), LONG_SILENT, Outcome.BROKEN),
        (replace(SLOW, missing=Missing.BREACH), LONG_SILENT, Outcome.BROKEN),
        (replace(SLOW, missing=Missing.BREACH), [300.0, 300.0, *[NAN] * 8], Outcome.BROKEN),
        (replace(SLOW, missing=Missing.KEEP), [300.0, 300.0, *[NAN] * 8], Outcome.UNKNOWN),
        (ABSENT, [5.0, 5.0, *[NAN] * 8], Outcome.BROKEN),
        (ABSENT, [5.0] * 6 + [NAN] * 4, Outcome.HOLDS),
    ],
)
def test_silence_is_judged_as_the_rule_says_and_resolves_nothing(
    threshold: Threshold, values: Sequence[float], found: Outcome
) -> None:
    assert outcome(threshold, values) == found


def test_a_collector_that_has_stopped_makes_nothing_absent() -> None:
    stopped = Background(due=START + 2 * STEP)
    assert outcome(ABSENT, [5.0, 5.0, *[NAN] * 8], stopped) == Outcome.UNKNOWN


def test_silence_is_told_in_its_own_words() -> None:
    at, values = times(10), {"requests": np.array([5.0, 5.0, *[NAN] * 8])}
    breach = find_breach(ABSENT, at, values, int(at[-1]) - 4 * STEP, 9)
    assert breach is not None
    told = tell(breach, service("lambda"))
    assert (told.reason, told.value, told.line, told.unit) == ("Invocations: no data for 20 min.", 1200, 900, "seconds")


def test_a_value_on_its_way_back_is_told_against_the_recovery_value() -> None:
    at, values = times(4), {"duration_p95": np.array([300, 2400, 2400, 900.0])}
    breach = find_breach(FULL, at, values, START, 3)
    assert breach is not None
    assert tell(breach, service("lambda")).reason == "P95 is 900 ms, above 800 ms for 15 min."


@given(THRESHOLDS, POINTS)
def test_live_never_contradicts_history(threshold: Threshold, points: list[float]) -> None:
    values = {"duration_p95": np.array(points)}
    at = times(len(points))
    whole = follow(threshold, at, values)
    assert whole is not None
    for end in range(2, len(points) + 1):
        so_far = {key: array[:end] for key, array in values.items()}
        breach = find_breach(threshold, at[:end], so_far, int(at[end - 1]), end - 1)
        if breach is not None and breach.certain:
            assert whole.firing[end - 1]
        if breach is None and not np.isnan(points[end - 1]):
            assert not whole.firing[end - 1]


@given(THRESHOLDS, POINTS, st.integers(1, 10_000))
def test_shifting_the_series_shifts_the_alerts(threshold: Threshold, points: list[float], by: int) -> None:
    at, values = times(len(points)), {"duration_p95": np.array(points)}
    here = [(one.start + by * STEP, one.end + by * STEP) for one in episodes(threshold, at, values)]
    assert [(one.start, one.end) for one in episodes(threshold, at + by * STEP, values)] == here


@given(THRESHOLDS, POINTS, st.integers(1, 6))
def test_missing_data_never_resolves(threshold: Threshold, points: list[float], silent: int) -> None:
    whole = drawn(threshold, [*points, *[NAN] * silent])
    assert whole[len(points) - 1] == "." or set(whole[len(points) :]) == {"X"}


@given(POINTS, st.integers(2, 19))
def test_with_what_was_remembered_a_part_of_history_goes_on_as_the_whole(points: list[float], cut: int) -> None:
    whole, at = drawn(FULL, points), times(len(points))
    if cut < len(points) and (points[cut:] and all(value != 2400 for value in points[cut - 1 :])):
        fired = Background(fired=("duration_p95 warning",) if whole[cut - 1] == "X" else ())
        part = follow(FULL, at[cut:], {"duration_p95": np.array(points[cut:])}, fired)
        assert part is not None
        assert "".join("X" if one else "." for one in part.firing) == whole[cut:]
