"""What a day normally costs, taught by the same weekday of the weeks before."""

import numpy as np

from dashboard.spend.baseline import normals

WEEKS = 12


def test_one_dear_day_does_not_lift_the_normal_of_the_weeks_after_it() -> None:
    days = np.full(7 * WEEKS, 100.0)
    days[7 * 8] = 800.0
    middle, _low, high = normals(days)
    assert set(middle[7 * 8 :: 7]) == {100.0}
    assert set(high[7 * 8 + 7 :: 7]) == {105.0}


def test_a_level_that_has_moved_for_good_is_followed_after_two_weeks() -> None:
    days = np.full(7 * WEEKS, 100.0)
    days[7 * 8 :] = 160.0
    middle, *_ = normals(days)
    assert list(middle[7 * 8 :: 7]) == [100.0, 100.0, 160.0, 160.0]


def test_too_few_days_have_no_normal() -> None:
    middle, *_ = normals(np.full(9, 100.0))
    assert list(np.isnan(middle)) == [True] * 7 + [False] * 2
