"""Budgets that count tax and credits: tax goes with what it is on, though AWS bills it on the first of the month."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.aws import CostDay, CostGroup
from dashboard.inventory.models import Account
from dashboard.spend.models import AwsBudget
from dashboard.spend.read.bill import Bill, Days, Limits
from dashboard.spend.read.budgets import all_statuses
from dashboard.spend.read.days import Span
from dashboard.spend.write.settled import store_days
from tests.factories import NOW, make_account
from tests.spend.bills import TODAY, group

FIRST = TODAY.replace(day=1)
SPAN = Span(FIRST, TODAY)
WITH_TAX = Limits(charges=frozenset({"Tax"}))
Charges = Mapping[str, Mapping[date, int]]
"""What each day costs by record type."""


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


def store(account: Account, charges: Charges) -> None:
    days = [
        CostDay(day, False, tuple(_group(kind, each[day]) for kind, each in charges.items() if day in each),
                None, None, "USD")
        for day in SPAN.days
    ]  # fmt: skip
    store_days(account, (SPAN.start, SPAN.end), [], {"usage_type": [], "record_type": days}, NOW)


def _group(kind: str, amount: int) -> CostGroup:
    return group((kind if kind == "Tax" else "AWS Lambda", kind), Decimal(amount))


def usage(amount: int = 10) -> dict[date, int]:
    return dict.fromkeys(SPAN.days, amount)


def days_of(limits: Limits) -> Days:
    return Bill(SPAN, SPAN.days[-1], [limits]).of(limits)["USD"]


def test_tax_is_spread_over_the_days_that_it_is_on_and_the_sum_is_kept(account: Account) -> None:
    tax = 2 * len(SPAN.days)
    store(account, {"Usage": usage(), "Tax": {FIRST: tax}})
    days = days_of(WITH_TAX)
    assert days.settled() == pytest.approx([12.0] * len(SPAN.days))
    assert days.since(FIRST) == Decimal(12 * len(SPAN.days))


def test_a_credit_counts_on_its_day_where_credits_count(account: Account) -> None:
    store(account, {"Usage": usage(), "Credit": {FIRST: -4}})
    whole = Decimal(10 * len(SPAN.days))
    assert days_of(Limits(charges=frozenset({"Credit"}))).since(FIRST) == whole - 4
    assert days_of(Limits(charges=frozenset())).since(FIRST) == whole


def test_a_budget_of_one_service_has_no_tax_which_is_a_service_of_its_own(account: Account) -> None:
    store(account, {"Usage": usage(), "Tax": {FIRST: 50}})
    limits = Limits(services=frozenset({"AWS Lambda"}), charges=frozenset({"Tax"}))
    assert days_of(limits).since(FIRST) == Decimal(10 * len(SPAN.days))


@pytest.mark.parametrize(("types", "spent"), [({}, 12), ({"IncludeTax": False}, 10), ({"UseBlended": True}, 1)])
def test_a_budget_of_aws_counts_what_it_says_or_else_as_aws_adds_up(
    account: Account, types: dict[str, bool], spent: int
) -> None:
    store(account, {"Usage": usage(), "Tax": {FIRST: 2 * len(SPAN.days)}})
    AwsBudget.objects.create(
        account=account, name="all", period="MONTHLY", limit=Decimal(1000), actual=Decimal(len(SPAN.days)),
        currency="USD", cost_types=types, seen_at=NOW,
    )  # fmt: skip
    ((_, status),) = all_statuses(account, NOW + timedelta(hours=1))
    assert status.actual == Decimal(spent * len(SPAN.days))
