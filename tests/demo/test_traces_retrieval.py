from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.traces import documents, service, summaries, window
from tests.simulated_aws import DATA, SimulatedAws

ENRICH = 'service("clickstream-enrich")'


def started(aws: SimulatedAws, expression: str = ENRICH, most: int = 3) -> tuple[Any, list[str], str]:
    """A client of the data account, some ids, and the token of their retrieval."""
    client, wanted = aws.client("xray", account=DATA), window(aws)
    ids = [one["Id"] for one in summaries(aws, wanted, expression, account=DATA)[:most]]
    return client, ids, client.start_trace_retrieval(TraceIds=ids, **wanted)["RetrievalToken"]


def completed(client: Any, token: str, form: str = "XRAY") -> list[dict[str, Any]]:
    for _ in range(5):
        answer = client.list_retrieved_traces(RetrievalToken=token, TraceFormat=form)
        if answer["RetrievalStatus"] == "COMPLETE":
            return list(answer["Traces"])
    raise AssertionError("never complete")


def test_a_batch_finds_nothing_where_traces_go_to_transaction_search(simulated_aws: SimulatedAws) -> None:
    client, ids, _ = started(simulated_aws)
    answer = client.batch_get_traces(TraceIds=ids)

    assert answer["Traces"] == []
    assert answer["UnprocessedTraceIds"] == ids


def test_a_retrieval_is_under_way_before_it_is_complete(simulated_aws: SimulatedAws) -> None:
    client, ids, token = started(simulated_aws)
    answers = [client.list_retrieved_traces(RetrievalToken=token) for _ in range(3)]

    assert [one["RetrievalStatus"] for one in answers] == ["SCHEDULED", "RUNNING", "COMPLETE"]
    assert answers[0]["Traces"] == []
    assert [one["Id"] for one in answers[2]["Traces"]] == ids


def test_retrieved_traces_come_as_segments(simulated_aws: SimulatedAws) -> None:
    client, ids, token = started(simulated_aws)
    trace = completed(client, token)[0]

    assert documents(trace, "Spans")[1]["origin"] == "AWS::Lambda::Function"
    assert documents(trace, "Spans")[0]["trace_id"] == ids[0]


def test_retrieved_traces_come_as_spans_too(simulated_aws: SimulatedAws) -> None:
    client, ids, token = started(simulated_aws)
    spans = documents(completed(client, token, "OTEL")[0], "Spans")
    known = {one["spanId"] for one in spans}

    assert {one["traceId"] for one in spans} == {ids[0][2:].replace("-", "")}
    assert {one["parentSpanId"] for one in spans if one["parentSpanId"]} <= known
    assert any(one["attributes"].get("tenant") for one in spans)
    assert all(one["endTimeUnixNano"] >= one["startTimeUnixNano"] for one in spans if "endTimeUnixNano" in one)


def test_many_retrieved_traces_come_in_pages(simulated_aws: SimulatedAws) -> None:
    client, ids, token = started(simulated_aws, most=60)
    completed(client, token)
    pages = [client.list_retrieved_traces(RetrievalToken=token)]
    while "NextToken" in pages[-1]:
        pages.append(client.list_retrieved_traces(RetrievalToken=token, NextToken=pages[-1]["NextToken"]))

    assert len(pages) == 3
    assert [one["Id"] for page in pages for one in page["Traces"]] == ids


def test_retrieved_traces_have_a_graph(simulated_aws: SimulatedAws) -> None:
    client, ids, token = started(simulated_aws)
    completed(client, token)
    answer = client.get_retrieved_traces_graph(RetrievalToken=token)
    graph = [one["Service"] for one in answer["Services"]]

    assert answer["RetrievalStatus"] == "COMPLETE"
    assert service(graph, "clickstream-enrich", "AWS::Lambda")["SummaryStatistics"]["TotalCount"] == len(ids)


def test_traces_outside_the_window_are_not_retrieved(simulated_aws: SimulatedAws) -> None:
    client, ids, _ = started(simulated_aws)
    token = client.start_trace_retrieval(TraceIds=ids, **window(simulated_aws, 60))["RetrievalToken"]

    assert completed(client, token) == []


def test_a_hundred_traces_are_the_most(simulated_aws: SimulatedAws) -> None:
    ids = [f"1-5f84c7a1-{one:024x}" for one in range(101)]

    with pytest.raises(ClientError, match="100"):
        simulated_aws.client("xray", account=DATA).start_trace_retrieval(TraceIds=ids, **window(simulated_aws))


def test_without_transaction_search_nothing_is_retrieved(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="Transaction Search is not enabled"):
        simulated_aws.client("xray").start_trace_retrieval(
            TraceIds=["1-5f84c7a1-000000000000000000000001"], **window(simulated_aws)
        )


def test_an_unknown_token_is_not_found(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError) as caught:
        simulated_aws.client("xray", account=DATA).list_retrieved_traces(RetrievalToken="nothing")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
