"""Months by service: those before the bill was read by day as they were told, later ones as the sum of their days."""

from datetime import date
from decimal import Decimal

import pytest

from dashboard.access.roles import EVERYTHING
from dashboard.inventory.models import Account
from dashboard.spend.amounts import month_of
from dashboard.spend.found import Basis, Cut, MonthTable, SpendQuery
from dashboard.spend.models import BilledMonth
from dashboard.spend.read.months import monthly
from tests.factories import make_account
from tests.pages.spending import TODAY, bill_days

pytestmark = pytest.mark.django_db
USAGE = ("AWS Lambda", "EU-Request", "checkout")


def told(account: Account, month: date, amount: str, service: str = "AWS Lambda", currency: str = "USD") -> None:
    BilledMonth.objects.create(
        account=account, month=month_of(month), service=service, currency=currency, unblended=amount, amortized="1"
    )


def months(basis: Basis = Basis.UNBLENDED, accounts: frozenset[int] = frozenset()) -> list[MonthTable]:
    query = SpendQuery(EVERYTHING, Cut.SERVICE, basis, (TODAY, TODAY), accounts)
    return list(monthly(query, TODAY))


def by_month(table: MonthTable) -> dict[str, str]:
    return {f"{month:%b}": f"{total.normalize():f}" for month, total in zip(table.months, table.totals, strict=True)}


def test_a_month_counts_by_its_days_as_soon_as_all_of_them_were_read_and_as_told_before() -> None:
    account = make_account()
    bill_days(account, {USAGE: "1.10"}, days=50)  # from 19 January until 9 March
    told(account, date(2025, 12, 1), "40")
    told(account, date(2026, 1, 1), "35.5")
    told(account, date(2026, 2, 1), "999")  # its days say more
    (table,) = months()
    assert by_month(table) == {"Dec": "40", "Jan": "35.5", "Feb": "30.8", "Mar": "9.9"}


def test_an_account_that_was_connected_later_is_counted_once_in_each_month() -> None:
    first, later = make_account(), make_account("Later", 2)
    bill_days(first, {USAGE: "1"}, days=80)  # from 20 December
    bill_days(later, {USAGE: "10"}, days=20)  # from 18 February
    told(first, date(2026, 1, 1), "999")
    told(later, date(2026, 1, 1), "300")
    told(later, date(2026, 2, 1), "290")
    (table,) = months()
    assert by_month(table) == {"Jan": "331", "Feb": "318", "Mar": "99"}
    (alone,) = months(accounts=frozenset({later.pk}))
    assert by_month(alone) == {"Jan": "300", "Feb": "290", "Mar": "90"}


def test_bases_and_currencies_stand_apart() -> None:
    account = make_account()
    bill_days(account, {USAGE: "1"}, days=5)
    told(account, date(2026, 1, 1), "300")
    told(account, date(2026, 1, 1), "7000", currency="CNY")
    assert [(one.currency, one.totals[0]) for one in months()] == [("CNY", Decimal(7000)), ("USD", Decimal(300))]
    assert {one.totals[0] for one in months(Basis.AMORTIZED)} == {Decimal(1)}
