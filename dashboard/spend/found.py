"""What reads of spend find, as plain values. Amounts are exact and of one currency each; days are UTC, as AWS bills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from dashboard.access.roles import Scope


class Basis(StrEnum):
    """How upfront payments count: when they are paid, or spread over what they pay for. Never mixed."""

    UNBLENDED = "unblended"
    AMORTIZED = "amortized"


class Cut(StrEnum):
    """By what spend is told apart."""

    SERVICE = "service"
    REGION = "region"
    ACCOUNT = "account"
    USAGE_TYPE = "usage_type"
    STACK = "stack"
    ENVIRONMENT = "environment"
    TEAM = "team"
    RECORD_TYPE = "record_type"


@dataclass(frozen=True, slots=True)
class SpendQuery:
    """What somebody wants to see: days from the first to before the second, told apart by a cut, narrowed by others."""

    scope: Scope
    cut: Cut
    basis: Basis
    window: tuple[date, date]
    accounts: frozenset[int] = frozenset()
    """Keys of our table; empty for all."""
    service: str = ""
    usage_type: str = ""
    region: str = ""
    stack: str = ""
    environment: str = ""
    team: str = ""
    credits: bool = False
    """Whether credits, refunds and tax count too."""


@dataclass(frozen=True, slots=True)
class SpendRow:
    """One value of the cut: what it cost, and before that for as many days."""

    key: str
    label: str
    amount: Decimal
    before: Decimal
    change: float | None
    """None where nothing was spent before."""
    share: float
    daily: tuple[Decimal, ...]
    stack_id: int | None = None
    drill: Mapping[str, str] | None = None
    """Query parameters that narrow the page to this row."""


@dataclass(frozen=True, slots=True)
class SpendTable:
    """Spend of one currency, largest row first; the band is what the total of each day normally is."""

    rows: tuple[SpendRow, ...]
    total: Decimal
    before: Decimal
    currency: str
    days: tuple[date, ...]
    estimated_from: date | None
    """First day that may still change."""
    untagged: Decimal | None
    """What carries no such tag; None where the cut is no tag."""
    normal_low: tuple[Decimal | None, ...]
    normal_high: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One service with what each month cost."""

    label: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class MonthTable:
    """Months of one currency by service, the dearest service first. The last month still runs."""

    currency: str
    months: tuple[date, ...]
    """First day of each, oldest first."""
    rows: tuple[MonthRow, ...]
    totals: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The running month in one currency. Forecasts are of the whole month, with the range that held in back-tests."""

    currency: str
    to_date: Decimal
    last_month: Decimal
    last_month_same_days: Decimal
    forecast_low: Decimal | None
    forecast: Decimal | None
    forecast_high: Decimal | None
    forecast_error: float | None
    """Mean absolute share by which the same forecast was off in earlier weeks."""
    aws_forecast: Decimal | None
    aws_low: Decimal | None
    aws_high: Decimal | None
    settled_until: date | None
    """Last day that AWS calls final."""
    collected_at: datetime | None
    problem: str = ""
    """Why figures are missing or old, and what to do; blank when all is well."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a rise: which usage, where, how much of it."""

    usage_type: str
    service: str
    region: str
    stack: str
    extra: Decimal
    share: float


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A day on which something cost far more than it normally does, and why."""

    id: int
    day: date
    account: str
    where: str
    cut: Cut
    amount: Decimal
    normal: Decimal
    extra: Decimal
    currency: str
    share: float
    """Over normal: 0.2 is 20 % more."""
    drivers: tuple[Driver, ...]
    deploys: tuple[tuple[str, int, datetime], ...]
    """Stack, its key, and when."""
    traffic_change: float | None
    from_aws: bool
    """Whether AWS's own anomaly detection says so too."""
    sentence: str
    resolved: bool


@dataclass(frozen=True, slots=True)
class BudgetPath:
    """What a budget's period has come to by the end of each day: what was billed, then what is expected."""

    days: tuple[date, ...]
    """Of the whole period."""
    spent: tuple[Decimal, ...]
    """Of the first days, which are settled."""
    expected: tuple[Decimal, ...] = ()
    """Of the days that follow these, with the range that held four times of five."""
    low: tuple[Decimal, ...] = ()
    high: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """A budget with what is spent of it, what is expected, and the day on which its cap is hit."""

    id: str
    """'aws-3' or 'own-3'."""
    name: str
    source: str
    """'aws' or 'own'."""
    scope_text: str
    period: str
    start: date
    end: date
    """The first day after the period."""
    limit: Decimal
    actual: Decimal
    currency: str
    used: float
    forecast_low: Decimal | None
    forecast: Decimal | None
    forecast_high: Decimal | None
    aws_forecast: Decimal | None
    cap_day: date | None
    """None: not in this period, as far as can be told."""
    cap_day_low: date | None
    """The earliest day of the range."""
    cap_day_high: date | None
    state: str
    """'ok', 'warning', 'critical' or 'unknown'."""
    sentence: str
    notifications: tuple[str, ...]
    history: tuple[tuple[date, Decimal, Decimal], ...]
    """First day of a period, what was budgeted, what was spent."""
    updated_at: datetime | None
    path: BudgetPath | None = None
    """None where its days aren't known."""
