"""Estimates of settled days against the bill."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.spend.calibration import calibrate


def days(*amounts: float) -> dict[date, Decimal]:
    return {date(2026, 11, 1) + timedelta(days=at): Decimal(str(amount)) for at, amount in enumerate(amounts)}


def test_a_steady_difference_is_corrected_and_leaves_no_error() -> None:
    found = calibrate(days(10, 20, 30, 40), days(8, 16, 24, 32))
    assert found is not None
    assert (found.factor, found.error, found.raw_error) == pytest.approx((0.8, 0.0, 0.25))


def test_two_days_are_too_few() -> None:
    assert calibrate(days(1, 1), days(1, 1)) is None


def test_a_bill_about_far_more_corrects_nothing_and_shows_the_error() -> None:
    found = calibrate(days(1, 1, 1), days(10, 10, 10))
    assert found is not None
    assert (found.factor, found.error) == pytest.approx((1.0, 0.9))
