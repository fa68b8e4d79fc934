"""What each condition draws: its lines from what is given, in the metric's own unit, and the words for a crossing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from dashboard.core.units import Unit
from dashboard.thresholds.conditions import all_conditions, condition
from dashboard.thresholds.conditions.shape import PAD, Background, Bounds, Crossing, Given, Line

NAN = float("nan")
START, STEP = 1_773_100_800, 300


def given(values: Sequence[float], background: Background) -> Given:
    return Given(START + STEP * np.arange(len(values), dtype=np.int64), np.array(values, float), "m", background)


def bounds_of(key: str, one: Given, above: float | None, below: float | None) -> Bounds:
    return condition(key).bounds(condition(key).basis(one), above, below)


def listed(line: Line) -> list[float]:
    assert isinstance(line, np.ndarray)
    return [None if np.isnan(one) else float(one) for one in line]  # type: ignore[misc]


def test_every_condition_has_its_own_key_and_name_for_people() -> None:
    found = all_conditions()
    assert next(iter(found)) == "level"
    assert len({one.label for one in found.values()}) == len(found)


def test_a_share_of_a_limit_is_reckoned_from_the_resources_own() -> None:
    bounds = bounds_of("limit", given([1, 2], Background({"m": 900.0})), 0.9, None)
    assert (bounds.upper, bounds.lower) == (810, None)


def test_without_a_known_limit_nothing_can_be_told() -> None:
    bounds = bounds_of("limit", given([1, 2], Background()), 0.9, None)
    assert listed(bounds.upper) == [None, None]


def test_a_rate_is_held_against_the_value_a_quarter_of_an_hour_before() -> None:
    bounds = bounds_of("rate", given([100, 110, NAN, 300, 500], Background()), 10, 2)
    assert listed(bounds.upper) == [None, None, None, 250, 260]
    assert listed(bounds.lower) == [None, None, None, 70, 80]


def weeks(*values: float) -> Background:
    """One value for the whole of each week before."""
    pad = 2 * PAD // STEP
    return Background(weeks={"m": np.array([[value] * (pad + 3) for value in values], float)})


def test_a_change_against_last_week_is_a_share_of_what_was_there_then() -> None:
    bounds = bounds_of("change_week", given([1, 2, 3], weeks(200)), 0.5, 0.25)
    assert (listed(bounds.upper), listed(bounds.lower)) == ([300] * 3, [150] * 3)


def test_a_spike_last_week_is_no_reference() -> None:
    background = weeks(200)
    background.weeks["m"][0, 5:8] = 90_000
    bounds = bounds_of("change_week", given([1, 2, 3], background), 0.5, None)
    assert listed(bounds.upper) == [300] * 3


def test_a_change_within_the_hour_is_against_the_median_of_the_hour_before() -> None:
    bounds = bounds_of("change_hour", given([NAN] * 6 + [100] * 6 + [900], Background()), 1, None)
    assert listed(bounds.upper) == [None] * 12 + [200]


def test_traffic_that_has_gone_still_has_the_volume_it_had() -> None:
    assert list(condition("change_week").volume(given([1, 2, 300], weeks(200)))) == [200, 200, 300]


@pytest.mark.parametrize("key", ["change_week", "change_hour", "anomaly"])
def test_without_history_nothing_can_be_told(key: str) -> None:
    assert listed(bounds_of(key, given([1, 2, 3], Background()), 1, 1).upper) == [None] * 3


@pytest.mark.parametrize(
    ("before", "upper"),
    [
        ((100, 110, 90, 100), 100 + 3 * 1.4826 * 5),
        ((100, 100, 100, 100), 100 + 3 * 5),
        ((100, 100, 100, 180), 100 + 3 * 1.2533 * 20),
        ((100, 110), 105 + 3 * 1.4826 * 5),
        ((100,), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_unusual_is_so_many_spreads_from_the_median_of_the_same_hour(
    before: tuple[float, ...], upper: float | None
) -> None:
    line = listed(bounds_of("anomaly", given([1, 2, 3], weeks(*before)), 3, None).upper)
    assert line == [upper if upper is None else pytest.approx(upper)] * 3


def test_nothing_is_unusual_during_a_deploy_and_a_quarter_of_an_hour_after() -> None:
    known = replace(weeks(100, 110, 90, 100), deploys=[(START - 3000, START - 500)])
    line = listed(bounds_of("anomaly", given([1, 2, 3], known), 3, None).upper)
    assert [one is None for one in line] == [True, True, False]


@given_any(st.lists(st.floats(0, 1e9), min_size=15, max_size=15))
def test_one_wild_week_does_not_move_what_is_usual_out_of_the_others(wild: list[float]) -> None:
    background = weeks(100, 110, 120, 0)
    background.weeks["m"][3] = wild
    usual = condition("anomaly").basis(given([1, 2, 3], background)).usual
    assert all(100 <= one <= 120 for one in listed(usual))


@pytest.mark.parametrize(
    ("key", "crossing", "words"),
    [
        ("level", Crossing(2400, 1000, None, Unit.MILLISECONDS), ", above 1 s"),
        ("level", Crossing(5, 0, None, Unit.COUNT), ""),
        ("limit", Crossing(9500, 9000, 10_000, Unit.MILLISECONDS), ", 95 % of its limit of 10 s"),
        ("rate", Crossing(460, 250, 100, Unit.COUNT), ", risen by 24 a minute"),
        ("change_week", Crossing(500, 300, 200, Unit.COUNT), ", 150 % more than at this time last week (200)"),
        ("change_hour", Crossing(50, 100, 200, Unit.COUNT), ", 75 % less than in the hour before (200)"),
        ("change_week", Crossing(50, 0, 0, Unit.COUNT), ", and none at this time last week"),
        ("anomaly", Crossing(900, 300, 200, Unit.COUNT), ", while 200 is usual at this hour of the week"),
        ("rate", Crossing(100, 250, 460, Unit.COUNT), ", fallen by 24 a minute"),
    ],
)
def test_a_crossing_is_said_in_words(key: str, crossing: Crossing, words: str) -> None:
    assert condition(key).says(crossing) == words
