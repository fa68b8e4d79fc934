"""Typed reads of X-Ray against answers in the form that AWS documents."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.aws import AwsError, ErrorKind, Meter, Region
from dashboard.aws.trace_values import XrayEdge, XrayServiceId, XrayStatistics
from dashboard.core.windows import Window
from tests.aws.canned import Canned, Reply

DATA = Path(__file__).parents[1] / "data" / "aws" / "xray"
WINDOW = Window(datetime.fromtimestamp(1528317567, UTC), datetime.fromtimestamp(1528317589, UTC))
ID = "1-5b1cbe0e-48da1c3b1c7d7a8b5e0f1a2b"


def reply(answer: Any) -> Reply:
    return Reply(json.dumps(answer).encode())


def test_the_documented_service_graph_is_read(canned: Canned, region: Region) -> None:
    canned.answer(Reply((DATA / "service_graph.json").read_bytes()))
    client, table, instance, topic = region.service_graph(WINDOW)
    assert (client.type, client.account_id, client.statistics) == ("client", "", XrayStatistics())
    assert table.statistics == XrayStatistics(ok=2, seconds=0.12)
    assert table.times == ((0.076, 1), (0.044, 1))
    assert (instance.root, instance.statistics.error) == (True, 1)
    assert instance.edges[1] == XrayEdge(
        topic.reference, XrayStatistics(ok=2, seconds=0.125), ((0.049, 1), (0.076, 1)), "", (), ()
    )


def test_what_x_ray_leaves_out_is_blank_or_nothing(canned: Canned, region: Region) -> None:
    canned.answer(reply({"Services": [{"ReferenceId": 4}]}))
    (one,) = region.service_graph(WINDOW)
    assert (one.name, one.names, one.account_id, one.type, one.edges) == ("", (), "", "", ())


def test_links_and_aliases_are_read(canned: Canned, region: Region) -> None:
    edge = {
        "ReferenceId": 1, "EdgeType": "link", "ReceivedEventAgeHistogram": [{"Value": 2.5, "Count": 3}],
        "Aliases": [{"Name": "api.example.com", "Names": ["api.example.com"], "Type": "AWS::ApiGateway::Stage"}],
    }  # fmt: skip
    canned.answer(reply({"Services": [{"ReferenceId": 0, "Name": "queue", "Edges": [edge]}]}))
    (found,) = region.service_graph(WINDOW)[0].edges
    assert (found.kind, found.ages, found.aliases) == ("link", ((2.5, 3),), ("api.example.com",))


def test_pages_of_a_graph_are_one_answer(canned: Canned, region: Region) -> None:
    first, second = {"Services": [{"ReferenceId": 0}], "NextToken": "more"}, {"Services": [{"ReferenceId": 1}]}
    canned.answer(reply(first), reply(second))
    assert [one.reference for one in region.service_graph(WINDOW)] == [0, 1]


def test_a_group_is_asked_for_by_name(canned: Canned, region: Region) -> None:
    canned.answer(reply({"Services": []}))
    assert region.service_graph(WINDOW, "checkout") == []
    assert json.loads(canned.requests[0]) == {
        "StartTime": 1528317567, "EndTime": 1528317589, "GroupName": "checkout"
    }  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [{"Name": "no reference"}, {"ReferenceId": 0, "SummaryStatistics": {"OkCount": -1}},
     {"ReferenceId": 0, "ResponseTimeHistogram": [{"Value": -0.5, "Count": 1}]},
     {"ReferenceId": 0, "Edges": [{"SummaryStatistics": {}}]}],
)  # fmt: skip
def test_a_graph_that_can_not_be_true_is_an_error(canned: Canned, region: Region, broken: dict[str, Any]) -> None:
    canned.answer(reply({"Services": [broken]}))
    with pytest.raises(AwsError) as caught:
        region.service_graph(WINDOW)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


def test_groups_are_listed_with_their_filters(canned: Canned, region: Region) -> None:
    arn = "arn:aws:xray:eu-west-1:111122223333:group/checkout/ABC"
    group = {"GroupName": "checkout", "GroupARN": arn, "FilterExpression": 'service("checkout")'}
    canned.answer(reply({"Groups": [{"GroupName": "Default"}, group]}))
    assert [(one.name, one.filter_expression) for one in region.trace_groups()] == [
        ("Default", ""), ("checkout", 'service("checkout")')
    ]  # fmt: skip


def test_transaction_search_is_told_as_the_destination(canned: Canned, region: Region) -> None:
    canned.answer(reply({"Destination": "CloudWatchLogs", "Status": "ACTIVE"}))
    assert region.trace_destination() == "CloudWatchLogs"


SUMMARY = {
    "Id": ID,
    "StartTime": 1528317568.2,
    "Duration": 0.4,
    "ResponseTime": 0.3,
    "HasFault": True,
    "HasError": False,
    "HasThrottle": False,
    "IsPartial": False,
    "Http": {"HttpURL": "https://example.com/buy", "HttpMethod": "POST", "HttpStatus": 500, "ClientIp": "192.0.2.1"},
    "Annotations": {
        "version": [{"AnnotationValue": {"StringValue": "7"}}, {"AnnotationValue": {"StringValue": "7"}}],
        "amount": [{"AnnotationValue": {"NumberValue": 12.0}}],
        "new": [{"AnnotationValue": {"BooleanValue": True}}],
    },
    "Users": [{"UserName": "ann", "ServiceIds": []}],
    "AvailabilityZones": [{"Name": "eu-west-1a"}],
    "ServiceIds": [{"Name": "web", "Names": ["web"], "AccountId": "111122223333", "Type": "AWS::Lambda"}],
    "EntryPoint": {"Name": "web", "Names": ["web"], "AccountId": "111122223333", "Type": "AWS::Lambda"},
    "FaultRootCauses": [
        {
            "Services": [
                {
                    "Name": "web",
                    "Type": "AWS::Lambda",
                    "EntityPath": [{"Name": "web", "Exceptions": [{"Name": "TimeoutError", "Message": "no answer"}]}],
                }
            ]
        }
    ],
}


def test_a_summary_is_read_whole(canned: Canned, region: Region) -> None:
    canned.answer(reply({"TraceSummaries": [SUMMARY], "TracesProcessedCount": 9}))
    found = region.trace_summaries(WINDOW, most=10)
    (one,) = found.summaries
    assert (found.scanned, found.more) == (9, False)
    assert (one.id, one.duration, one.response_time, one.fault, one.status) == (ID, 0.4, 0.3, True, 500)
    assert one.started_at == datetime.fromtimestamp(1528317568.2, UTC)
    assert dict(one.annotations) == {"version": ("7",), "amount": ("12",), "new": ("true",)}
    assert (one.users, one.zones) == (("ann",), ("eu-west-1a",))
    assert one.entry == XrayServiceId("web", "AWS::Lambda", "111122223333")
    assert one.fault_causes[0].exceptions == ("TimeoutError: no answer",)


def test_an_empty_page_does_not_end_the_summaries(canned: Canned, region: Region) -> None:
    canned.answer(
        reply({"TraceSummaries": [], "TracesProcessedCount": 5, "NextToken": "more"}),
        reply({"TraceSummaries": [SUMMARY], "TracesProcessedCount": 2}),
    )
    found = region.trace_summaries(WINDOW, most=10)
    assert (len(found.summaries), found.scanned) == (1, 7)


def test_reading_stops_at_the_bound_and_says_so(canned: Canned, region: Region) -> None:
    canned.answer(reply({"TraceSummaries": [SUMMARY] * 3, "TracesProcessedCount": 3, "NextToken": "more"}))
    found = region.trace_summaries(WINDOW, most=2)
    assert (len(found.summaries), found.more) == (2, True)
    assert len(canned.requests) == 1


def test_a_sample_is_asked_for_with_its_rate(canned: Canned, region: Region) -> None:
    canned.answer(reply({"TraceSummaries": [], "TracesProcessedCount": 0}))
    region.trace_summaries(WINDOW, "fault = true", most=2, share=0.05)
    asked = json.loads(canned.requests[0])
    assert (asked["FilterExpression"], asked["Sampling"]) == ("fault = true", True)
    assert asked["SamplingStrategy"] == {"Name": "FixedRate", "Value": 0.05}


def test_scanned_traces_have_their_price(canned: Canned, region: Region, meter: Meter) -> None:
    canned.answer(reply({"TraceSummaries": [], "TracesProcessedCount": 1_000_000}))
    region.trace_summaries(WINDOW, most=1)
    assert meter.by_action()["xray:GetTraceSummaries"][2] == pytest.approx(0.5)


def test_traces_are_fetched_five_at_a_time(canned: Canned, region: Region) -> None:
    canned.answer(reply({"Traces": [], "UnprocessedTraceIds": []}))
    region.traces([ID] * 12)
    assert [len(json.loads(one)["TraceIds"]) for one in canned.requests] == [5, 5, 2]


def test_a_trace_spread_over_pages_is_one(canned: Canned, region: Region) -> None:
    page = [{"Id": ID, "Segments": [{"Id": "a", "Document": document}]} for document in ("{}", "[]")]
    canned.answer(reply({"Traces": page[:1], "NextToken": "more"}), reply({"Traces": page[1:]}))
    (one,) = region.traces([ID])
    assert one.documents == ("{}", "[]")


def test_a_retrieval_is_asked_until_it_is_complete(
    canned: Canned, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.aws.xray.RETRIEVAL_PAUSE", 0)
    spans = [{"Id": "a", "Document": "{}"}]
    canned.answer(
        reply({"RetrievalToken": "token"}),
        reply({"RetrievalStatus": "RUNNING", "Traces": []}),
        reply({"RetrievalStatus": "COMPLETE", "Traces": [{"Id": ID, "Spans": spans}]}),
    )
    (one,) = region.retrieved_traces([ID], Window(WINDOW.start - timedelta(hours=1), WINDOW.end))
    assert one.documents == ("{}",)


def test_a_retrieval_that_fails_is_an_error(canned: Canned, region: Region) -> None:
    canned.answer(reply({"RetrievalToken": "token"}), reply({"RetrievalStatus": "FAILED"}))
    with pytest.raises(AwsError, match="FAILED"):
        region.retrieved_traces([ID], WINDOW)


def test_a_window_of_more_than_six_hours_is_refused_by_name(canned: Canned, region: Region) -> None:
    body = {"__type": "InvalidRequestException", "Message": "Time range cannot be longer than 6 hours"}
    canned.answer(Reply(json.dumps(body).encode(), status=400))
    with pytest.raises(AwsError, match="6 hours"):
        region.service_graph(Window(WINDOW.start - timedelta(hours=7), WINDOW.end))
