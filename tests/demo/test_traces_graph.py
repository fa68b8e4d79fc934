from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.reads import minute_before
from tests.demo.traces import edges, service, services, window
from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws

FACADE, FUNCTION = "AWS::Lambda", "AWS::Lambda::Function"
FULFILMENT = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-fulfilment"


def total(one: dict[str, Any]) -> int:
    return int(one["SummaryStatistics"]["TotalCount"])


def counted(histogram: list[dict[str, Any]]) -> int:
    return sum(one["Count"] for one in histogram)


def test_a_function_is_two_services_with_an_edge_between_them_and_a_client_before(simulated_aws: SimulatedAws) -> None:
    found = edges(services(simulated_aws, window(simulated_aws)))
    name = "checkout-get-basket"

    assert total(found[name, "client", name, FACADE]) == total(found[name, FACADE, name, FUNCTION]) > 0


def test_nodes_have_the_types_that_x_ray_uses(simulated_aws: SimulatedAws) -> None:
    types = {one["Type"] for one in services(simulated_aws, window(simulated_aws))}

    assert types == {
        "client",
        "remote",
        "AWS::Lambda",
        "AWS::Lambda::Function",
        "AWS::ApiGateway::Stage",
        "AWS::StepFunctions::StateMachine",
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SNS",
        "AWS::SNS::Topic",
        "AWS::Events",
        "AWS::CognitoIdentityProvider",
        "Database::SQL",
    }


def test_what_nobody_traces_is_missing(simulated_aws: SimulatedAws) -> None:
    names = {
        one["Name"]
        for region in ("eu-west-1", "us-east-1", "eu-central-1")
        for account in (PRODUCTION, DATA)
        for one in services(simulated_aws, window(simulated_aws), region=region, account=account)
    }

    assert not {
        name for name in names if name.startswith(("ledger-", "reporting-", "recommendations-", "experiment-", "ops-"))
    }
    assert not {"checkout-api", "storefront-web", "identity-acl", "catalog-cache", "shop.example.com"} & names


def test_traced_settings_and_traces_agree(simulated_aws: SimulatedAws) -> None:
    graph = services(simulated_aws, window(simulated_aws, minutes=10))
    seen = {one["Name"] for one in graph if one["Type"] == FUNCTION}
    listed = simulated_aws.client("lambda").get_paginator("list_functions").paginate()
    active = {
        one["FunctionName"] for page in listed for one in page["Functions"] if one["TracingConfig"]["Mode"] == "Active"
    }

    assert seen <= active
    assert active - seen <= {"catalog-sync-stock", "identity-post-confirm", "loyalty-west-expire"}


def test_counts_add_up(simulated_aws: SimulatedAws) -> None:
    for one in services(simulated_aws, window(simulated_aws)):
        if one["Type"] != "client":
            statistics = one["SummaryStatistics"]
            errors, faults = statistics["ErrorStatistics"], statistics["FaultStatistics"]
            assert statistics["OkCount"] + errors["TotalCount"] + faults["TotalCount"] == statistics["TotalCount"]
            assert errors["ThrottleCount"] + errors["OtherCount"] == errors["TotalCount"]
            assert counted(one["ResponseTimeHistogram"]) == statistics["TotalCount"]


def test_a_window_is_the_sum_of_its_minutes(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 20)
    whole = services(simulated_aws, {"StartTime": start, "EndTime": start + timedelta(minutes=6)})
    minutes = [start + timedelta(minutes=minute) for minute in range(6)]
    parts = [services(simulated_aws, {"StartTime": at, "EndTime": at + timedelta(minutes=1)}) for at in minutes]
    name = "payments-authorize"

    assert total(service(whole, name, FUNCTION)) == sum(total(service(part, name, FUNCTION)) for part in parts)


def test_histogram_values_have_three_digits(simulated_aws: SimulatedAws) -> None:
    values = [
        entry["Value"]
        for one in services(simulated_aws, window(simulated_aws))
        for entry in one.get("ResponseTimeHistogram", [])
    ]

    assert all(float(f"{value:.3g}") == value for value in values)


