"""Tables of spend."""

from dashboard.spend.models.anomalies import UnexpectedRule, UnexpectedSpend
from dashboard.spend.models.budgets import AwsBudget, Budget
from dashboard.spend.models.burn import BurnDay, BurnStanding, BurnTally, RunawayCost
from dashboard.spend.models.settled import (
    AwsForecast,
    BilledDay,
    BilledMonth,
    CostMonth,
    CostReading,
    CostSum,
    SummedAccount,
)

__all__ = [
    "AwsBudget",
    "AwsForecast",
    "BilledDay",
    "BilledMonth",
    "Budget",
    "BurnDay",
    "BurnStanding",
    "BurnTally",
    "CostMonth",
    "CostReading",
    "CostSum",
    "RunawayCost",
    "SummedAccount",
    "UnexpectedRule",
    "UnexpectedSpend",
]
