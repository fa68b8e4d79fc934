"""The simulated Cost Explorer over HTTP: its forms, its quirks, its refusals."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.demo.answers import costs
from dashboard.demo.world.blueprints import DATA, PRODUCTION
from tests.demo.reads import now_of
from tests.simulated_aws import SimulatedAws

METRICS = ["UnblendedCost", "AmortizedCost", "UsageQuantity"]
SERVICE = {"Type": "DIMENSION", "Key": "SERVICE"}
USAGE_TYPE = {"Type": "DIMENSION", "Key": "USAGE_TYPE"}
STACK = {"Type": "TAG", "Key": "aws:cloudformation:stack-name"}
DAY = timedelta(days=1)


def today(aws: SimulatedAws) -> date:
    return now_of(aws).date()


def period(aws: SimulatedAws, back: int, until: int = 0) -> dict[str, str]:
    """From so many days ago until before so many days ago."""
    return {"Start": str(today(aws) - back * DAY), "End": str(today(aws) - until * DAY)}


def ask(client: Any, when: dict[str, str], *by: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    """All pages of an answer, put together."""
    asked = {"TimePeriod": when, "Granularity": "DAILY", "Metrics": METRICS, **({"GroupBy": list(by)} if by else {})}
    asked |= more
    results: list[dict[str, Any]] = []
    while True:
        answer = client.get_cost_and_usage(**asked)
        results += answer["ResultsByTime"]
        if "NextPageToken" not in answer:
            return results
        asked["NextPageToken"] = answer["NextPageToken"]


def summed(results: list[dict[str, Any]], metric: str = "UnblendedCost") -> Decimal:
    groups = [group for result in results for group in result["Groups"]]
    return sum((Decimal(group["Metrics"][metric]["Amount"]) for group in groups), Decimal(0))


def total(results: list[dict[str, Any]], metric: str = "UnblendedCost") -> Decimal:
    return sum((Decimal(result["Total"][metric]["Amount"]) for result in results), Decimal(0))


@pytest.mark.parametrize("account", [PRODUCTION, DATA])
@pytest.mark.parametrize("by", [[SERVICE], [USAGE_TYPE, STACK], [{"Type": "TAG", "Key": "team"}, SERVICE]])
def test_groups_sum_to_totals_to_the_last_digit(
    simulated_aws: SimulatedAws, account: str, by: list[dict[str, str]]
) -> None:
    client = simulated_aws.client("ce", account=account)
    when = period(simulated_aws, 30)
    for metric in METRICS:
        assert summed(ask(client, when, *by), metric) == total(ask(client, when), metric)


def test_months_are_the_sums_of_their_days(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 70, 5)
    assert total(ask(client, when, Granularity="MONTHLY")) == total(ask(client, when))


def test_paging_changes_nothing(simulated_aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 12)
    monkeypatch.setattr(costs, "ROWS_OF_PAGE", 100_000)
    at_once = ask(client, when, USAGE_TYPE, STACK)
    monkeypatch.setattr(costs, "ROWS_OF_PAGE", 250)
    in_pages = ask(client, when, USAGE_TYPE, STACK)
    joined: defaultdict[str, list[Any]] = defaultdict(list)
    for result in in_pages:
        joined[result["TimePeriod"]["Start"]] += result["Groups"]
    assert len(in_pages) > len(at_once) == 12
    assert joined == {result["TimePeriod"]["Start"]: result["Groups"] for result in at_once}


def test_totals_are_empty_when_grouped_and_groups_when_not(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 4, 3)
    (grouped,), (plain,) = ask(client, when, SERVICE), ask(client, when)
    assert (grouped["Total"], plain["Groups"]) == ({}, [])
    assert set(plain["Total"]) == set(METRICS)


def test_tags_come_with_their_key_and_blank_for_what_is_untagged(simulated_aws: SimulatedAws) -> None:
    (result,) = ask(simulated_aws.client("ce"), period(simulated_aws, 4, 3), STACK)
    keys = {group["Keys"][0] for group in result["Groups"]}
    assert {"aws:cloudformation:stack-name$", "aws:cloudformation:stack-name$checkout-prod"} <= keys


def test_a_tag_that_is_not_switched_on_is_unknown_to_the_bill(simulated_aws: SimulatedAws) -> None:
    (result,) = ask(simulated_aws.client("ce"), period(simulated_aws, 4, 3), {"Type": "TAG", "Key": "app"})
    assert [group["Keys"] for group in result["Groups"]] == [["app$"]]


def test_usage_types_have_the_names_of_their_regions(simulated_aws: SimulatedAws) -> None:
    (result,) = ask(simulated_aws.client("ce"), period(simulated_aws, 4, 3), USAGE_TYPE)
    names = {group["Keys"][0] for group in result["Groups"]}
    assert {
        "EU-Lambda-GB-Second-ARM", "Lambda-GB-Second", "EUC1-Request", "EU-ApiGatewayHttpRequest",
        "USE1-ApiGatewayHttpRequest", "EU-DataTransfer-Out-Bytes", "EU-CW:GMD-Metrics", "NatGateway-Hours",
    } - names == {"NatGateway-Hours"}  # fmt: skip


def test_units_of_one_usage_type_are_told_and_mixed_ones_are_not(simulated_aws: SimulatedAws) -> None:
    (result,) = ask(simulated_aws.client("ce"), period(simulated_aws, 4, 3), USAGE_TYPE)
    units = {group["Keys"][0]: group["Metrics"]["UsageQuantity"]["Unit"] for group in result["Groups"]}
    (whole,) = ask(simulated_aws.client("ce"), period(simulated_aws, 4, 3))
    assert units["EU-Lambda-GB-Second-ARM"] == "Lambda-GB-Second"
    assert whole["Total"]["UsageQuantity"]["Unit"] == "N/A"


def test_each_account_sees_its_own_costs_alone(simulated_aws: SimulatedAws) -> None:
    linked = {"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}
    for account in (PRODUCTION, DATA):
        (result,) = ask(simulated_aws.client("ce", account=account), period(simulated_aws, 4, 3), linked)
        assert [group["Keys"] for group in result["Groups"]] == [[account]]


def test_the_last_days_are_marked_as_estimates_and_tomorrow_has_nothing(simulated_aws: SimulatedAws) -> None:
    results = ask(simulated_aws.client("ce"), period(simulated_aws, 6, -2))
    assert [one["Estimated"] for one in results][-4:] == [True] * 4
    assert results[2]["Estimated"] is (today(simulated_aws) - 4 * DAY == today(simulated_aws).replace(day=1))
    assert results[-1]["Total"]["UnblendedCost"]["Amount"] == "0"


def test_a_filter_narrows_and_its_opposite_is_the_rest(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 10)
    wanted = {"And": [{"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}},
                      {"Tags": {"Key": "team", "Values": ["payments", "storefront"]}}]}  # fmt: skip
    inside, outside = ask(client, when, Filter=wanted), ask(client, when, Filter={"Not": wanted})
    assert 0 < total(inside) < total(outside)
    assert total(inside) + total(outside) == total(ask(client, when))


@pytest.mark.parametrize(
    "wrong",
    [
        {"GroupBy": [SERVICE, USAGE_TYPE, STACK]},
        {"GroupBy": [{"Type": "DIMENSION", "Key": "COLOUR"}]},
        {"Metrics": ["Cost"]},
        {"Granularity": "HOURLY"},
        {"TimePeriod": {"Start": "2026-01-02", "End": "2026-01-02"}},
        {"TimePeriod": {"Start": "yesterday", "End": "today"}},
        {"TimePeriod": {"Start": "2019-01-01", "End": "2019-02-01"}},
        {"TimePeriod": {"Start": "2999-01-01", "End": "2999-02-01"}},
        {"Filter": {"Dimensions": {"Key": "CHARGE_TYPE", "Values": ["Tax"]}}},
        {"Filter": {"Dimensions": {"Key": "SERVICE", "Values": []}}},
        {"Filter": {"And": [{"Tags": {"Key": "team", "Values": ["a"]}}]}},
        {"Filter": {"Not": {}, "Tags": {"Key": "team", "Values": ["a"]}}},
    ],
)
def test_wrong_requests_are_refused(simulated_aws: SimulatedAws, wrong: dict[str, Any]) -> None:
    right = {"TimePeriod": period(simulated_aws, 4), "Granularity": "DAILY", "Metrics": ["UnblendedCost"]}
    with pytest.raises(ClientError) as caught:
        simulated_aws.client("ce", parameter_validation=False).get_cost_and_usage(**{**right, **wrong})
    assert caught.value.response["Error"]["Code"] == "ValidationException"


class TestTokens:
    """A page's token belongs to its request, for some minutes."""

    def _asked(self, aws: SimulatedAws) -> dict[str, Any]:
        return {"TimePeriod": period(aws, 40), "Granularity": "DAILY", "Metrics": METRICS,
                "GroupBy": [USAGE_TYPE, STACK]}  # fmt: skip

    def _refusal(self, aws: SimulatedAws, asked: dict[str, Any]) -> str:
        with pytest.raises(ClientError) as caught:
            aws.client("ce").get_cost_and_usage(**asked)
        return str(caught.value.response["Error"]["Code"])

    def test_a_made_up_one_is_refused(self, simulated_aws: SimulatedAws) -> None:
        asked = {**self._asked(simulated_aws), "NextPageToken": "bm90IGEgdG9rZW4="}
        assert self._refusal(simulated_aws, asked) == "InvalidNextTokenException"

    def test_one_of_another_request_is_refused(self, simulated_aws: SimulatedAws) -> None:
        asked = self._asked(simulated_aws)
        asked["NextPageToken"] = simulated_aws.client("ce").get_cost_and_usage(**asked)["NextPageToken"]
        asked["Metrics"] = ["UnblendedCost"]
        assert self._refusal(simulated_aws, asked) == "RequestChangedException"

    def test_an_old_one_has_expired(self, simulated_aws: SimulatedAws) -> None:
        asked = self._asked(simulated_aws)
        asked["NextPageToken"] = simulated_aws.client("ce").get_cost_and_usage(**asked)["NextPageToken"]
        simulated_aws.move_clock(3600)
        assert self._refusal(simulated_aws, asked) == "BillExpirationException"


