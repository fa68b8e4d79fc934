from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.reads import minute_before
from tests.demo.traces import annotated, service, services, summaries, window
from tests.simulated_aws import DATA, SimulatedAws

ORDERS = 'service("checkout-create-order")'


def pages(aws: SimulatedAws, **asked: Any) -> list[dict[str, Any]]:
    found = aws.client("xray").get_paginator("get_trace_summaries").paginate(**asked)
    return list(found)


def test_a_summary_tells_who_asked_what_and_how_it_went(simulated_aws: SimulatedAws) -> None:
    found = summaries(simulated_aws, window(simulated_aws), f"{ORDERS} AND user")
    one = found[0]

    assert one["Http"]["HttpURL"] == "https://checkout.shop.example.com/v1/orders"
    assert one["Http"]["HttpMethod"] == "POST"
    assert one["Http"]["ClientIp"]
    assert one["Http"]["UserAgent"]
    assert one["Users"][0]["UserName"]
    assert one["AvailabilityZones"][0]["Name"].startswith("eu-west-1")
    assert one["EntryPoint"]["Type"] == "AWS::Lambda"
    assert {"version", "payment_provider", "currency", "country", "tenant"} == one["Annotations"].keys()
    assert one["ResourceARNs"][0]["ARN"].endswith(":function:checkout-create-order")
    assert 0 < one["ResponseTime"] <= one["Duration"] + 0.001


def test_summaries_and_graph_count_the_same_requests(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws)
    statistics = service(services(simulated_aws, wanted), "checkout-create-order", "AWS::Lambda")["SummaryStatistics"]
    found = summaries(simulated_aws, wanted, ORDERS)

    assert len(found) == statistics["TotalCount"]
    assert sum(one["HasFault"] for one in found) == statistics["FaultStatistics"]["TotalCount"]


def test_every_page_says_how_many_traces_it_looked_at(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws)
    everything = pages(simulated_aws, **wanted)
    some = pages(simulated_aws, **wanted, FilterExpression="fault")

    assert sum(page["TracesProcessedCount"] for page in everything) == sum(len(p["TraceSummaries"]) for p in everything)
    assert sum(page["TracesProcessedCount"] for page in some) == sum(p["TracesProcessedCount"] for p in everything)


def test_a_long_answer_has_an_empty_page_in_its_middle(simulated_aws: SimulatedAws) -> None:
    found = pages(simulated_aws, **window(simulated_aws))

    assert len(found) > 3
    assert found[1]["TraceSummaries"] == []
    assert found[1]["NextToken"]
    assert found[2]["TraceSummaries"]


def test_no_trace_comes_twice(simulated_aws: SimulatedAws) -> None:
    ids = [one["Id"] for one in summaries(simulated_aws, window(simulated_aws, minutes=2))]

    assert len(ids) == len(set(ids)) > 1000


def test_a_trace_begins_within_the_window_and_its_id_says_when(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 10) + timedelta(seconds=20)
    found = summaries(simulated_aws, {"StartTime": start, "EndTime": start + timedelta(seconds=30)})

    assert found
    assert all(start <= one["StartTime"] < start + timedelta(seconds=30) for one in found)
    assert all(int(one["Id"].split("-")[1], 16) == int(one["StartTime"].timestamp()) for one in found)


def test_a_sample_is_a_share_and_always_the_same_one(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws, minutes=2)
    sampling = {"Sampling": True, "SamplingStrategy": {"Name": "FixedRate", "Value": 0.2}}
    everything = {one["Id"] for one in summaries(simulated_aws, wanted)}
    some = {one["Id"] for one in summaries(simulated_aws, wanted, **sampling)}

    assert some == {one["Id"] for one in summaries(simulated_aws, wanted, **sampling)}
    assert some < everything
    assert len(some) / len(everything) == pytest.approx(0.2, abs=0.03)


def test_a_sample_costs_what_it_looked_at(simulated_aws: SimulatedAws) -> None:
    sampling = {"Sampling": True, "SamplingStrategy": {"Name": "FixedRate", "Value": 0.2}}
    found = pages(simulated_aws, **window(simulated_aws), **sampling)

    assert sum(p["TracesProcessedCount"] for p in found) == sum(len(p["TraceSummaries"]) for p in found)


def test_more_than_a_day_is_refused(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 3000)

    with pytest.raises(ClientError, match="Time range cannot be longer than 24 hours") as caught:
        simulated_aws.client("xray").get_trace_summaries(StartTime=start, EndTime=start + timedelta(hours=25))
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_malformed_filter_is_refused_with_the_place(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="position 15") as caught:
        summaries(simulated_aws, window(simulated_aws), "responsetime > fast")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_made_up_token_is_refused(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="token"):
        simulated_aws.client("xray").get_trace_summaries(**window(simulated_aws), NextToken="mine")


def test_summaries_work_with_transaction_search_too(simulated_aws: SimulatedAws) -> None:
    found = summaries(simulated_aws, window(simulated_aws), 'service("clickstream-collect")', account=DATA)

    assert found
    assert all(annotated(one, "tenant") for one in found if not one["HasThrottle"])


def test_a_request_from_another_account_is_one_trace_in_both(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws, 60, 40)
    here = summaries(simulated_aws, wanted, 'edge("storefront-feedback", "images-moderate")')
    there = {one["Id"]: one for one in summaries(simulated_aws, wanted, 'service("images-moderate")', account=DATA)}

    assert here
    assert {one["Id"] for one in here} <= there.keys()
    assert there[here[0]["Id"]]["EntryPoint"]["Name"] == "images-moderate"


def test_root_causes_lead_down_the_path(simulated_aws: SimulatedAws) -> None:
    slow = summaries(simulated_aws, window(simulated_aws), f"{ORDERS} AND responsetime > 3 AND fault")
    causes = slow[0]["ResponseTimeRootCauses"][0]["Services"]
    fault = slow[0]["FaultRootCauses"][0]["Services"]

    assert [one["Name"] for one in causes] == [
        "checkout-create-order",
        "checkout-create-order",
        "fraud.shieldline.example",
    ]
    assert causes[-1]["EntityPath"][0]["Coverage"] > 0.5
    assert causes[-1]["Inferred"]
    assert [one["Name"] for one in fault] == [one["Name"] for one in causes]
    assert fault[1]["EntityPath"][0]["Exceptions"][0]["Name"] == "FraudCheckTimeout"
    assert fault[2]["EntityPath"][0]["Exceptions"][0]["Name"] == "ReadTimeout"


def test_a_failure_that_was_overcome_did_not_impact_the_client(simulated_aws: SimulatedAws) -> None:
    found = summaries(simulated_aws, window(simulated_aws, 60, 40), f"{ORDERS} AND responsetime > 3 AND !fault")

    assert found
    assert not any(one["FaultRootCauses"][0]["ClientImpacting"] for one in found)
    assert not any(one["HasFault"] for one in found)
