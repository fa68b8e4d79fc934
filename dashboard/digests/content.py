"""What a digest knows, as plain values: read from rows once per set of permissions, put into words elsewhere.

`href` is an absolute address of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AlertItem:
    """One alert that stands for itself."""

    name: str
    reason: str
    severity: str
    stack: str
    since: datetime
    opened_at: datetime
    resolved_at: datetime | None
    """None also for what was resolved after the period."""
    acknowledged: bool
    along: int
    """Alerts that were put down to it."""
    href: str


@dataclass(frozen=True, slots=True)
class NoisyItem:
    """A threshold that fired often in the period."""

    label: str
    fired: int
    subjects: int
    lasted: timedelta
    href: str


@dataclass(frozen=True, slots=True)
class AlertNews:
    """Alerts of a period, worst first."""

    open: Sequence[AlertItem]
    """At the end of the period."""
    passed: Sequence[AlertItem]
    """Opened and resolved within it."""
    resolved: Sequence[AlertItem]
    """Opened before, resolved within it."""
    opened: int
    noisy: Sequence[NoisyItem]
    href: str
    resolved_href: str


@dataclass(frozen=True, slots=True)
class Mover:
    """A stack whose latency or error rate changed more than chance explains."""

    stack: str
    environment: str
    measure: str
    """'latency' (ms, the median of the p95) or 'errors' (share of requests)."""
    now: float
    before: float
    requests: float
    weight: float
    """For the order: how much it matters; negative for what got better."""
    href: str

    @property
    def worse(self) -> bool:
        """Whether somebody should look."""
        return self.now > self.before


@dataclass(frozen=True, slots=True)
class Traffic:
    """All stacks together, against the comparable period; None where nothing came."""

    stacks: int
    measured: int
    requests: float | None
    requests_before: float | None
    errors: float | None
    errors_before: float | None
    step: int
    """Seconds between values."""
    start: int
    """Unix time of the first value."""
    values: Sequence[float | None]
    """Error rate."""
    values_before: Sequence[float | None]

    @property
    def error_rate(self) -> float | None:
        """Failed requests as a share of all."""
        return self.errors / self.requests if self.requests and self.errors is not None else None

    @property
    def error_rate_before(self) -> float | None:
        """The same in the comparable period."""
        return (
            self.errors_before / self.requests_before
            if self.requests_before and self.errors_before is not None
            else None
        )


@dataclass(frozen=True, slots=True)
class MoverNews:
    """What moved, worse before better, each by weight; against which period."""

    movers: Sequence[Mover]
    traffic: Traffic
    days_back: int
    href: str


@dataclass(frozen=True, slots=True)
class DeployItem:
    """One deploy with the hours before and after it; None where too little came to tell."""

    stack: str
    at: datetime
    action: str
    result: str
    changes: int
    reason: str
    errors_before: float | None
    errors_after: float | None
    latency_before: float | None
    latency_after: float | None
    verdict: str
    """'worse', 'better', 'same', or blank where nothing can be said."""
    href: str


@dataclass(frozen=True, slots=True)
class DeployNews:
    """Deploys of a period: what went wrong first, then the newest."""

    deploys: Sequence[DeployItem]
    href: str


@dataclass(frozen=True, slots=True)
class SloItem:
    """One objective at the end of the period."""

    name: str
    stack: str
    target: float
    attained: float | None
    budget_left: float | None
    """Share of the error budget; negative when it is overspent."""
    window: str
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class SloNews:
    """Objectives, those in trouble first."""

    slos: Sequence[SloItem]
    href: str


@dataclass(frozen=True, slots=True)
class SpendMover:
    """A row of the bill that changed most."""

    label: str
    amount: Decimal
    before: Decimal
    href: str

    @property
    def extra(self) -> Decimal:
        """What it costs more than before."""
        return self.amount - self.before


@dataclass(frozen=True, slots=True)
class SpendDay:
    """One settled day."""

    day: date
    amount: Decimal
    estimated: bool


@dataclass(frozen=True, slots=True)
class CurrencySpend:
    """What one currency's bill says; None where nothing is known."""

    currency: str
    period: Decimal | None
    before: Decimal | None
    days: Sequence[SpendDay]
    movers: Sequence[SpendMover]
    month_to_date: Decimal | None
    last_month: Decimal | None
    forecast_low: Decimal | None
    forecast: Decimal | None
    forecast_high: Decimal | None
    settled_until: date | None


@dataclass(frozen=True, slots=True)
class BudgetItem:
    """One budget that is near or over its cap."""

    name: str
    sentence: str
    state: str
    used: float
    cap_day: date | None
    href: str


@dataclass(frozen=True, slots=True)
class UnexpectedItem:
    """One day of unexpected spend."""

    where: str
    sentence: str
    """With its day and what drove it."""
    extra: Decimal
    currency: str
    href: str


@dataclass(frozen=True, slots=True)
class BurnItem:
    """Something that costs far more per hour now than it usually does."""

    name: str
    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class SpendNews:
    """Money, for those who may see it."""

    currencies: Sequence[CurrencySpend]
    budgets: Sequence[BudgetItem]
    unexpected: Sequence[UnexpectedItem]
    burning: Sequence[BurnItem]
    days: int
    """How many settled days the period's figures cover."""
    problem: str
    href: str
    budgets_href: str
    live_href: str


@dataclass(frozen=True, slots=True)
class BlindItem:
    """A time in which collectors of an account brought nothing."""

    account: str
    parts: Sequence[str]
    began_at: datetime
    ended_at: datetime | None
    """None: still blind at the end of the period."""
    reason: str

    def blind_for(self, end: datetime) -> timedelta:
        """How long, up to the end of the period."""
        return (self.ended_at or end) - self.began_at


@dataclass(frozen=True, slots=True)
class BlindNews:
    """Collectors that were blind, those that still are first."""

    blind: Sequence[BlindItem]
    collectors: int
    href: str


@dataclass(frozen=True, slots=True)
class Content:
    """All sections of one digest for one set of permissions; None: not among its sections, or not to be seen."""

    name: str
    start: datetime
    end: datetime
    late: bool
    scope: str
    """What the schedule is limited to, in words; blank for everything."""
    href: str
    """The overview over the period."""
    alerts: AlertNews | None = None
    slos: SloNews | None = None
    movers: MoverNews | None = None
    deploys: DeployNews | None = None
    spend: SpendNews | None = None
    collectors: BlindNews | None = None
