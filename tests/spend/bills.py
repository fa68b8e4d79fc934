"""Bills stored as collecting stores them."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from dashboard.aws import CostAnomaly, CostDay, CostGroup
from dashboard.inventory.models import Account
from dashboard.spend.write.settled import store_days
from tests.factories import NOW

TODAY = NOW.date()
START = TODAY - timedelta(days=89)
WINDOW = (START, TODAY)
Parts = Mapping[tuple[str, str, str], float]
"""What a day costs by service, usage type and stack."""


def group(keys: tuple[str, str], amount: Decimal, currency: str = "USD") -> CostGroup:
    return CostGroup(keys, amount, amount, Decimal(1), "Requests", currency)


def bill(account: Account, parts: Parts, extra: Mapping[date, float] | None = None) -> None:
    """A quarter until yesterday; each part costs `extra` more on the days that it names."""
    more, days = extra or {}, [START + timedelta(days=number) for number in range(89)]

    def answer(pick: int, other: int) -> list[CostDay]:
        return [
            CostDay(
                day=day,
                estimated=False,
                groups=tuple(
                    group((key[pick], key[other]), Decimal(str(amount + more.get(day, 0.0))))
                    for key, amount in parts.items()
                ),
                unblended=None,
                amortized=None,
                currency="USD",
            )
            for day in days
        ]

    answers = {"usage_type": answer(0, 1), "stack": answer(0, 2), "stack_usage": answer(1, 2)}
    store_days(account, WINDOW, [], answers, NOW)


def anomaly(day: date, service: str) -> CostAnomaly:
    return CostAnomaly(
        id="a-1", start=day, end=day, service=service, region="eu-west-1", linked_account="000000000001",
        usage_type="", impact=Decimal(40), expected=Decimal(10), actual=Decimal(50), score=0.9,
    )  # fmt: skip
