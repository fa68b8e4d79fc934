"""Bills for tests of pages: what reads find, made by hand, and rows as collecting writes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from dashboard.inventory.models import Account
from dashboard.spend.amounts import DAYS, by_month, pack, unpack
from dashboard.spend.found import BudgetStatus, Cut, Driver, MonthFigures, SpendRow, SpendTable, Unexpected
from dashboard.spend.models import BilledDay, CostMonth
from tests.factories import NOW

TODAY = NOW.date()
FIRST = TODAY - timedelta(days=30)


def row(label: str, *amounts: str, before: str = "0", total: Decimal = Decimal(0), drill: str = "stack") -> SpendRow:
    """A row with its days; the last of `amounts` is yesterday."""
    daily = tuple(Decimal(one) for one in amounts)
    amount, earlier = sum(daily, Decimal(0)), Decimal(before)
    return SpendRow(
        key=label,
        label=label or "not tagged",
        amount=amount,
        before=earlier,
        change=float((amount - earlier) / earlier) if earlier else None,
        share=float(amount / total) if total else 0.0,
        daily=daily,
        drill={drill: label} if label else None,
    )


def table(rows: Mapping[str, Sequence[str]], before: Mapping[str, str] | None = None, **columns: Any) -> SpendTable:
    """A table of stacks by their amounts a day."""
    total = sum((Decimal(one) for amounts in rows.values() for one in amounts), Decimal(0))
    earlier = before or {}
    made = [row(label, *amounts, before=earlier.get(label, "0"), total=total) for label, amounts in rows.items()]
    number = len(next(iter(rows.values())))
    given: dict[str, Any] = {
        "rows": tuple(sorted(made, key=lambda one: one.amount, reverse=True)),
        "total": total,
        "before": sum((Decimal(one) for one in earlier.values()), Decimal(0)),
        "currency": "USD",
        "days": tuple(TODAY - timedelta(days=number - at) for at in range(number)),
        "estimated_from": None,
        "untagged": None,
        "normal_low": (None,) * number,
        "normal_high": (None,) * number,
    }
    return SpendTable(**{**given, **columns})


FIGURES = MonthFigures(
    currency="USD",
    to_date=Decimal("231.40"),
    last_month=Decimal("640.00"),
    last_month_same_days=Decimal("200.00"),
    forecast_low=Decimal("680"),
    forecast=Decimal("710"),
    forecast_high=Decimal("741"),
    forecast_error=0.041,
    aws_forecast=Decimal("722"),
    aws_low=Decimal("690"),
    aws_high=Decimal("760"),
    settled_until=TODAY - timedelta(days=2),
    collected_at=NOW - timedelta(hours=5),
)
RISE = Unexpected(
    id=1,
    day=TODAY - timedelta(days=2),
    account="Shop",
    where="checkout-prod",
    cut=Cut.STACK,
    amount=Decimal("76.2"),
    normal=Decimal("36"),
    extra=Decimal("40.2"),
    currency="USD",
    share=1.12,
    drivers=(Driver("EU-Lambda-GB-Second", "AWS Lambda", "eu-west-1", "checkout-prod", Decimal("33.4"), 0.83),),
    deploys=(("checkout-prod", 1, datetime(2026, 3, 8, 9, 0, tzinfo=UTC)),),
    traffic_change=0.01,
    from_aws=True,
    sentence="checkout-prod cost 76.20 USD on Sunday, 112 % over its normal 36.00 USD.",
    resolved=False,
)
BUDGET = BudgetStatus(
    id="aws-1",
    name="Shop in all",
    source="aws",
    scope_text="account Shop",
    period="monthly",
    start=date(2026, 3, 1),
    end=date(2026, 4, 1),
    limit=Decimal(250),
    actual=Decimal("231.40"),
    currency="USD",
    used=0.9256,
    forecast_low=Decimal(680),
    forecast=Decimal(710),
    forecast_high=Decimal(741),
    aws_forecast=Decimal(722),
    cap_day=TODAY + timedelta(days=3),
    cap_day_low=TODAY + timedelta(days=2),
    cap_day_high=TODAY + timedelta(days=4),
    state="critical",
    sentence="Cap reached on Friday 13 March, in 3 days (12–14 March)",
    notifications=("80 % of actual: sent", "100 % of forecast: waiting"),
    history=((date(2026, 1, 1), Decimal(250), Decimal("201.10")), (date(2026, 2, 1), Decimal(250), Decimal("260.00"))),
    updated_at=NOW - timedelta(hours=2),
)


def bill_days(account: Account, parts: Mapping[tuple[str, str, str], str], days: int = 90) -> None:
    """Rows as collecting writes them: (service, usage type, stack) to what it costs on each day until yesterday."""
    span = [TODAY - timedelta(days=number) for number in range(days, 0, -1)]
    for (service, usage, stack), price in parts.items():
        amounts = {day: Decimal(price) for day in span}
        for pair, first, second in (
            ("service", service, ""),
            ("usage_type", service, usage),
            ("region", service, "eu-west-1"),
            ("stack", service, stack),
            ("stack_usage", usage, stack),
            ("record_type", service, "Usage"),
        ):
            _add(account, pair, first, second, amounts)
    total = sum(map(Decimal, parts.values()), Decimal(0))
    rows = [
        BilledDay(
            account=account, day=day, currency="USD", unblended=total, amortized=total, gap=0, read_at=NOW,
            estimated=day > TODAY - timedelta(days=3),
        )
        for day in span
    ]  # fmt: skip
    BilledDay.objects.bulk_create(rows)


def _add(account: Account, pair: str, first: str, second: str, amounts: Mapping[date, Decimal]) -> None:
    for month, places in by_month(amounts).items():
        key = {"account": account, "pair": pair, "first": first, "second": second, "month": month, "currency": "USD"}
        row = CostMonth.objects.filter(**key).first() or CostMonth(**key)
        units = unpack(row.unblended) if row.pk else np.zeros(DAYS, np.int64)
        for place, amount in places.items():
            units[place] += amount
        row.unblended = row.amortized = pack(units)
        row.save()
