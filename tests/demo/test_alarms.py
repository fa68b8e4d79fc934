"""The simulated CloudWatch alarms: limits, paging, filters, and states that follow from the world."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.reads import now_of
from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws

BOTH = ["MetricAlarm", "CompositeAlarm"]
PLACES = [(PRODUCTION, "eu-west-1"), (PRODUCTION, "eu-central-1"), (PRODUCTION, "us-east-1"), (DATA, "eu-west-1"),
          (DATA, "eu-central-1")]  # fmt: skip


def described(aws: SimulatedAws, account: str = PRODUCTION, region: str = "eu-west-1", **more: Any) -> dict[str, Any]:
    """Alarms of both kinds by name."""
    answer = aws.client("cloudwatch", region, account).describe_alarms(AlarmTypes=BOTH, **more)
    return {one["AlarmName"]: one for one in answer["MetricAlarms"] + answer["CompositeAlarms"]}


@pytest.fixture(scope="module")
def everywhere(simulated_aws_server: SimulatedAws) -> dict[str, Any]:
    return {name: one for place in PLACES for name, one in described(simulated_aws_server, *place).items()}


def test_there_are_about_twenty_five_and_most_are_ok(everywhere: dict[str, Any]) -> None:
    states = [one["StateValue"] for one in everywhere.values()]
    assert len(states) == 27
    assert states.count("OK") > len(states) / 2


def test_alarms_of_the_planted_incidents_and_no_others_are_in_alarm(everywhere: dict[str, Any]) -> None:
    assert {name for name, one in everywhere.items() if one["StateValue"] == "ALARM"} == {
        "checkout-create-order-errors", "checkout-create-order-slow", "checkout-api-5xx", "orders-fulfilment-age",
        "orders-fulfil-throttles", "notifications-email-dlq", "catalog-db-cpu", "catalog-cache-hit-rate",
        "clickstream-iterator-age", "images-thumbnail-runaway", "checkout-is-broken", "orders-are-stuck",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("alarm", "incident", "within"),
    [
        ("checkout-create-order-errors", "slow-deploy", 30),
        ("catalog-cache-hit-rate", "cold-cache", 35),
        ("orders-fulfil-throttles", "throttled-consumer", 40),
        ("checkout-is-broken", "slow-deploy", 30),
    ],
)
def test_an_alarm_goes_off_soon_after_its_incident(
    everywhere: dict[str, Any], simulated_aws: SimulatedAws, alarm: str, incident: str, within: int
) -> None:
    began = next(one for one in simulated_aws.state()["incidents"] if one["key"] == incident)["started_at"]
    went_off = everywhere[alarm]["StateTransitionedTimestamp"].timestamp()
    assert 0 < went_off - began < within * 60


def test_metric_alarms_alone_are_the_default(simulated_aws: SimulatedAws) -> None:
    answer = simulated_aws.client("cloudwatch").describe_alarms()
    assert answer["MetricAlarms"]
    assert "CompositeAlarms" not in answer


def test_pages_hold_both_kinds_and_no_alarm_twice(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudwatch")
    pages = list(client.get_paginator("describe_alarms").paginate(AlarmTypes=BOTH, MaxRecords=4))
    names = [one["AlarmName"] for page in pages for one in page["MetricAlarms"] + page["CompositeAlarms"]]
    assert all(len(page["MetricAlarms"]) + len(page["CompositeAlarms"]) <= 4 for page in pages)
    assert sorted(names) == sorted(described(simulated_aws))


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_holds_a_hundred_at_most(simulated_aws: SimulatedAws, size: int) -> None:
    client = simulated_aws.client("cloudwatch", parameter_validation=False)
    with pytest.raises(ClientError, match="ValidationError"):
        client.describe_alarms(MaxRecords=size)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"AlarmNames": ["catalog-db-cpu", "no-such"]}, {"catalog-db-cpu"}),
        ({"AlarmNamePrefix": "orders-f"}, {"orders-fulfil-throttles", "orders-fulfilment-age"}),
        ({"StateValue": "INSUFFICIENT_DATA"}, {"checkout-abandoned-baskets"}),
    ],
)
def test_alarms_are_filtered(simulated_aws: SimulatedAws, filters: dict[str, Any], names: set[str]) -> None:
    assert set(described(simulated_aws, **filters)) == names


def test_three_alarms_are_dead_each_in_its_own_way(everywhere: dict[str, Any], simulated_aws: SimulatedAws) -> None:
    deleted, untold, silent = (
        everywhere[name]
        for name in ("checkout-legacy-tax-errors", "storefront-search-slow", "checkout-abandoned-baskets")
    )
    functions = simulated_aws.client("lambda").get_paginator("list_functions").paginate()
    known = {one["FunctionName"] for page in functions for one in page["Functions"]}
    assert deleted["Dimensions"][0]["Value"] not in known
    assert untold["AlarmActions"] == []
    assert now_of(simulated_aws) - silent["StateTransitionedTimestamp"] > timedelta(days=30)


def test_history_says_how_an_alarm_came_to_its_state(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudwatch")
    items = client.describe_alarm_history(AlarmName="orders-fulfil-throttles", HistoryItemType="StateUpdate")
    (change,) = items["AlarmHistoryItems"]
    told = json.loads(change["HistoryData"])
    assert (told["oldState"]["stateValue"], told["newState"]["stateValue"]) == ("OK", "ALARM")
    alarm = described(simulated_aws)["orders-fulfil-throttles"]
    assert change["Timestamp"] == alarm["StateTransitionedTimestamp"]


def test_history_of_composite_alarms_is_asked_for_by_type(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudwatch")
    assert client.describe_alarm_history(AlarmName="orders-are-stuck")["AlarmHistoryItems"] == []
    both = client.describe_alarm_history(AlarmName="orders-are-stuck", AlarmTypes=BOTH)["AlarmHistoryItems"]
    assert [one["HistoryItemType"] for one in both] == ["StateUpdate", "ConfigurationUpdate"]
