"""AWS's budgets stored as AWS last worked them out; those that are gone from AWS go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from dashboard.aws import AwsBudget as Found
from dashboard.aws import BudgetNotification, BudgetPeriod
from dashboard.inventory.models import Account
from dashboard.spend.models import AwsBudget


@transaction.atomic
def store_budgets(
    account: Account, found: Sequence[Found], history: Mapping[str, Sequence[BudgetPeriod]], now: datetime
) -> int:
    """Store an account's cost budgets; a budget whose history could not be read keeps the one it had."""
    mine = [one for one in found if one.kind == "COST"]
    for one in mine:
        columns: dict[str, Any] = {
            "period": one.period,
            "limit": one.limit,
            "actual": one.actual,
            "forecast": one.forecast,
            "currency": one.currency,
            "filters": {key: list(values) for key, values in one.filters.items()},
            "cost_types": dict(one.cost_types),
            "notifications": [_notification(each) for each in one.notifications],
            "updated_at": one.updated_at,
            "seen_at": now,
        }
        if one.name in history:
            columns["history"] = [
                [each.start.isoformat(), str(each.budgeted), str(each.actual)] for each in history[one.name]
            ]
        AwsBudget.objects.update_or_create(account=account, name=one.name, defaults=columns)
    AwsBudget.objects.filter(account=account).exclude(name__in=[one.name for one in mine]).delete()
    return len(mine)


def _notification(one: BudgetNotification) -> dict[str, str]:
    return {
        "kind": one.kind,
        "comparison": one.comparison,
        "threshold": str(one.threshold),
        "type": one.threshold_type,
        "state": one.state,
    }
