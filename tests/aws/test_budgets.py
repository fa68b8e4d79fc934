"""Typed reads of AWS Budgets against answers in the form that AWS documents."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboard.aws import AwsBudget, AwsError, BudgetNotification, BudgetPeriod, ErrorKind, Meter, Region
from tests.aws.canned import Canned, Reply

START, END, AT = 1764547200, 3706473600, 1793491200
BUDGET = {
    "BudgetName": "Example", "BudgetType": "COST", "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "100.0", "Unit": "USD"}, "TimePeriod": {"Start": START, "End": END},
    "CalculatedSpend": {"ActualSpend": {"Amount": "16.091", "Unit": "USD"},
                        "ForecastedSpend": {"Amount": "83.7", "Unit": "USD"}},
    "CostFilters": {"Service": ["AWS Lambda"], "TagKeyValue": ["user:team$payments", "user:team$data"]},
    "LastUpdatedTime": AT, "CostTypes": {"IncludeTax": True, "UseBlended": False},
}  # fmt: skip
NOTIFICATION = {
    "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0,
    "ThresholdType": "PERCENTAGE", "NotificationState": "ALARM",
}  # fmt: skip
NOTIFICATIONS = {"BudgetNotificationsForAccount": [{"BudgetName": "Example", "Notifications": [NOTIFICATION]}]}


def reply(answer: Any) -> Reply:
    return Reply(json.dumps(answer).encode(), kind="application/x-amz-json-1.1")


def test_a_budget_is_read_with_its_notifications_and_is_free(canned: Canned, region: Region, meter: Meter) -> None:
    canned.answer(reply({"Budgets": [BUDGET]}), reply(NOTIFICATIONS))
    (budget,) = region.budgets()
    assert budget == AwsBudget(
        "Example", "COST", "MONTHLY", Decimal("100.0"), "USD", Decimal("16.091"), Decimal("83.7"), date(2025, 12, 1),
        date(2087, 6, 15), {"SERVICE": ("AWS Lambda",), "TAG:team": ("payments", "data")},
        (BudgetNotification("GREATER_THAN", Decimal("80.0"), "PERCENTAGE", "ACTUAL", "ALARM"),),
        datetime.fromtimestamp(AT, UTC), {"IncludeTax": True, "UseBlended": False},
    )  # fmt: skip
    assert json.loads(canned.requests[0])["AccountId"] == "999988887777"
    assert meter.cost == 0


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {**{name: value for name, value in BUDGET.items() if name not in names}, **more}


def test_a_young_budget_has_no_forecast(canned: Canned, region: Region) -> None:
    young = without("LastUpdatedTime", CalculatedSpend={"ActualSpend": {"Amount": "0.0", "Unit": "USD"}})
    canned.answer(reply({"Budgets": [young]}), reply({"BudgetNotificationsForAccount": []}))
    (budget,) = region.budgets()
    assert (budget.forecast, budget.updated_at, budget.notifications) == (None, None, ())


SERVICES = {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}
TEAM = {"Tags": {"Key": "team", "Values": ["data"]}}


@pytest.mark.parametrize(
    ("expression", "filters"),
    [
        (SERVICES, {"SERVICE": ("AWS Lambda",)}),
        ({"And": [SERVICES, TEAM]}, {"SERVICE": ("AWS Lambda",), "TAG:team": ("data",)}),
        ({"Not": SERVICES}, {"EXPRESSION": (json.dumps({"Not": SERVICES}),)}),
        ({"And": [SERVICES, SERVICES]}, {"EXPRESSION": (json.dumps({"And": [SERVICES, SERVICES]}),)}),
    ],
)
def test_filters_of_the_new_form_are_read_as_the_old_ones(
    canned: Canned, region: Region, expression: dict[str, Any], filters: dict[str, tuple[str, ...]]
) -> None:
    canned.answer(reply({"Budgets": [without("CostFilters", FilterExpression=expression)]}), reply(NOTIFICATIONS))
    assert region.budgets()[0].filters == filters


def test_an_account_without_budgets_is_asked_nothing_more(canned: Canned, region: Region) -> None:
    canned.answer(reply({}))
    assert region.budgets() == []
    assert len(canned.requests) == 1


def test_budgets_and_notifications_come_over_all_pages(canned: Canned, region: Region) -> None:
    canned.answer(
        reply({"Budgets": [BUDGET], "NextToken": "more"}),
        reply({"Budgets": [without(BudgetName="Other")]}),
        reply({**NOTIFICATIONS, "NextToken": "more"}),
        reply(NOTIFICATIONS),
    )
    assert [(one.name, len(one.notifications)) for one in region.budgets()] == [("Example", 2), ("Other", 0)]


@pytest.mark.parametrize(
    "broken",
    [without("BudgetLimit"), without("CalculatedSpend"), without(BudgetLimit={"Amount": "many", "Unit": "USD"}),
     without(BudgetLimit={"Amount": "100", "Unit": "EUR"})],
)  # fmt: skip
def test_a_budget_that_can_not_be_true_is_an_error(canned: Canned, region: Region, broken: dict[str, Any]) -> None:
    canned.answer(reply({"Budgets": [broken]}), reply(NOTIFICATIONS))
    with pytest.raises(AwsError) as caught:
        region.budgets()
    assert (caught.value.kind, caught.value.action) == (ErrorKind.INVALID_ANSWER, "budgets:ViewBudget")


def test_past_periods_are_read_oldest_first(canned: Canned, region: Region) -> None:
    def period(start: int, end: int, spent: str) -> dict[str, Any]:
        return {
            "TimePeriod": {"Start": start, "End": end}, "BudgetedAmount": {"Amount": "100", "Unit": "USD"},
            "ActualAmount": {"Amount": spent, "Unit": "USD"},
        }  # fmt: skip

    amounts = [period(1767225600, 1769904000, "73.5"), period(START, 1767225600, "91")]
    history = {"BudgetName": "Example", "BudgetedAndActualAmountsList": amounts}
    canned.answer(reply({"BudgetPerformanceHistory": history}))
    assert region.budget_history("Example") == [
        BudgetPeriod(date(2025, 12, 1), date(2026, 1, 1), Decimal(100), Decimal(91), "USD"),
        BudgetPeriod(date(2026, 1, 1), date(2026, 2, 1), Decimal(100), Decimal("73.5"), "USD"),
    ]
