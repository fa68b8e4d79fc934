import itertools
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.traces import batch, documents, service, subsegments, summaries, window
from tests.simulated_aws import SimulatedAws

ORDERS = 'service("checkout-create-order")'
Document = dict[str, Any]


def one_trace(aws: SimulatedAws, expression: str, ago: int = 10, minutes: int = 5) -> tuple[Document, list[Document]]:
    """The first matching summary and its segments."""
    found = summaries(aws, window(aws, ago, minutes), expression)
    return found[0], batch(aws, [found[0]["Id"]])[0]


def of_type(segments: list[Document], origin: str) -> Document:
    return next(one for one in segments if one.get("origin") == origin)


def test_a_summary_and_its_documents_tell_the_same(simulated_aws: SimulatedAws) -> None:
    found = summaries(simulated_aws, window(simulated_aws, minutes=2), "!partial")[::400][:5]

    for summary, segments in zip(found, batch(simulated_aws, [one["Id"] for one in found]), strict=True):
        root = segments[0]
        assert root["trace_id"] == summary["Id"]
        assert root["end_time"] - root["start_time"] == pytest.approx(summary["ResponseTime"], abs=0.001)
        assert max(one["end_time"] for one in segments) - root["start_time"] == pytest.approx(
            summary["Duration"], abs=0.001
        )
        assert root.get("fault", False) == summary["HasFault"]
        assert root.get("error", False) == summary["HasError"]
        assert any(one.get("throttle", False) for one in segments) == summary["HasThrottle"]
        assert {one["name"] for one in segments} == {
            one["Name"] for one in summary["ServiceIds"] if one["Type"] != "client"
        }


def test_the_same_id_gives_the_same_trace(simulated_aws: SimulatedAws) -> None:
    ids = [one["Id"] for one in summaries(simulated_aws, window(simulated_aws), ORDERS)[:5]]

    assert batch(simulated_aws, ids) == batch(simulated_aws, ids)


def test_a_graph_of_traces_counts_their_segments(simulated_aws: SimulatedAws) -> None:
    ids = [one["Id"] for one in summaries(simulated_aws, window(simulated_aws), ORDERS)[:5]]
    graph = simulated_aws.client("xray").get_trace_graph(TraceIds=ids)["Services"]
    calls = sum(one["name"] == "checkout-orders" for trace in batch(simulated_aws, ids) for one in trace)

    assert service(graph, "checkout-create-order", "AWS::Lambda::Function")["SummaryStatistics"]["TotalCount"] == 5
    assert service(graph, "checkout-orders", "AWS::DynamoDB::Table")["SummaryStatistics"]["TotalCount"] == calls


@pytest.mark.parametrize(
    "name",
    ["checkout-create-order", "orders-accept", "notifications-outgoing", "catalog-api/prod", "storefront-feedback"],
)
def test_segments_hang_together(simulated_aws: SimulatedAws, name: str) -> None:
    found = summaries(simulated_aws, window(simulated_aws), f'service("{name}")')[:5]
    for segments in batch(simulated_aws, [one["Id"] for one in found]):
        every = [*segments, *(inner for one in segments for inner in subsegments(one))]
        ids = [one["id"] for one in every]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch("[0-9a-f]{16}", ident) for ident in ids)
        assert sum("parent_id" not in one for one in segments) == 1
        assert {one["parent_id"] for one in segments if "parent_id" in one} <= set(ids)


def test_subsegments_lie_within_their_segment_and_follow_each_other(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, f"{ORDERS} AND !partial")
    function = of_type(segments, "AWS::Lambda::Function")
    invocation = next(one for one in function["subsegments"] if one["name"] == "Invocation")
    calls = invocation["subsegments"]

    assert len(calls) >= 3
    assert all(function["start_time"] <= one["start_time"] <= one["end_time"] for one in calls)
    assert calls[-1]["end_time"] <= function["end_time"]
    assert all(a["end_time"] <= b["start_time"] for a, b in itertools.pairwise(calls))


def test_a_function_has_two_segments_and_its_overhead(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, ORDERS)
    facade, function = segments[:2]

    assert (facade["origin"], function["origin"]) == ("AWS::Lambda", "AWS::Lambda::Function")
    assert function["parent_id"] == facade["id"]
    assert facade["resource_arn"] == function["resource_arn"] == function["aws"]["function_arn"]
    assert function["annotations"].keys() == {"version", "payment_provider", "currency", "country", "tenant"}
    assert {"Invocation", "Overhead"} <= {one["name"] for one in function["subsegments"]}


