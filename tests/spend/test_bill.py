"""What is stored of a bill: sums to the cent, whatever is read again; one currency never counts in another."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dashboard.access.roles import EVERYTHING
from dashboard.aws import CostDay
from dashboard.inventory.models import Account
from dashboard.spend.found import Basis, Cut, SpendQuery, SpendTable
from dashboard.spend.models import BilledDay, CostMonth
from dashboard.spend.read.settled import spend_tables
from dashboard.spend.write.settled import store_days
from tests.factories import NOW, make_account
from tests.spend.bills import TODAY, group

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=10)
DAY = TODAY - timedelta(days=3)
WINDOW = (DAY, DAY + timedelta(days=1))


def day_of(parts: dict[tuple[str, str], Decimal], currency: str = "USD", *, total: Decimal | None = None) -> CostDay:
    groups = () if total is not None else tuple(group(keys, amount, currency) for keys, amount in parts.items())
    return CostDay(DAY, False, groups, total, total, currency)


def store(account: Account, parts: dict[tuple[str, str], Decimal], currency: str = "USD") -> None:
    total = sum(parts.values(), Decimal(0))
    answers = {"usage_type": [day_of(parts, currency)]}
    store_days(account, WINDOW, [day_of({}, currency, total=total)], answers, NOW)


def tables(cut: Cut = Cut.SERVICE) -> dict[str, SpendTable]:
    query = SpendQuery(EVERYTHING, cut, Basis.UNBLENDED, WINDOW)
    return {one.currency: one for one in spend_tables(query, NOW)}


class Sums(TestCase):
    """Of any bill."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.dictionaries(
            st.tuples(st.sampled_from("ABC"), st.sampled_from(["EU-x", "EU-y", "USE1-z"])), AMOUNTS, min_size=1
        )
    )
    def test_groups_sum_to_the_total_exactly_however_often_they_are_read(
        self, parts: dict[tuple[str, str], Decimal]
    ) -> None:
        account = Account.objects.first() or make_account()
        for _ in range(2):
            store(account, parts)
        total = sum(parts.values(), Decimal(0))
        shown = [tables(cut)["USD"] for cut in (Cut.SERVICE, Cut.USAGE_TYPE)] if total else []
        for table in shown:
            assert table.total == total == sum(row.amount for row in table.rows)
        assert BilledDay.objects.get().gap == 0


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


def test_what_aws_took_back_is_gone(account: Account) -> None:
    store(account, {("AWS Lambda", "EU-x"): Decimal(3), ("Amazon S3", "EU-y"): Decimal(2)})
    store(account, {("AWS Lambda", "EU-x"): Decimal("2.5")})
    assert tables()["USD"].total == Decimal("2.5")
    assert not CostMonth.objects.filter(first="Amazon S3").exists()


def test_currencies_are_never_added(account: Account) -> None:
    store(account, {("AWS Lambda", "EU-x"): Decimal(3)})
    store(make_account("Other", 2), {("AWS Lambda", "CNN1-x"): Decimal(7)}, "CNY")
    assert {currency: table.total for currency, table in tables().items()} == {"USD": Decimal(3), "CNY": Decimal(7)}


def test_parts_that_do_not_reach_the_total_are_told(account: Account) -> None:
    answers = {"usage_type": [day_of({("AWS Lambda", "EU-x"): Decimal(3)})]}
    store_days(account, WINDOW, [day_of({}, total=Decimal("3.02"))], answers, NOW)
    assert BilledDay.objects.get().gap == Decimal("0.02")
