"""One line of a bill, in whole units of a ten-billionth of a dollar, so that sums are exact."""

from dataclasses import dataclass, replace

SCALE = 10**10
"""Parts of a dollar, and of a unit of usage."""
USAGE, TAX, CREDIT, REFUND, SUPPORT = "Usage", "Tax", "Credit", "Refund", "Support"
COVERED, NEGATION = "SavingsPlanCoveredUsage", "SavingsPlanNegation"
RECURRING, UPFRONT = "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee"
NO_REGION, NO_USAGE_TYPE = "NoRegion", "NoUsageType"


@dataclass(frozen=True, slots=True)
class Charge:
    """What one day costs for one usage type in one region with the same tags; `day` counts from 1970."""

    day: int
    account_id: str
    service: str
    region: str
    usage_type: str
    record_type: str
    tags: tuple[tuple[str, str], ...]
    unblended: int
    amortized: int
    quantity: int = 0
    unit: str = ""

    def of(self, record_type: str, unblended: int, amortized: int, quantity: int = 0) -> "Charge":
        """The same with another type of record and other amounts."""
        return replace(self, record_type=record_type, unblended=unblended, amortized=amortized, quantity=quantity)


def whole(dollars: float) -> int:
    """Dollars, or units of usage, in whole parts."""
    return round(dollars * SCALE)
