"""What is free in a month is used up first, in the order of days, pooled over an account."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.spend.allowances import Counted, price_month

ARM, X86 = Counted("lambda-requests-arm", "eu-west-1"), Counted("lambda-requests", "eu-west-1")


def test_nothing_is_paid_while_it_is_free() -> None:
    month = price_month([(0, {X86: 400_000.0}), (1, {X86: 400_000.0})])
    assert sum(month.costs.values()) == 0
    assert month.prices[X86] == 0


def test_what_is_free_is_shared_by_a_pool() -> None:
    month = price_month([(0, {X86: 1_000_000.0, ARM: 1_000_000.0})])
    assert month.costs[0, "AWS Lambda"] == pytest.approx(Decimal("0.20"))
    assert month.prices[ARM] == Decimal("0.0000002")


def test_a_higher_tier_makes_the_next_unit_cheaper() -> None:
    rest = Counted("rest-requests", "us-east-1")
    assert price_month([(0, {rest: 400_000_000.0})]).prices[rest] == Decimal("0.0000028")


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20))
def test_days_of_a_month_cost_what_the_month_costs_at_once(days: list[float]) -> None:
    apart = price_month((number, {X86: amount}) for number, amount in enumerate(days))
    at_once = price_month([(0, {X86: sum(days)})])
    assert float(sum(apart.costs.values())) == pytest.approx(float(sum(at_once.costs.values())), abs=1e-6)
