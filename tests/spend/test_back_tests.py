"""Back-tests on seeded bills: rises found, caps foretold, sums forecast better than by repeating the past."""

from datetime import timedelta

import numpy as np
import pytest

from bench.bills import TODAY, scenario, whole
from dashboard.spend.forecast import expected, forecast, naive, seasonal_naive
from dashboard.spend.found import Cut
from dashboard.spend.projection import cap_hit
from dashboard.spend.unexpected import Limits, rises

LIMITS = Limits(0.2, 5.0)
SINCE = TODAY - timedelta(days=21)


def test_of_fifty_bills_nearly_every_rise_is_found_and_hardly_anything_else() -> None:
    right = told = real = 0
    for seed in range(50):
        made = scenario(seed)
        days = {one.day for one in rises(made.bill, LIMITS, SINCE)}
        right, told, real = right + len(days & made.spikes), told + len(days), real + len(made.spikes)
    assert right / told >= 0.9
    assert right / real >= 0.9


@pytest.mark.parametrize("seed", range(50))
def test_whatever_is_told_rose_by_the_share_and_the_amount_that_it_is_told_from(seed: int) -> None:
    found = rises(scenario(seed).bill, LIMITS, SINCE)
    assert [one for one in found if one.amount - one.normal < max(LIMITS.floor, LIMITS.share * one.normal) - 1e-9] == []


def test_a_rise_that_one_stack_drove_is_one_cause_with_its_stack() -> None:
    made = scenario(1)
    day = min(made.spikes)
    found = [one for one in rises(made.bill, LIMITS, SINCE) if one.day == day]
    assert [(one.cut, one.where) for one in found] == [(Cut.STACK, "checkout")]
    assert found[0].drivers[0].stack == "checkout"
    assert found[0].drivers[0].share > 0.8


def test_sums_of_two_weeks_are_forecast_better_than_by_repeating_the_past() -> None:
    off: dict[str, list[float]] = {"ours": [], "naive": [], "seasonal": []}
    for seed in range(20):
        days, horizon = whole(seed), 14
        known, came, newest = days[:-horizon], days[-horizon:].sum(), TODAY - timedelta(days=horizon + 1)
        for name, method in (("ours", expected), ("naive", naive), ("seasonal", seasonal_naive)):
            off[name].append(abs(method(known, newest, horizon).sum() / came - 1))
    ours, repeated, weekly = (float(np.mean(off[name])) for name in ("ours", "naive", "seasonal"))
    assert ours < repeated
    assert ours < weekly


@pytest.mark.parametrize("seed", range(10))
def test_seven_days_before_it_the_day_of_the_cap_is_known_within_one(seed: int) -> None:
    days = whole(seed)
    limit, spent = float(days[-30:].sum()) - 1.0, float(days[-30:-7].sum())
    newest, real = TODAY - timedelta(days=8), TODAY - timedelta(days=1)
    ahead = forecast(days[:-7], newest, 14)
    assert ahead is not None
    hit = cap_hit(limit, spent, newest, ahead.daily, low=ahead.low, high=ahead.high)
    assert hit.day is not None
    assert abs((hit.day - real).days) <= 1
