"""The simulated AWS Budgets and price list over HTTP."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from dashboard.demo.world.billing.bill import Bill
from dashboard.demo.world.blueprints import DATA, PRODUCTION
from dashboard.demo.world.spend import Budgets, period_of
from dashboard.demo.world.world import World
from tests.simulated_aws import SimulatedAws

STARTS = [
    datetime(2026, 6, 6, 10, tzinfo=UTC),
    datetime(2026, 6, 15, 23, tzinfo=UTC),
    datetime(2026, 6, 26, 1, tzinfo=UTC),
]
DAY = timedelta(days=1)


@pytest.mark.parametrize("at", STARTS)
def test_one_budget_breaks_its_cap_within_days_and_the_other_holds(at: datetime) -> None:
    now = int(at.timestamp())
    bill = Bill(World(1, now // 60))
    budgets = Budgets(bill)
    capped = next(one for one in budgets.of(DATA) if one.plan.name == "Shop data monthly")
    kept = next(one for one in budgets.of(PRODUCTION) if one.plan.name == "Shop production monthly")
    start, end = period_of(capped.plan, now)

    assert budgets.spent(capped.plan, start, end, now) < capped.limit
    assert budgets.spent(capped.plan, start, min(at.date() + 6 * DAY, end), now + 60 * 86_400) > capped.limit
    assert budgets.spent(kept.plan, start, end, now + 60 * 86_400) < kept.limit


def test_budgets_are_described_with_spend_forecast_and_filters(simulated_aws: SimulatedAws) -> None:
    found = simulated_aws.client("budgets").describe_budgets(AccountId=PRODUCTION)["Budgets"]
    budgets = {one["BudgetName"]: one for one in found}
    whole = budgets["Shop production monthly"]
    assert 0 <= float(whole["CalculatedSpend"]["ActualSpend"]["Amount"]) < float(whole["BudgetLimit"]["Amount"])
    assert budgets["Payments team"]["CostFilters"] == {"TagKeyValue": ["user:team$payments"]}
    assert budgets["Shop production quarterly"]["TimeUnit"] == "QUARTERLY"
    assert whole["TimePeriod"]["End"].year == 2087


def test_filters_come_as_an_expression_when_asked_for(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("budgets")
    found = client.describe_budgets(AccountId=PRODUCTION, ShowFilterExpression=True)["Budgets"]
    delivery = next(one for one in found if one["BudgetName"] == "Content delivery")
    assert delivery["FilterExpression"] == {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon CloudFront"]}}
    assert "CostFilters" not in delivery


def test_a_young_budget_has_no_forecast(simulated_aws: SimulatedAws) -> None:
    budget = simulated_aws.client("budgets", account=DATA).describe_budget(AccountId=DATA, BudgetName="Clickstream")
    assert "ForecastedSpend" not in budget["Budget"]["CalculatedSpend"]


def test_spend_is_that_of_the_last_refresh(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("budgets")

    def spent() -> tuple[str, datetime]:
        (budget, *_) = client.describe_budgets(AccountId=PRODUCTION)["Budgets"]
        return budget["CalculatedSpend"]["ActualSpend"]["Amount"], budget["LastUpdatedTime"]

    now = simulated_aws.simulator.clock.now()
    simulated_aws.move_clock(28_800 - now % 28_800 + 60)
    before, at = spent()
    simulated_aws.move_clock(28_800 - now % 28_800 + 7 * 3600)
    assert spent() == (before, at)
    simulated_aws.move_clock(28_800 - now % 28_800 + 9 * 3600)
    assert spent()[1] > at


def test_others_budgets_are_refused(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="AccessDeniedException"):
        simulated_aws.client("budgets", account=DATA).describe_budgets(AccountId=PRODUCTION)


def test_a_budget_that_does_not_exist_is_not_found(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        simulated_aws.client("budgets").describe_budget(AccountId=PRODUCTION, BudgetName="Holidays")


def test_budgets_come_in_pages_and_made_up_tokens_are_refused(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("budgets")
    pages = client.get_paginator("describe_budgets").paginate(AccountId=PRODUCTION, PaginationConfig={"PageSize": 2})
    assert [len(page["Budgets"]) for page in pages] == [2, 2, 1]
    with pytest.raises(ClientError, match="InvalidNextTokenException"):
        client.describe_budgets(AccountId=PRODUCTION, NextToken="x")


def test_notifications_are_listed_for_one_budget_and_for_all_at_once(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("budgets", account=DATA)
    every = client.describe_budget_notifications_for_account(AccountId=DATA)["BudgetNotificationsForAccount"]
    assert {one["BudgetName"] for one in every} == {"Shop data monthly", "Functions of the data team"}
    one = client.describe_notifications_for_budget(AccountId=DATA, BudgetName="Shop data monthly")
    assert one["Notifications"] == every[0]["Notifications"]
    assert {notice["NotificationType"] for notice in one["Notifications"]} == {"ACTUAL", "FORECASTED"}
    none = client.describe_notifications_for_budget(AccountId=DATA, BudgetName="Clickstream")
    assert "Notifications" not in none


def history(aws: SimulatedAws, name: str) -> list[tuple[date, float]]:
    answer = aws.client("budgets").describe_budget_performance_history(AccountId=PRODUCTION, BudgetName=name)
    amounts = answer["BudgetPerformanceHistory"]["BudgetedAndActualAmountsList"]
    return [(one["TimePeriod"]["Start"].date(), float(one["ActualAmount"]["Amount"])) for one in amounts]


def test_history_reaches_back_a_year_by_the_month_and_four_quarters(simulated_aws: SimulatedAws) -> None:
    months, quarters = (history(simulated_aws, f"Shop production {kind}") for kind in ("monthly", "quarterly"))
    assert (len(months), len(quarters)) == (13, 5)
    assert sum(spent for start, spent in months if start >= quarters[1][0] and start < quarters[0][0]) == pytest.approx(
        quarters[1][1], abs=0.01
    )


def test_products_are_told_in_aws_s_form_by_region_and_page(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("pricing", region="us-east-1")
    ireland = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode="AmazonApiGateway", Filters=ireland, PaginationConfig={"PageSize": 3}
    )
    products = [json.loads(text) for page in pages for text in page["PriceList"]]
    by_usage_type = {one["product"]["attributes"]["usagetype"]: one for one in products}
    assert set(by_usage_type) == {
        "EU-ApiGatewayRequest", "EU-ApiGatewayHttpRequest", "EU-ApiGatewayMessage", "EU-ApiGatewayMinute"
    }  # fmt: skip
    (offer,) = by_usage_type["EU-ApiGatewayHttpRequest"]["terms"]["OnDemand"].values()
    tiers = [(one["beginRange"], one["endRange"], one["pricePerUnit"]) for one in offer["priceDimensions"].values()]
    assert tiers == [
        ("0", "300000000", {"USD": "0.000001110000"}), ("300000000", "Inf", {"USD": "0.000001000000"})
    ]  # fmt: skip


def test_a_service_without_prices_is_refused(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        simulated_aws.client("pricing", region="us-east-1").get_products(ServiceCode="AmazonBraket")
