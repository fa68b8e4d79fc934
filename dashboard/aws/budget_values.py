"""What reads of AWS Budgets give back: amounts are exact decimals, and keep their unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BudgetNotification:
    """When AWS tells somebody of a budget."""

    comparison: str
    """GREATER_THAN, LESS_THAN or EQUAL_TO."""
    threshold: Decimal
    threshold_type: str
    """PERCENTAGE of the limit, or ABSOLUTE_VALUE."""
    kind: str
    """ACTUAL or FORECASTED."""
    state: str
    """OK or ALARM; blank where AWS does not say."""


@dataclass(frozen=True, slots=True)
class AwsBudget:
    """A budget of AWS Budgets as AWS last worked it out, some hours ago.

    `start` and `end` say from when until when the budget is valid, not its current period; AWS writes 2087-06-15 for
    no end. `currency` is a unit such as GB in budgets that are not about COST. `filters` has the values by dimension
    (SERVICE, REGION, LINKED_ACCOUNT, …) or `TAG:key`; a filter that is no plain list of values stands as JSON under
    EXPRESSION.
    """

    name: str
    kind: str
    period: str
    """DAILY, MONTHLY, QUARTERLY, ANNUALLY or CUSTOM."""
    limit: Decimal
    currency: str
    actual: Decimal
    forecast: Decimal | None
    start: date | None
    end: date | None
    filters: Mapping[str, tuple[str, ...]]
    notifications: tuple[BudgetNotification, ...]
    updated_at: datetime | None
    cost_types: Mapping[str, bool]
    """What counts, by AWS's names (IncludeTax, IncludeCredit, UseAmortized, …); empty where AWS doesn't say."""


@dataclass(frozen=True, slots=True)
class BudgetPeriod:
    """What was budgeted and spent in one past period, or so far in the current one; `end` is exclusive."""

    start: date
    end: date
    budgeted: Decimal
    actual: Decimal
    currency: str