def test_about_one_start_in_a_hundred_is_cold(simulated_aws: SimulatedAws) -> None:
    found = summaries(simulated_aws, window(simulated_aws, 300, 30), 'service("storefront-session")')
    ids = [one["Id"] for one in found if one["ResponseTime"] > 0.3][:5]
    begun = [inner["name"] for segments in batch(simulated_aws, ids) for one in segments for inner in subsegments(one)]

    assert "Initialization" in begun


def test_a_call_of_aws_says_what_it_did(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, ORDERS)
    calls = [inner for one in segments for inner in subsegments(one) if inner.get("namespace") == "aws"]
    table = next(one for one in calls if one["name"] == "DynamoDB")

    assert table["aws"].keys() >= {"operation", "region", "request_id", "retries", "table_name", "resource_names"}
    assert table["http"]["response"]["status"] == 200


def test_a_call_of_somebody_else_has_its_url(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, f"{ORDERS} AND ok")
    remote = next(
        inner for one in segments for inner in subsegments(one) if inner["name"] == "fraud.shieldline.example"
    )

    assert remote["namespace"] == "remote"
    assert remote["http"]["request"]["url"] == "https://fraud.shieldline.example/v2/assessments"
    assert remote["http"]["response"]["status"] == 200


def test_a_query_has_its_sql(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, 'service(id(type: "Database::SQL"))')
    query = next(inner["sql"] for one in segments for inner in subsegments(one) if "sql" in inner)

    assert query.keys() >= {"url", "user", "database_type", "sanitized_query"}
    assert "$1" in query["sanitized_query"]


def test_a_stage_has_the_request_and_the_user(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, 'service(id(type: "AWS::ApiGateway::Stage")) AND user')
    stage = of_type(segments, "AWS::ApiGateway::Stage")

    assert stage["http"]["request"]["url"].startswith("https://")
    assert stage["aws"]["api_gateway"]["stage"]
    assert stage["user"]


def test_a_failed_order_tells_its_exception_with_a_stack(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, f"{ORDERS} AND fault AND responsetime > 3")
    exception = of_type(segments, "AWS::Lambda::Function")["cause"]["exceptions"][0]
    calls = [one for one in segments if one["name"] == "fraud.shieldline.example"]

    assert exception["type"] == "FraudCheckTimeout"
    assert [frame["label"] for frame in exception["stack"]][-1] == "handler"
    assert len(calls) == 2
    assert calls[0]["fault"]
    assert calls[0]["end_time"] - calls[0]["start_time"] == pytest.approx(3.0, abs=0.1)


def test_a_refused_attempt_ends_before_the_function(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, 'service("orders-fulfil") AND throttle')

    assert [one["origin"] for one in segments] == ["AWS::Lambda"]
    assert segments[0]["throttle"]
    assert segments[0]["http"]["response"]["status"] == 429


def test_some_segments_are_never_closed(simulated_aws: SimulatedAws) -> None:
    summary, segments = one_trace(simulated_aws, "partial")

    assert summary["IsPartial"]
    assert any(one.get("in_progress") and "end_time" not in one for one in segments)


def test_a_consumers_segment_links_to_the_sender_of_its_message(simulated_aws: SimulatedAws) -> None:
    _, segments = one_trace(simulated_aws, 'service("orders-fulfil") AND ok')
    link = segments[0]["links"][0]
    sender = batch(simulated_aws, [link["trace_id"]])[0]

    assert link["attributes"] == {"aws.xray.reserved.reference_type": "parent"}
    assert link["id"] in {one["id"] for one in sender}
    assert sender[0]["name"] == "orders-accept"
    assert segments[0]["start_time"] - sender[0]["start_time"] > 1800


def test_an_unknown_id_is_not_processed(simulated_aws: SimulatedAws) -> None:
    known = summaries(simulated_aws, window(simulated_aws), ORDERS)[0]["Id"]
    wrong = ["1-5f84c7a1-0123456789abcdef01234567", "nonsense", f"{known[:-1]}{'0' if known[-1] != '0' else '1'}"]
    answer = simulated_aws.client("xray").batch_get_traces(TraceIds=[known, *wrong])

    assert [one["Id"] for one in answer["Traces"]] == [known]
    assert answer["UnprocessedTraceIds"] == wrong
    assert documents(answer["Traces"][0])


@pytest.mark.parametrize("number", [0, 6])
def test_a_batch_is_of_one_to_five(simulated_aws: SimulatedAws, number: int) -> None:
    with pytest.raises(ClientError, match="TraceIds") as caught:
        simulated_aws.client("xray").batch_get_traces(TraceIds=[f"1-5f84c7a1-{one:024x}" for one in range(number)])
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"
