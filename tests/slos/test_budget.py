"""Error budgets: how much is used and left, and how long it lasts."""

from datetime import timedelta

import pytest

from dashboard.slos.budget import budget_of, burn_rate, gone_in, left_over_time, say_share
from dashboard.slos.counts import Sum
from tests.slos.building import MONDAY, counted, gap, stretch

MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("total", "bad", "objective", "used"),
    [(100_000, 0, 0.999, 0.0), (100_000, 50, 0.999, 0.5), (100_000, 180, 0.999, 1.8), (1000, 20, 0.9, 0.2)],
)
def test_the_budget_is_the_share_of_failures_that_the_objective_allows(
    total: float, bad: float, objective: float, used: float
) -> None:
    found = budget_of(Sum(total, bad, 1), objective)
    assert found.used == pytest.approx(used)
    assert found.left == pytest.approx(1 - used)


def test_without_events_nothing_is_known_of_the_budget() -> None:
    found = budget_of(Sum(0, 0, 1), 0.999)
    assert (found.used, found.left) == (None, None)
    assert burn_rate(Sum(0, 0, 1), 0.999) is None


@pytest.mark.parametrize(
    ("left", "rate", "lasts"),
    [
        (1.0, 1.0, MONTH),
        (0.5, 1.0, MONTH / 2),
        (1.0, 14.4, timedelta(hours=50)),
        (0.5, 0.0, None),
        (0.5, 0.99, None),
        (-0.8, 3.0, timedelta(0)),
        (-0.8, 0.0, timedelta(0)),
        (None, 3.0, None),
        (0.5, None, None),
    ],
)
def test_a_budget_lasts_as_long_as_the_burn_rate_lets_it(
    left: float | None, rate: float | None, lasts: timedelta | None
) -> None:
    assert gone_in(left, rate, MONTH) == lasts


def test_the_line_of_what_is_left_falls_with_each_failure_and_has_gaps_where_nothing_is_known() -> None:
    counts = counted(stretch(1, 100), stretch(1, 100, 0.1), gap(1), stretch(1, 100, 0.2))
    found = left_over_time(counts, 0.999, 12)
    assert [at - MONDAY for at, _ in found] == [3600, 7200, 10_800, 14_400]
    assert [None if left is None else round(left, 6) for _, left in found] == [1, 0.666667, None, 0]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.9982, "99.82 %"), (0.99999, "99.999 %"), (0.999996, "99.9996 %"), (1.0, "100 %"), (0.9, "90 %"),
     (None, "no data")],
)  # fmt: skip
def test_nines_are_never_rounded_up(value: float | None, said: str) -> None:
    assert say_share(value) == said
