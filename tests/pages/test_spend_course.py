"""The picture of a budget's period: paths of what was spent and is expected, the cap, and the day of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dashboard.pages.spend.course import HEIGHT, draw_course
from dashboard.spend.found import BudgetPath
from tests.pages.spending import BUDGET

TODAY = date(2026, 3, 5)
DAYS = tuple(date(2026, 3, 1) + timedelta(days=number) for number in range(10))
PATH = BudgetPath(
    days=DAYS,
    spent=(Decimal(10), Decimal(20), Decimal(30)),
    expected=tuple(Decimal(40 + 10 * number) for number in range(7)),
    low=tuple(Decimal(39 + 9 * number) for number in range(7)),
    high=tuple(Decimal(41 + 11 * number) for number in range(7)),
)
ONE = replace(
    BUDGET, start=DAYS[0], end=date(2026, 3, 11), limit=Decimal(80), cap_day=date(2026, 3, 8),
    cap_day_low=date(2026, 3, 7), cap_day_high=date(2026, 3, 9), path=PATH,
)  # fmt: skip


def test_what_is_expected_goes_on_from_what_was_spent_day_by_day() -> None:
    drawn = draw_course(ONE, TODAY)
    assert drawn is not None
    assert drawn.spent == f"M0 {HEIGHT}L100 205.3L200 190.7L300 176"
    assert drawn.expected.startswith("M300 176L400 161.3L500")
    assert drawn.expected.endswith("L1000 73.3")


def test_the_path_meets_the_cap_on_the_day_of_it() -> None:
    drawn = draw_course(ONE, TODAY)
    assert drawn is not None
    assert (drawn.hit, drawn.hit_text) == (80.0, "8 Mar")
    assert f"L800 {drawn.cap:g}" in drawn.expected
    assert drawn.hit_span == (700.0, 200.0)
    assert drawn.today == 500.0


def test_a_cap_that_may_not_come_is_open_to_the_end_of_the_period() -> None:
    drawn = draw_course(replace(ONE, cap_day_high=None), TODAY)
    assert drawn is not None
    assert drawn.hit_span == (700.0, 300.0)


def test_a_cap_that_holds_has_no_day() -> None:
    drawn = draw_course(replace(ONE, cap_day=None, cap_day_low=None, cap_day_high=None), TODAY)
    assert drawn is not None
    assert (drawn.hit, drawn.hit_span) == (None, None)


def test_without_known_days_there_is_no_picture() -> None:
    assert draw_course(replace(ONE, path=None), TODAY) is None
    assert draw_course(replace(ONE, path=BudgetPath(DAYS, ())), TODAY) is None
