"""Sums over all accounts follow what is read again; a page never shows more or less than the accounts' rows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.access.roles import EVERYTHING
from dashboard.inventory.models import Account
from dashboard.spend.found import Basis, Cut, SpendQuery
from dashboard.spend.models import CostMonth, CostSum, SummedAccount
from dashboard.spend.read.settled import spend_tables
from tests.factories import NOW, make_account
from tests.spend.bills import START, TODAY, bill

pytestmark = pytest.mark.django_db
LAMBDA, TABLES = ("AWS Lambda", "EU-Request", "checkout"), ("Amazon DynamoDB", "EU-ReadRequests", "checkout")


def shown() -> dict[str, str]:
    query = SpendQuery(
        EVERYTHING, Cut.SERVICE, Basis.UNBLENDED, (TODAY - timedelta(days=11), TODAY - timedelta(days=1))
    )
    return {row.label: f"{row.amount.normalize():f}" for table in spend_tables(query, NOW) for row in table.rows}


@pytest.fixture
def both() -> tuple[Account, Account]:
    first, second = make_account(), make_account("Data", 2)
    bill(first, {LAMBDA: 1.0, TABLES: 0.5})
    bill(second, {LAMBDA: 2.0})
    return first, second


def test_services_of_all_accounts_are_one_sum(both: tuple[Account, Account]) -> None:
    assert shown() == {"AWS Lambda": "30", "Amazon DynamoDB": "5"}
    assert (
        CostSum.objects.filter(pair="service").count()
        == CostMonth.objects.filter(pair="service", account=both[0]).count()
    )


def test_what_is_read_again_replaces_what_was_summed(both: tuple[Account, Account]) -> None:
    bill(both[0], {LAMBDA: 1.25})
    bill(both[0], {LAMBDA: 1.25})
    assert shown() == {"AWS Lambda": "32.5"}
    assert not CostSum.objects.filter(first="Amazon DynamoDB").exists()


def test_an_account_that_is_removed_counts_no_more_at_once_and_after_the_next_reading(
    both: tuple[Account, Account],
) -> None:
    both[1].delete()
    assert shown() == {"AWS Lambda": "10", "Amazon DynamoDB": "5"}
    bill(both[0], {LAMBDA: 1.0})
    assert shown() == {"AWS Lambda": "10"}
    assert list(SummedAccount.objects.values_list("account", flat=True)) == [both[0].pk]


def test_an_account_that_is_not_in_the_sums_yet_is_counted_all_the_same(both: tuple[Account, Account]) -> None:
    SummedAccount.objects.all().delete()
    CostSum.objects.all().delete()
    assert shown() == {"AWS Lambda": "30", "Amazon DynamoDB": "5"}
    bill(both[0], {LAMBDA: 1.0})
    assert shown() == {"AWS Lambda": "30"}
    assert SummedAccount.objects.count() == 2


def test_a_rise_of_one_account_stands_in_the_sum_of_its_day(both: tuple[Account, Account]) -> None:
    day = START + timedelta(days=85)
    bill(both[1], {LAMBDA: 2.0}, extra={day: 7.0})
    query = SpendQuery(EVERYTHING, Cut.USAGE_TYPE, Basis.AMORTIZED, (day, day + timedelta(days=1)))
    (table,) = spend_tables(query, NOW)
    assert {row.label: row.amount for row in table.rows} == {
        "EU-Request": Decimal(10),
        "EU-ReadRequests": Decimal("0.5"),
    }
