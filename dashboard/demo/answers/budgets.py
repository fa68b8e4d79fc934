"""AWS Budgets: what the teams of the shop have set up, worked out from the bill, some hours old."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.billing.bill import refreshed
from dashboard.demo.world.spend import (
    Budget,
    BudgetPlan,
    Notice,
    expression_of,
    period_of,
    preceding,
)

_T = TypeVar("_T")
_SIZES = {"DescribeBudgets": (100, 1000), "Notifications": (100, 100), "AccountNotifications": (50, 1000)}
"""Results of a page when nothing is said, and at most (botocore's model of Budgets)."""
_PAST_PERIODS = {"MONTHLY": 12, "QUARTERLY": 4}
_FOR_EVER = datetime(2087, 6, 15, tzinfo=UTC)
_FEWEST_SHARE = 1e-9
_INCLUDED = ("Credit", "Discount", "OtherSubscription", "Recurring", "Refund", "Subscription", "Support", "Tax")
_COST_TYPES = {f"Include{name}": True for name in (*_INCLUDED, "Upfront")} | {
    "UseAmortized": False,
    "UseBlended": False,
}
"""What AWS counts where nobody chose (Budgets API Reference, CostTypes)."""


def _mine(asked: Asked) -> list[Budget]:
    if asked.get("AccountId") != asked.account_id:
        message = f"Account {asked.account_id} is not authorized to see budgets of {asked.get('AccountId')}"
        raise AnswerError("AccessDeniedException", message)
    return asked.budgets.of(asked.account_id)


def _named(asked: Asked) -> Budget:
    for budget in _mine(asked):
        if budget.plan.name == asked.get("BudgetName"):
            return budget
    raise AnswerError(
        "NotFoundException", f"Unable to get budget: {asked.get('BudgetName')} - the budget doesn't exist."
    )


def _page(asked: Asked, items: Sequence[_T], kind: str) -> tuple[list[_T], str | None]:
    usual, most = _SIZES[kind]
    size = int(asked.get("MaxResults", usual))
    if not 1 <= size <= most:
        raise AnswerError("InvalidParameterException", f"MaxResults must be between 1 and {most}")
    try:
        return page_of(items, asked.get("NextToken"), size)
    except AnswerError as error:
        raise AnswerError("InvalidNextTokenException", "The pagination token is invalid.") from error


@answers("budgets", "DescribeBudgets")
def describe_budgets(asked: Asked) -> Answer:
    """A hundred a page."""
    page, token = _page(asked, _mine(asked), "DescribeBudgets")
    return {"Budgets": [_described(asked, budget) for budget in page] or None, "NextToken": token}


@answers("budgets", "DescribeBudget")
def describe_budget(asked: Asked) -> Answer:
    """One by name."""
    return {"Budget": _described(asked, _named(asked))}


@answers("budgets", "DescribeNotificationsForBudget")
def describe_notifications_for_budget(asked: Asked) -> Answer:
    """Of one budget; no list where there are none."""
    budget = _named(asked)
    page, token = _page(asked, budget.plan.notices, "Notifications")
    return {"Notifications": [_notification(asked, budget, one) for one in page] or None, "NextToken": token}


@answers("budgets", "DescribeBudgetNotificationsForAccount")
def describe_budget_notifications_for_account(asked: Asked) -> Answer:
    """Of all budgets that have any."""
    told = [budget for budget in _mine(asked) if budget.plan.notices]
    page, token = _page(asked, told, "AccountNotifications")
    listed = [
        {
            "BudgetName": budget.plan.name,
            "Notifications": [_notification(asked, budget, one) for one in budget.plan.notices],
        }
        for budget in page
    ]
    return {"BudgetNotificationsForAccount": listed, "NextToken": token}


@answers("budgets", "DescribeBudgetPerformanceHistory")
def describe_budget_performance_history(asked: Asked) -> Answer:
    """Twelve months or four quarters, and the current one."""
    budget = _named(asked)
    periods = list(_periods(asked, budget))
    page, token = _page(asked, periods, "Notifications")
    amounts = [
        {
            "BudgetedAmount": _money(budget.limit),
            "ActualAmount": _money(asked.budgets.spent(budget.plan, start, end, asked.now)),
            "TimePeriod": {"Start": _moment(start), "End": _moment(end)},
        }
        for start, end in page
    ]
    history = {
        "BudgetName": budget.plan.name,
        "BudgetType": "COST",
        "TimeUnit": budget.plan.period,
        "CostFilters": {name: list(values) for name, values in budget.plan.filters.items()},
        "BudgetedAndActualAmountsList": amounts,
    }
    return {"BudgetPerformanceHistory": history, "NextToken": token}


def _periods(asked: Asked, budget: Budget) -> Iterator[tuple[date, date]]:
    """Newest first, as AWS lists them."""
    start, end = period_of(budget.plan, asked.now)
    for _ in range(1 + (1 if budget.plan.young else _PAST_PERIODS[budget.plan.period])):
        yield start, end
        start, end = preceding(budget.plan, start), start


def _described(asked: Asked, budget: Budget) -> dict[str, Any]:
    plan = budget.plan
    spent, expected = _spend(asked, budget)
    calculated = {"ActualSpend": _money(spent)}
    if not plan.young:
        calculated["ForecastedSpend"] = _money(expected)
    described: dict[str, Any] = {
        "BudgetName": plan.name,
        "BudgetLimit": _money(budget.limit),
        "TimeUnit": plan.period,
        "BudgetType": "COST",
        "TimePeriod": {"Start": _moment(_valid_from(plan, asked)), "End": _FOR_EVER},
        "CalculatedSpend": calculated,
        "LastUpdatedTime": datetime.fromtimestamp(refreshed(asked.now), UTC),
        "CostTypes": _COST_TYPES,
    }
    if asked.get("ShowFilterExpression"):
        return {**described, **({"FilterExpression": expression_of(plan.filters)} if plan.filters else {})}
    described["CostFilters"] = {name: list(values) for name, values in plan.filters.items()}
    return described


def _valid_from(plan: BudgetPlan, asked: Asked) -> date:
    start, _ = period_of(plan, asked.world.origin * 60)
    for _ in range(1 if plan.young else _PAST_PERIODS[plan.period]):
        start = preceding(plan, start)
    return start


def _spend(asked: Asked, budget: Budget) -> tuple[float, float]:
    """US dollars spent in the current period, and expected at its end if it goes on like that."""
    start, end = period_of(budget.plan, asked.now)
    spent = asked.budgets.spent(budget.plan, start, end, asked.now)
    begun, seen = _moment(start).timestamp(), refreshed(asked.now)
    elapsed = max((seen - begun) / (_moment(end).timestamp() - begun), _FEWEST_SHARE)
    return spent, spent / elapsed if elapsed > 1 / 90 else spent


def _notification(asked: Asked, budget: Budget, notice: Notice) -> dict[str, Any]:
    spent, expected = _spend(asked, budget)
    told = spent if notice.kind == "ACTUAL" else expected
    return {
        "NotificationType": notice.kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": notice.percent,
        "ThresholdType": "PERCENTAGE",
        "NotificationState": "ALARM" if told > budget.limit * notice.percent / 100 else "OK",
    }


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _money(amount: float) -> dict[str, str]:
    return {"Amount": f"{max(amount, 0):.3f}", "Unit": "USD"}
