"""The budgets that the shop's teams have set, and how they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.demo.world.billing.bill import Bill, day_after, month_after, month_start
from dashboard.demo.world.billing.selection import matches
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, DATA, PRODUCTION

MONTHLY, QUARTERLY = "MONTHLY", "QUARTERLY"
_TAX = 1.2
_SCALE = 10**10


@dataclass(frozen=True)
class Notice:
    """When somebody is told of a budget: percent of the limit, of what is spent or expected."""

    kind: str
    percent: float


@dataclass(frozen=True)
class BudgetPlan:
    """A budget as it was set up. It lasts `days` more at the usual spend, or `room` times what is left of its period.

    `filters` are in the form of the Budgets API: dimension or TagKeyValue, and values.
    """

    name: str
    account_id: str
    filters: Mapping[str, tuple[str, ...]]
    room: float
    days: float = 400.0
    period: str = MONTHLY
    notices: tuple[Notice, ...] = (Notice("ACTUAL", 80.0), Notice("FORECASTED", 100.0))
    young: bool = False
    """Whether it is so new that AWS can't forecast it."""


@dataclass(frozen=True)
class Budget:
    """A budget in US dollars."""

    plan: BudgetPlan
    limit: float


STACK = "aws:cloudformation:stack-name$"
PLANS = (
    BudgetPlan(f"{ACCOUNT_NAMES[PRODUCTION]} monthly", PRODUCTION, {}, 1.9),
    BudgetPlan(f"{ACCOUNT_NAMES[PRODUCTION]} quarterly", PRODUCTION, {}, 1.4, period=QUARTERLY),
    BudgetPlan("Content delivery", PRODUCTION, {"Service": ("Amazon CloudFront",)}, 0.9, 11.0),
    BudgetPlan("Storefront edge", PRODUCTION, {"TagKeyValue": (f"{STACK}storefront-edge-prod",)}, 1.2),
    BudgetPlan(
        "Payments team", PRODUCTION, {"TagKeyValue": ("user:team$payments",)}, 1.1, notices=(Notice("ACTUAL", 90.0),)
    ),
    BudgetPlan(f"{ACCOUNT_NAMES[DATA]} monthly", DATA, {}, 0.6, 4.0),
    BudgetPlan("Functions of the data team", DATA, {"Service": ("AWS Lambda",)}, 1.2, 9.0),
    BudgetPlan("Clickstream", DATA, {"TagKeyValue": (f"{STACK}clickstream-prod",)}, 1.25, notices=(), young=True),
)
_DIMENSIONS = {"Service": "SERVICE", "Region": "REGION", "UsageType": "USAGE_TYPE", "LinkedAccount": "LINKED_ACCOUNT"}


class Budgets:
    """The budgets of all accounts: limits follow from what was usual when the world began."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self._limits: dict[str, float] = {}

    def of(self, account_id: str) -> list[Budget]:
        """Budgets of one account."""
        return [Budget(plan, self._limit(plan)) for plan in PLANS if plan.account_id == account_id]

    def spent(self, plan: BudgetPlan, start: date, end: date, now: int) -> float:
        """US dollars that count for the budget, from `start` until before `end`, as the bill knows them at `now`."""
        counts = matches(expression_of(plan.filters))
        charges = self.bill.charges(plan.account_id, start, end, now)
        return sum(one.unblended for one in charges if counts(one)) / _SCALE

    def _limit(self, plan: BudgetPlan) -> float:
        if plan.name not in self._limits:
            now = self.bill.world.origin * 60
            start, end = period_of(plan, now)
            today = day_after(now) - timedelta(days=1)
            a_day = self._usual_day(plan, today, now)
            left = (end - today).days
            self._limits[plan.name] = self.spent(plan, start, end, now) + min(plan.days, left * plan.room) * a_day
        return float(f"{self._limits[plan.name]:.3g}")

    def _usual_day(self, plan: BudgetPlan, today: date, now: int) -> float:
        """What a day costs, of the week that ended two days ago; with tax where the budget counts it."""
        counts = matches(expression_of(plan.filters))
        start = today - timedelta(days=9)
        charges = self.bill.charges(plan.account_id, start, start + timedelta(days=7), now)
        usual = sum(one.unblended for one in charges if counts(one) and one.record_type not in {"Tax", "Support"})
        return usual / _SCALE / 7 * (1 if plan.filters else _TAX)


def expression_of(filters: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A budget's filters as Cost Explorer takes them."""
    parts: list[dict[str, Any]] = []
    for name, values in filters.items():
        if name == "TagKeyValue":
            key = values[0].partition("$")[0].removeprefix("user:")
            parts.append({"Tags": {"Key": key, "Values": [value.partition("$")[2] for value in values]}})
        else:
            parts.append({"Dimensions": {"Key": _DIMENSIONS[name], "Values": list(values)}})
    return {"And": parts} if len(parts) > 1 else parts[0] if parts else {}


def period_of(plan: BudgetPlan, now: int) -> tuple[date, date]:
    """First day of the budget's current period, and of the next."""
    start = month_start(now)
    if plan.period == QUARTERLY:
        start = start.replace(month=(start.month - 1) // 3 * 3 + 1)
    return start, following(plan, start)


def following(plan: BudgetPlan, start: date) -> date:
    """First day of the period after the one that starts then."""
    for _ in range(3 if plan.period == QUARTERLY else 1):
        start = month_after(start)
    return start


def preceding(plan: BudgetPlan, start: date) -> date:
    """First day of the period before the one that starts then."""
    for _ in range(3 if plan.period == QUARTERLY else 1):
        start = (start - timedelta(days=1)).replace(day=1)
    return start
