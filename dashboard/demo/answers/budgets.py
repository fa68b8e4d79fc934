"""AWS Budgets, as far as the world's own budgets go."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.spend import Budget, budgets, month_end, month_start


def _mine(asked: Asked) -> list[Budget]:
    if asked.get("AccountId") != asked.account_id:
        message = f"Account {asked.account_id} is not authorized to see budgets of {asked.get('AccountId')}"
        raise AnswerError("AccessDeniedException", message)
    return [budget for budget in budgets(asked.ledger) if budget.account_id == asked.account_id]


@answers("budgets", "DescribeBudgets")
def describe_budgets(asked: Asked) -> Answer:
    """All of the account."""
    return {"Budgets": [_described(asked, budget) for budget in _mine(asked)]}


@answers("budgets", "DescribeBudget")
def describe_budget(asked: Asked) -> Answer:
    """One by name."""
    for budget in _mine(asked):
        if budget.name == asked.get("BudgetName"):
            return {"Budget": _described(asked, budget)}
    raise AnswerError("NotFoundException", f"Unable to get budget: {asked.get('BudgetName')}", 404)


def _described(asked: Asked, budget: Budget) -> dict[str, Any]:
    # AWS refreshes budgets a few times a day: what is shown is up to eight hours old.
    seen = asked.now // 28_800 * 28_800
    spent = asked.ledger.this_month(budget.account_id, seen)
    start, end = month_start(asked.now), month_end(asked.now)
    elapsed = max(seen // 60 - start, 1)
    return {
        "BudgetName": budget.name,
        "BudgetLimit": _money(budget.limit),
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        "TimePeriod": {"Start": datetime.fromtimestamp(start * 60, UTC), "End": datetime.fromtimestamp(end * 60, UTC)},
        "CalculatedSpend": {
            "ActualSpend": _money(spent),
            "ForecastedSpend": _money(spent * (end - start) / elapsed),
        },
    }


def _money(amount: float) -> dict[str, str]:
    return {"Amount": f"{max(amount, 0):.2f}", "Unit": "USD"}