def test_a_queue_links_to_its_consumer_with_the_age_of_messages(simulated_aws: SimulatedAws) -> None:
    link = edges(services(simulated_aws, window(simulated_aws)))[FULFILMENT, "AWS::SQS::Queue", "orders-fulfil", FACADE]
    ages = [entry["Value"] for entry in link["ReceivedEventAgeHistogram"] for _ in range(entry["Count"])]

    assert link["EdgeType"] == "link"
    assert link["ResponseTimeHistogram"] == []
    assert sorted(ages)[len(ages) // 2] > 1800


def test_messages_did_not_wait_before_the_consumer_was_throttled(simulated_aws: SimulatedAws) -> None:
    link = edges(services(simulated_aws, window(simulated_aws, 720)))[
        FULFILMENT, "AWS::SQS::Queue", "orders-fulfil", FACADE
    ]

    assert max(entry["Value"] for entry in link["ReceivedEventAgeHistogram"]) < 30


def test_a_throttled_consumer_is_throttled_at_the_service_not_in_the_function(simulated_aws: SimulatedAws) -> None:
    graph = services(simulated_aws, window(simulated_aws))
    facade = service(graph, "orders-fulfil", FACADE)["SummaryStatistics"]

    assert facade["ErrorStatistics"]["ThrottleCount"] > 0
    assert facade["TotalCount"] - facade["ErrorStatistics"]["ThrottleCount"] == total(
        service(graph, "orders-fulfil", FUNCTION)
    )


def test_a_call_into_the_other_account_is_seen_from_both_sides(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws, 60, 50)
    here = services(simulated_aws, wanted)
    there = services(simulated_aws, wanted, account=DATA)
    called = service(here, "images-moderate", FACADE)

    assert called["AccountId"] == DATA
    assert ("storefront-feedback", FUNCTION, "images-moderate", FACADE) in edges(here)
    assert ("images-moderate", FUNCTION) not in {(one["Name"], one["Type"]) for one in here}
    assert total(service(there, "images-moderate", FUNCTION)) >= total(called)


def test_a_call_into_another_region_is_seen_from_both_sides(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws, 60, 50)
    west = edges(services(simulated_aws, wanted))
    central = services(simulated_aws, wanted, region="eu-central-1")

    assert ("loyalty-west-points", FUNCTION, "loyalty-central-points", FACADE) in west
    assert service(central, "loyalty-central-points", FUNCTION)


def test_a_function_that_triggers_itself_has_a_loop_through_its_bucket(simulated_aws: SimulatedAws) -> None:
    name = "images-make-thumbnail"
    before = edges(services(simulated_aws, window(simulated_aws, 720, 60), account=DATA))
    after = edges(services(simulated_aws, window(simulated_aws), account=DATA))
    back = ("shop-images", "AWS::S3::Bucket", name, FACADE)

    assert back not in before
    assert total(after[back]) > total(after[name, "client", name, FACADE])


def test_reference_ids_are_worth_nothing_in_the_next_answer(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws)
    numbers = [
        {(one["Name"], one["Type"]): one["ReferenceId"] for one in services(simulated_aws, wanted)} for _ in "ab"
    ]

    assert numbers[0].keys() == numbers[1].keys()
    assert numbers[0] != numbers[1]


def test_a_large_graph_comes_in_pages_that_share_their_numbers(simulated_aws: SimulatedAws) -> None:
    client, wanted = simulated_aws.client("xray"), window(simulated_aws)
    first = client.get_service_graph(**wanted)
    second = client.get_service_graph(**wanted, NextToken=first["NextToken"])
    numbers = [one["ReferenceId"] for one in first["Services"] + second["Services"]]

    assert "NextToken" not in second
    assert len(set(numbers)) == len(numbers)
    assert {edge["ReferenceId"] for one in first["Services"] for edge in one["Edges"]} <= set(numbers)


def test_the_same_window_gives_the_same_counts(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws)
    counts = [
        {(one["Name"], one["Type"]): one.get("SummaryStatistics") for one in services(simulated_aws, wanted)}
        for _ in "ab"
    ]

    assert counts[0] == counts[1]


def test_a_group_shows_its_own_traces_alone(simulated_aws: SimulatedAws) -> None:
    names = {one["Name"] for one in services(simulated_aws, window(simulated_aws), GroupName="checkout")}

    assert {"checkout-create-order", "checkout-get-basket", "fraud.shieldline.example"} <= names
    assert not {"storefront-render", "orders-accept"} & names


def test_more_than_six_hours_are_refused(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 400)

    with pytest.raises(ClientError, match="Time range cannot be longer than 6 hours"):
        simulated_aws.client("xray").get_service_graph(StartTime=start, EndTime=start + timedelta(minutes=361))


def test_traces_older_than_thirty_days_are_gone(simulated_aws: SimulatedAws) -> None:
    assert services(simulated_aws, window(simulated_aws, 31 * 1440)) == []
    assert services(simulated_aws, window(simulated_aws, 29 * 1440))


def test_an_unknown_group_is_refused(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="InvalidRequestException"):
        services(simulated_aws, window(simulated_aws), GroupName="nobody")


def test_throttles_come_as_x_ray_words_them(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("throttle", service="xray")

    with pytest.raises(ClientError) as caught:
        services(simulated_aws, window(simulated_aws))
    assert caught.value.response["Error"]["Code"] == "ThrottledException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
