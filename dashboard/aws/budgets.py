"""AWS Budgets: limits, what is used of them, who is told when, and how past periods went."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dashboard.aws.budget_values import AwsBudget, BudgetNotification, BudgetPeriod
from dashboard.aws.calls import Caller
from dashboard.aws.costs import decimal
from dashboard.aws.sessions import GLOBAL_REGION

MOST = 100
"""Results of a page of notifications or of history (botocore's model of Budgets); budgets themselves allow more."""
DIMENSIONS = {
    "AZ": "AZ",
    "BillingEntity": "BILLING_ENTITY",
    "InstanceType": "INSTANCE_TYPE",
    "LegalEntity": "LEGAL_ENTITY_NAME",
    "LinkedAccount": "LINKED_ACCOUNT",
    "Operation": "OPERATION",
    "PurchaseType": "PURCHASE_TYPE",
    "Region": "REGION",
    "Service": "SERVICE",
    "UsageType": "USAGE_TYPE",
    "UsageTypeGroup": "USAGE_TYPE_GROUP",
}
"""Filters of budgets by the names that Cost Explorer has for them (Budgets API Reference, Budget, CostFilters)."""
TAG, USER = "TagKeyValue", "user:"
EXPRESSION = "EXPRESSION"


def budgets(caller: Caller, account_id: str) -> list[AwsBudget]:
    """Every budget of the account with its notifications. Raises AwsError."""
    asked = {"AccountId": account_id, "MaxResults": MOST, "ShowFilterExpression": True}
    pages = list(caller.pages("budgets", "describe_budgets", asked, region=GLOBAL_REGION))
    found = [one for page in pages for one in page.get("Budgets") or ()]
    notifications = _notifications(caller, account_id) if found else {}
    return [_budget(one, notifications.get(str(one["BudgetName"]), ())) for one in found]


def _notifications(caller: Caller, account_id: str) -> Mapping[str, tuple[BudgetNotification, ...]]:
    """Notifications by budget, of the whole account at once."""
    asked = {"AccountId": account_id, "MaxResults": MOST}
    pages = caller.pages("budgets", "describe_budget_notifications_for_account", asked, region=GLOBAL_REGION)
    found: defaultdict[str, tuple[BudgetNotification, ...]] = defaultdict(tuple)
    for page in pages:
        for one in page.get("BudgetNotificationsForAccount") or ():
            found[str(one["BudgetName"])] += tuple(_notification(raw) for raw in one.get("Notifications") or ())
    return found


def _notification(raw: Mapping[str, Any]) -> BudgetNotification:
    return BudgetNotification(
        comparison=str(raw["ComparisonOperator"]),
        threshold=decimal(raw["Threshold"]),
        threshold_type=str(raw.get("ThresholdType") or "PERCENTAGE"),
        kind=str(raw["NotificationType"]),
        state=str(raw.get("NotificationState") or ""),
    )


def _budget(raw: Mapping[str, Any], notifications: tuple[BudgetNotification, ...]) -> AwsBudget:
    limit, spend = raw["BudgetLimit"], raw["CalculatedSpend"]
    period = raw.get("TimePeriod") or {}
    forecast = spend.get("ForecastedSpend")
    return AwsBudget(
        name=str(raw["BudgetName"]),
        kind=str(raw["BudgetType"]),
        period=str(raw["TimeUnit"]),
        limit=decimal(limit["Amount"]),
        currency=_same_unit(limit, spend["ActualSpend"]),
        actual=decimal(spend["ActualSpend"]["Amount"]),
        forecast=decimal(forecast["Amount"]) if forecast else None,
        start=_day(period.get("Start")),
        end=_day(period.get("End")),
        filters=_filters(raw),
        notifications=notifications,
        updated_at=_moment(raw.get("LastUpdatedTime")),
        cost_types={str(name): bool(counts) for name, counts in (raw.get("CostTypes") or {}).items()},
    )


def _same_unit(limit: Mapping[str, Any], actual: Mapping[str, Any]) -> str:
    """The unit of limit and spend. Raises ValueError where they differ."""
    if limit["Unit"] != actual["Unit"]:
        raise ValueError("its limit and its spend have two units")
    return str(limit["Unit"])


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _moment(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _filters(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Filters of the old form or the new one, by Cost Explorer's names."""
    expression = raw.get("FilterExpression")
    if expression:
        return _plain(expression) or {EXPRESSION: (json.dumps(expression, sort_keys=True),)}
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for name, values in (raw.get("CostFilters") or {}).items():
        for value in values:
            key, told = _tag(value) if name == TAG else (DIMENSIONS.get(name, name), value)
            found[key] += (str(told),)
    return dict(found)


def _tag(text: str) -> tuple[str, str]:
    """A tag as budgets write it, `user:key$value`, as a filter's key and value."""
    key, _, value = text.partition("$")
    return f"TAG:{key.removeprefix(USER)}", value


def _plain(expression: Mapping[str, Any]) -> dict[str, tuple[str, ...]] | None:
    """Values by dimension of an expression that only lists them; None for any other."""
    parts = expression.get("And") or (expression,)
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if len(part) != 1 or not part.keys() <= {"Dimensions", "Tags"}:
            return None
        ((kind, one),) = part.items()
        key = str(one["Key"]) if kind == "Dimensions" else f"TAG:{one['Key']}"
        if key in found or set(one.get("MatchOptions") or ()) - {"EQUALS"}:
            return None
        found[key] = tuple(str(value) for value in one["Values"])
    return found


def budget_history(caller: Caller, account_id: str, name: str) -> list[BudgetPeriod]:
    """Past periods of a budget and its current one, oldest first, as far back as AWS keeps them. Raises AwsError."""
    asked = {"AccountId": account_id, "BudgetName": name, "MaxResults": MOST}
    pages = caller.pages(
        "budgets", "describe_budget_performance_history", asked, ("BudgetPerformanceHistory",), region=GLOBAL_REGION
    )
    return sorted(_periods(pages), key=lambda one: one.start)


def _periods(pages: Iterable[Mapping[str, Any]]) -> Iterator[BudgetPeriod]:
    for page in pages:
        for one in page["BudgetPerformanceHistory"].get("BudgetedAndActualAmountsList") or ():
            budgeted, actual = one["BudgetedAmount"], one["ActualAmount"]
            start, end = _day(one["TimePeriod"]["Start"]), _day(one["TimePeriod"]["End"])
            if start is None or end is None:
                raise ValueError("a period has no bounds")
            yield BudgetPeriod(start, end, decimal(budgeted["Amount"]), _spent(actual), _same_unit(budgeted, actual))


def _spent(raw: Mapping[str, Any]) -> Decimal:
    return decimal(raw["Amount"])
