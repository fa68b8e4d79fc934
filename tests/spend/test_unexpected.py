"""What is unexpected in a bill, and what only looks so because it comes every month."""

from datetime import date, timedelta

import numpy as np
import pytest

from dashboard.spend.unexpected import Bill, Limits, rises

TODAY = date(2026, 11, 23)
DAYS = tuple(TODAY - timedelta(days=number) for number in range(90, -1, -1))
LIMITS = Limits(share=0.2, floor=5.0)


def bill(usual: float, then: dict[date, float]) -> Bill:
    """One service of one stack that costs the same every day but for those named."""
    values = np.array([then.get(day, usual) for day in DAYS], np.float64)
    return Bill(DAYS, {("Amazon Cognito", "EU-MAU"): values}, {("EU-MAU", "identity"): values})


def unexpected(usual: float, then: dict[date, float]) -> list[date]:
    return [rise.day for rise in rises(bill(usual, then), LIMITS, TODAY - timedelta(days=14))]


def until_month_ends(first: date, amount: float) -> dict[date, float]:
    days = (first + timedelta(days=number) for number in range(31))
    return {day: amount for day in days if day.month == first.month and day <= TODAY}


def test_a_day_far_over_its_normal_is_unexpected() -> None:
    assert unexpected(10, {date(2026, 11, 22): 30}) == [date(2026, 11, 22)]


def test_a_free_tier_that_is_used_up_in_the_same_days_of_each_month_is_not() -> None:
    each_month = [date(2026, 9, 23), date(2026, 10, 21), date(2026, 11, 22)]
    assert unexpected(0, {day: cost for first in each_month for day, cost in until_month_ends(first, 10).items()}) == []


def test_it_is_when_it_is_used_up_for_the_first_time() -> None:
    assert unexpected(0, until_month_ends(date(2026, 11, 22), 10)) == [date(2026, 11, 22), date(2026, 11, 23)]


def test_it_is_when_it_comes_to_far_more_than_last_month() -> None:
    before = until_month_ends(date(2026, 9, 22), 10) | until_month_ends(date(2026, 10, 22), 10)
    assert unexpected(0, before | until_month_ends(date(2026, 11, 22), 40)) == [date(2026, 11, 22), date(2026, 11, 23)]


def test_a_rise_on_a_day_on_which_one_of_two_earlier_months_had_one_is_unexpected() -> None:
    assert unexpected(10, {date(2026, 10, 22): 30, date(2026, 11, 22): 30}) == [date(2026, 11, 22)]


@pytest.mark.parametrize(("fee", "told"), [(100, []), (104, []), (140, [date(2026, 11, 1)])])
def test_fees_of_the_first_are_unexpected_only_when_they_rose(fee: float, told: list[date]) -> None:
    found = rises(bill(2, {date(2026, 10, 1): 100, date(2026, 11, 1): fee}), LIMITS, date(2026, 11, 1))
    assert [rise.day for rise in found] == told
