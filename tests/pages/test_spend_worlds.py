"""Pages of money and the overview answer in every installation: without accounts, without a bill, with many of both."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from dashboard.polls.models import Target
from dashboard.spend.amounts import month_of
from dashboard.spend.models import AwsBudget, AwsForecast, BilledDay, BilledMonth, Budget, CostMonth, UnexpectedSpend
from tests.factories import NOW, make_account, make_stack, make_user
from tests.pages.spending import TODAY, bill_days

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/", "/?range=7d", "/spend/", "/spend/?by=service&columns=month&charges=all", "/spend/?by=account",
    "/spend/?by=record_type", "/spend/?basis=amortized", "/spend/?period=month", "/spend/month/", "/spend/ahead/",
    "/spend/tile/", "/spend/burning/", "/spend/observing/", "/spend/live/", "/spend/months/", "/spend/months/table.csv",
    "/spend/table.csv", "/spend/budgets/",
)  # fmt: skip


def nothing() -> None:
    """No account at all."""


def no_bill() -> None:
    make_stack(make_account())


def days_of_nothing() -> None:
    """Cost Explorer answered, with no cost."""
    account = make_account()
    BilledDay.objects.create(
        account=account, day=TODAY, currency="USD", unblended=0, amortized=0, gap=0, estimated=True, read_at=NOW
    )
    Budget.objects.create(name="Unused", limit=Decimal("0.01"))


def paid_back() -> None:
    """More was paid back than was spent."""
    account = make_account()
    bill_days(account, {("AWS Lambda", "EU-Request", ""): "-2.50"})
    Budget.objects.create(name="Everything", limit=10)


def two_currencies() -> None:
    for number, currency in enumerate(("USD", "CNY", "EUR"), start=1):
        account = make_account(currency, number)
        make_stack(account, f"stack-{currency}")
        bill_days(account, {("AWS Lambda", "EU-Request", f"stack-{currency}"): "1.50", ("AWS IoT", "EU-x", ""): "0.1"})
        for rows in (CostMonth, BilledDay):
            rows.objects.filter(account=account).update(currency=currency)
        Target.objects.create(
            account=account,
            region="us-east-1",
            source="costs",
            every=timedelta(hours=8),
            due_at=NOW,
            last_success_at=NOW,
        )
        BilledMonth.objects.create(
            account=account,
            month=month_of(TODAY) - 5,
            service="AWS Lambda",
            currency=currency,
            unblended=9,
            amortized=9,
        )
        AwsForecast.objects.create(
            account=account, month=month_of(TODAY), since=TODAY, mean=9, low=8, high=10, currency=currency, read_at=NOW
        )
        AwsBudget.objects.create(
            account=account, name="All", period="MONTHLY", limit=9, actual=8, currency=currency, seen_at=NOW
        )
        UnexpectedSpend.objects.create(
            account=account, day=TODAY, cut="account", where="", amount=9, normal=0, currency=currency, found_at=NOW
        )


def many_accounts() -> None:
    for number in range(1, 26):
        bill_days(make_account(f"Account {number}", number), {("AWS Lambda", "EU-Request", ""): "1"}, days=3)


@pytest.mark.parametrize("world", [nothing, no_bill, days_of_nothing, paid_back, two_currencies, many_accounts])
@pytest.mark.parametrize("role", ["admin", "operator"])
def test_every_page_answers(client: Client, now: None, world: Callable[[], None], role: str) -> None:
    world()
    client.force_login(make_user("mia", role))
    answers = {address: client.get(address).status_code for address in ADDRESSES}
    assert {address: code for address, code in answers.items() if code != 200} == {}