class TestForecast:
    """AWS's own forecast."""

    def _ask(self, aws: SimulatedAws, *, parameter_validation: bool = True, **more: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {"TimePeriod": period(aws, 0, -20), "Granularity": "DAILY",
                                 "Metric": "UNBLENDED_COST", "PredictionIntervalLevel": 80}  # fmt: skip
        found: dict[str, Any] = aws.client("ce", parameter_validation=parameter_validation).get_cost_forecast(
            **{**asked, **more}
        )
        return found

    def test_it_is_near_the_last_weeks_and_has_an_interval(self, simulated_aws: SimulatedAws) -> None:
        answer = self._ask(simulated_aws)
        usual = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax", "Support"]}}}
        past = ask(simulated_aws.client("ce"), period(simulated_aws, 23, 3), Filter=usual)
        assert float(answer["Total"]["Amount"]) == pytest.approx(float(total(past)), rel=0.1)
        for one in answer["ForecastResultsByTime"]:
            low, mean, high = (
                float(one[name])
                for name in ("PredictionIntervalLowerBound", "MeanValue", "PredictionIntervalUpperBound")
            )
            assert 0 < low < mean < high

    def test_more_certainty_needs_a_wider_interval(self, simulated_aws: SimulatedAws) -> None:
        narrow, wide = (
            self._ask(simulated_aws, PredictionIntervalLevel=level)["ForecastResultsByTime"][0] for level in (60, 95)
        )
        assert float(narrow["PredictionIntervalLowerBound"]) > float(wide["PredictionIntervalLowerBound"])

    def test_months_are_forecast_too(self, simulated_aws: SimulatedAws) -> None:
        answer = self._ask(simulated_aws, Granularity="MONTHLY", TimePeriod=period(simulated_aws, 0, -100))
        assert len(answer["ForecastResultsByTime"]) in {4, 5}

    def test_costs_without_a_history_have_no_forecast(self, simulated_aws: SimulatedAws) -> None:
        nothing = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Braket"]}}
        with pytest.raises(ClientError, match="DataUnavailableException"):
            self._ask(simulated_aws, Filter=nothing)

    @pytest.mark.parametrize(
        "wrong", [{"Granularity": "HOURLY"}, {"Metric": "USAGE_QUANTITY"}, {"PredictionIntervalLevel": 20}]
    )
    def test_wrong_requests_are_refused(self, simulated_aws: SimulatedAws, wrong: dict[str, Any]) -> None:
        with pytest.raises(ClientError, match="ValidationException"):
            self._ask(simulated_aws, parameter_validation=False, **wrong)

    def test_the_past_is_no_forecast(self, simulated_aws: SimulatedAws) -> None:
        with pytest.raises(ClientError, match="ValidationException"):
            self._ask(simulated_aws, TimePeriod=period(simulated_aws, 2, -3))


def test_the_spike_is_an_anomaly_with_its_cause(simulated_aws: SimulatedAws) -> None:
    found = simulated_aws.client("ce").get_anomalies(DateInterval={"StartDate": str(today(simulated_aws) - 30 * DAY)})
    spike = next(one for one in found["Anomalies"] if one["DimensionValue"] == "Amazon CloudFront")
    assert spike["RootCauses"][0]["UsageType"] == "EU-DataTransfer-Out-Bytes"
    assert spike["Impact"]["TotalImpact"] > 50
    assert spike["AnomalyStartDate"].startswith(str(today(simulated_aws) - 5 * DAY))


def test_the_loop_is_an_anomaly_two_days_later(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce", account=DATA)
    began = today(simulated_aws)
    interval = {"StartDate": str(began - 5 * DAY)}
    services = [one["DimensionValue"] for one in client.get_anomalies(DateInterval=interval)["Anomalies"]]
    assert "AWS Lambda" not in services
    simulated_aws.move_clock(4 * 86_400)
    services = [one["DimensionValue"] for one in client.get_anomalies(DateInterval=interval)["Anomalies"]]
    assert "AWS Lambda" in services


def test_anomalies_come_in_pages_and_not_of_long_ago(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    interval = {"StartDate": str(today(simulated_aws) - 80 * DAY)}
    every = client.get_anomalies(DateInterval=interval)["Anomalies"]
    pages = client.get_paginator("get_anomalies").paginate(DateInterval=interval, PaginationConfig={"PageSize": 1})
    assert [one for page in pages for one in page["Anomalies"]] == every
    with pytest.raises(ClientError, match="ValidationException"):
        client.get_anomalies(DateInterval={"StartDate": str(today(simulated_aws) - 200 * DAY)})


def test_there_is_a_monitor(simulated_aws: SimulatedAws) -> None:
    (monitor,) = simulated_aws.client("ce").get_anomaly_monitors()["AnomalyMonitors"]
    assert monitor["MonitorDimension"] == "SERVICE"


def test_tags_are_listed_for_who_pays_and_refused_to_a_member(simulated_aws: SimulatedAws) -> None:
    listed = simulated_aws.client("ce").list_cost_allocation_tags(Status="Active")["CostAllocationTags"]
    assert {one["TagKey"] for one in listed} == {"aws:cloudformation:stack-name", "environment", "owner", "team"}
    member = simulated_aws.client("ce", account=DATA)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        member.list_cost_allocation_tags()
    assert "team" in member.get_tags(TimePeriod=period(simulated_aws, 10))["Tags"]


def test_values_of_tags_and_dimensions_are_listed(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 10)
    assert client.get_tags(TimePeriod=when, TagKey="environment")["Tags"] == ["", "prod", "staging"]
    answer = client.get_dimension_values(TimePeriod=when, Dimension="LINKED_ACCOUNT")
    assert answer["DimensionValues"] == [{"Value": PRODUCTION, "Attributes": {"description": "Shop production"}}]


def test_re_reading_is_identical(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("ce")
    when = period(simulated_aws, 20)
    assert ask(client, when, SERVICE) == ask(client, when, SERVICE)
