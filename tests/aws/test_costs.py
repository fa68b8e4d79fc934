"""Typed reads of Cost Explorer and the price list against answers in the form that AWS documents."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboard.aws import AwsError, CostDay, CostForecast, CostGroup, ErrorKind, GroupKey, Meter, PriceTier, Region
from tests.aws.canned import Canned, Reply

DAY, NEXT = date(2026, 9, 1), date(2026, 9, 2)
SERVICE = GroupKey("DIMENSION", "SERVICE")
STACK = GroupKey("TAG", "aws:cloudformation:stack-name")
COST_OF_SERVICE = {
    "Keys": ["Amazon Simple Storage Service"],
    "Metrics": {
        "UnblendedCost": {"Amount": "0.0434300016", "Unit": "USD"},
        "AmortizedCost": {"Amount": "0.0400000000", "Unit": "USD"},
        "UsageQuantity": {"Amount": "12.5", "Unit": "N/A"},
    },
}


def reply(answer: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(answer).encode(), status, "application/x-amz-json-1.1")


def error(code: str, message: str = "") -> Reply:
    return reply({"__type": code, "message": message}, 400)


def day(*groups: dict[str, Any], start: str = "2026-09-01", **more: Any) -> dict[str, Any]:
    period = {"Start": start, "End": "2026-09-02"}
    return {"TimePeriod": period, "Total": {}, "Groups": list(groups), "Estimated": False, **more}


def pages(*days: dict[str, Any], token: str = "") -> dict[str, Any]:
    return {"ResultsByTime": list(days), **({"NextPageToken": token} if token else {})}


def test_costs_by_service_are_exact_and_ask_for_both_bases_at_once(canned: Canned, region: Region) -> None:
    canned.answer(reply(pages(day(COST_OF_SERVICE))))
    (found,) = region.costs(DAY, NEXT, by=[SERVICE])
    group = CostGroup(
        ("Amazon Simple Storage Service",), Decimal("0.0434300016"), Decimal("0.0400000000"), Decimal("12.5"), "N/A",
        "USD",
    )  # fmt: skip
    assert found == CostDay(DAY, estimated=False, groups=(group,), unblended=None, amortized=None, currency="USD")
    assert json.loads(canned.requests[0]) == {
        "TimePeriod": {"Start": "2026-09-01", "End": "2026-09-02"}, "Granularity": "DAILY",
        "Metrics": ["UnblendedCost", "AmortizedCost", "UsageQuantity"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }  # fmt: skip


def test_totals_come_when_nothing_is_grouped(canned: Canned, region: Region) -> None:
    total = {"UnblendedCost": {"Amount": "31.4", "Unit": "USD"}, "AmortizedCost": {"Amount": "30.9", "Unit": "USD"}}
    canned.answer(reply(pages(day(Total=total, Estimated=True))))
    (found,) = region.costs(DAY, NEXT)
    assert (found.unblended, found.amortized, found.estimated) == (Decimal("31.4"), Decimal("30.9"), True)


@pytest.mark.parametrize(
    ("text", "value"),
    [("aws:cloudformation:stack-name$checkout-prod", "checkout-prod"), ("aws:cloudformation:stack-name$", ""),
     ("aws:cloudformation:stack-name$a$b", "a$b")],
)  # fmt: skip
def test_of_a_tag_the_value_is_kept(canned: Canned, region: Region, text: str, value: str) -> None:
    canned.answer(reply(pages(day({**COST_OF_SERVICE, "Keys": [text]}))))
    (found,) = region.costs(DAY, NEXT, by=[STACK])
    assert found.groups[0].keys == (value,)


def test_a_day_split_over_pages_comes_back_whole_and_each_page_costs_a_cent(
    canned: Canned, region: Region, meter: Meter
) -> None:
    first, second = day({**COST_OF_SERVICE, "Keys": ["a"]}), day({**COST_OF_SERVICE, "Keys": ["b"]}, Estimated=True)
    canned.answer(reply(pages(first, token="more")), reply(pages(second, day(start="2026-08-31"))))
    before, split = region.costs(DAY, NEXT, by=[SERVICE])
    assert (before.day, before.groups, before.currency) == (date(2026, 8, 31), (), "")
    assert ([one.keys for one in split.groups], split.estimated) == ([("a",), ("b",)], True)
    assert json.loads(canned.requests[1])["NextPageToken"] == "more"
    assert meter.cost == Decimal("0.02")


def test_a_filter_and_months_are_passed_on(canned: Canned, region: Region) -> None:
    canned.answer(reply(pages()))
    where = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit"]}}}
    assert region.costs(DAY, NEXT, granularity="MONTHLY", where=where) == []
    asked = json.loads(canned.requests[0])
    assert (asked["Granularity"], asked["Filter"]) == ("MONTHLY", where)


def metric(name: str, **changed: str) -> dict[str, Any]:
    metrics = COST_OF_SERVICE["Metrics"]
    assert isinstance(metrics, dict)
    return {**COST_OF_SERVICE, "Metrics": {**metrics, name: {**metrics[name], **changed}}}


@pytest.mark.parametrize(
    "broken",
    [metric("UnblendedCost", Amount="a lot"), metric("UnblendedCost", Amount="NaN"),
     metric("AmortizedCost", Unit="EUR"), {**COST_OF_SERVICE, "Keys": ["a", "b"]}, {"Keys": ["a"], "Metrics": {}}],
)  # fmt: skip
def test_costs_that_can_not_be_true_are_an_error(canned: Canned, region: Region, broken: dict[str, Any]) -> None:
    canned.answer(reply(pages(day(broken))))
    with pytest.raises(AwsError) as caught:
        region.costs(DAY, NEXT, by=[SERVICE])
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


def test_the_same_token_again_and_again_is_an_error(canned: Canned, region: Region) -> None:
    canned.answer(reply(pages(token="same")))
    with pytest.raises(AwsError) as caught:
        region.costs(DAY, NEXT)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


@pytest.mark.parametrize(
    ("code", "kind"),
    [("LimitExceededException", ErrorKind.THROTTLED), ("AccessDeniedException", ErrorKind.ACCESS_DENIED),
     ("DataUnavailableException", ErrorKind.SERVICE), ("RequestChangedException", ErrorKind.SERVICE)],
)  # fmt: skip
def test_refusals_are_told_apart(canned: Canned, region: Region, code: str, kind: ErrorKind) -> None:
    canned.answer(error(code))
    with pytest.raises(AwsError) as caught:
        region.costs(DAY, NEXT)
    assert (caught.value.kind, caught.value.action) == (kind, "ce:GetCostAndUsage")


def test_a_budget_for_calls_keeps_the_next_page_from_being_bought(canned: Canned, region: Region, meter: Meter) -> None:
    meter.budget = Decimal("0.015")
    canned.answer(reply(pages(token="more")))
    with pytest.raises(AwsError) as caught:
        region.costs(DAY, NEXT)
    assert (caught.value.kind, len(canned.requests)) == (ErrorKind.CAPPED, 1)


def test_a_forecast_is_read_with_its_interval(canned: Canned, region: Region, meter: Meter) -> None:
    result = {
        "TimePeriod": {"Start": "2026-09-01", "End": "2026-09-02"}, "MeanValue": "37.0786663399",
        "PredictionIntervalLowerBound": "34.9970026341", "PredictionIntervalUpperBound": "39.1603300457",
    }  # fmt: skip
    canned.answer(reply({"Total": {"Amount": "37.1", "Unit": "USD"}, "ForecastResultsByTime": [result]}))
    low, mean, high = Decimal("34.9970026341"), Decimal("37.0786663399"), Decimal("39.1603300457")
    assert region.cost_forecast(DAY, NEXT, granularity="DAILY") == [CostForecast(DAY, mean, low, high, "USD")]
    assert json.loads(canned.requests[0])["PredictionIntervalLevel"] == 80
    assert meter.cost == Decimal("0.01")


def test_an_account_that_is_too_young_has_no_forecast(canned: Canned, region: Region) -> None:
    canned.answer(error("DataUnavailableException", "Insufficient amount of historical data"))
    assert region.cost_forecast(DAY, NEXT, granularity="MONTHLY") == []


def test_a_forecast_outside_of_its_interval_is_an_error(canned: Canned, region: Region) -> None:
    result = {"TimePeriod": {"Start": "2026-09-01"}, "MeanValue": "3", "PredictionIntervalLowerBound": "4"}
    canned.answer(reply({"Total": {"Amount": "3", "Unit": "USD"}, "ForecastResultsByTime": [result]}))
    with pytest.raises(AwsError) as caught:
        region.cost_forecast(DAY, NEXT, granularity="DAILY")
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


ANOMALY = {
    "AnomalyId": "f8d0b2d4", "AnomalyStartDate": "2026-09-01T00:00:00Z", "AnomalyEndDate": "2026-09-02T00:00:00Z",
    "DimensionValue": "AWS Lambda", "MonitorArn": "arn:aws:ce::123456789012:anomalymonitor/1",
    "AnomalyScore": {"MaxScore": 0.73, "CurrentScore": 0.11},
    "Impact": {"MaxImpact": 20.5, "TotalImpact": 31.25, "TotalActualSpend": 41.25, "TotalExpectedSpend": 10.0},
    "RootCauses": [
        {"Service": "AWS Lambda", "Region": "us-east-1", "UsageType": "Request", "Impact": {"Contribution": 1.0}},
        {"Service": "AWS Lambda", "Region": "eu-west-1", "LinkedAccount": "123456789012",
         "UsageType": "EU-Lambda-GB-Second", "Impact": {"Contribution": 30.25}},
    ],
}  # fmt: skip


def test_an_anomaly_names_the_cause_that_weighs_most(canned: Canned, region: Region) -> None:
    canned.answer(reply({"Anomalies": [ANOMALY]}))
    (found,) = region.cost_anomalies(DAY, NEXT)
    assert (found.usage_type, found.region, found.linked_account) == (
        "EU-Lambda-GB-Second", "eu-west-1", "123456789012"
    )  # fmt: skip
    assert (found.start, found.end, found.score) == (DAY, NEXT, 0.73)
    assert (found.impact, found.expected, found.actual) == (Decimal("31.25"), Decimal(10), Decimal("41.25"))
    assert json.loads(canned.requests[0])["DateInterval"] == {"StartDate": "2026-09-01", "EndDate": "2026-09-02"}


def test_an_anomaly_that_goes_on_without_a_known_cause_is_read_too(canned: Canned, region: Region) -> None:
    unknown = {name: value for name, value in ANOMALY.items() if name not in {"AnomalyEndDate", "RootCauses"}}
    canned.answer(reply({"Anomalies": [{**unknown, "Impact": {"MaxImpact": 5.5}}], "NextPageToken": "more"}),
                  reply({"Anomalies": []}))  # fmt: skip
    (found,) = region.cost_anomalies(DAY, NEXT)
    assert (found.end, found.service, found.usage_type, found.impact) == (None, "AWS Lambda", "", Decimal("5.5"))


def test_active_tags_are_listed(canned: Canned, region: Region) -> None:
    tag = {"TagKey": "team", "Type": "UserDefined", "Status": "Active"}
    canned.answer(
        reply({"CostAllocationTags": [tag], "NextToken": "more"}),
        reply({"CostAllocationTags": [{**tag, "TagKey": "aws:cloudformation:stack-name"}]}),
    )
    assert region.cost_tags() == ["team", "aws:cloudformation:stack-name"]


def test_a_member_of_an_organization_has_the_tags_of_its_costs(canned: Canned, region: Region) -> None:
    refused = error("AccessDeniedException", "Linked account doesn't have access to cost allocation tags.")
    canned.answer(refused, reply({"Tags": ["", "team"], "ReturnSize": 2, "TotalSize": 2}))
    assert region.cost_tags() == ["team"]


PRODUCT = {
    "product": {
        "productFamily": "Serverless", "sku": "UBCQ8DHQ5HYF2P6A",
        "attributes": {"servicecode": "AWSLambda", "regionCode": "eu-west-1", "usagetype": "EU-Lambda-GB-Second",
                       "operation": "", "group": "AWS-Lambda-Duration"},
    },
    "serviceCode": "AWSLambda",
    "terms": {"OnDemand": {"UBCQ8DHQ5HYF2P6A.JRTCKXETXF": {"priceDimensions": {
        "b": {"unit": "Lambda-GB-Second", "beginRange": "6000000000", "endRange": "Inf",
              "pricePerUnit": {"USD": "0.0000150000"}},
        "a": {"unit": "Lambda-GB-Second", "beginRange": "0", "endRange": "6000000000",
              "pricePerUnit": {"USD": "0.0000166667"}},
    }}}},
}  # fmt: skip


def test_a_product_is_read_with_its_tiers_in_order(canned: Canned, region: Region, meter: Meter) -> None:
    reserved = {**PRODUCT, "terms": {"Reserved": {}}}
    canned.answer(reply({"FormatVersion": "aws_v1", "PriceList": [json.dumps(PRODUCT), json.dumps(reserved)]}))
    (item,) = region.price_list("AWSLambda", "eu-west-1")
    most = Decimal(6_000_000_000)
    assert (item.usage_type, item.family, item.attributes["group"]) == (
        "EU-Lambda-GB-Second", "Serverless", "AWS-Lambda-Duration"
    )  # fmt: skip
    assert item.tiers == (
        PriceTier(Decimal(0), most, Decimal("0.0000166667"), "USD", "Lambda-GB-Second"),
        PriceTier(most, None, Decimal("0.0000150000"), "USD", "Lambda-GB-Second"),
    )
    assert meter.cost == 0


@pytest.mark.parametrize("broken", ["{", json.dumps({"product": {}}), json.dumps([])])
def test_a_product_that_can_not_be_read_is_an_error(canned: Canned, region: Region, broken: str) -> None:
    canned.answer(reply({"FormatVersion": "aws_v1", "PriceList": [broken]}))
    with pytest.raises(AwsError) as caught:
        region.price_list("AWSLambda", "eu-west-1")
    assert caught.value.kind == ErrorKind.INVALID_ANSWER
