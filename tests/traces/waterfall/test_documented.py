"""AWS's documented payloads, read as a person would read them."""

import json

import pytest

from dashboard.traces.waterfall import MISSING, REMOTE, SEGMENT, SUBSEGMENT, Node, Waterfall, read_trace
from tests.traces.waterfall.segments import documented, row, times, tree


@pytest.fixture(scope="module")
def scorekeep() -> Waterfall:
    """The answer of BatchGetTraces in the developer guide."""
    trace = json.loads(documented("batch_get_traces"))["Traces"][0]
    return read_trace(trace["Id"], [segment["Document"] for segment in trace["Segments"]])


def test_a_minimal_segment_is_one_row_and_the_whole_path() -> None:
    waterfall = read_trace("", [documented("minimal")])
    (only,) = waterfall.rows
    assert (only.name, only.kind, only.depth, times(only), only.own) == ("example.com", SEGMENT, 0, (0.0, 0.178), 0.178)
    assert only.spans == ((0.0, 0.178),)
    assert (waterfall.seconds, waterfall.started_at, waterfall.problems) == (0.178, 1478293361.271, ())


def test_a_subsegment_sent_on_its_own_hangs_below_the_segment_in_progress() -> None:
    waterfall = read_trace("", [documented("independent_subsegment"), documented("in_progress")])
    assert tree(waterfall) == ["example.com", "  api.example.com"]
    assert [one.in_progress for one in waterfall.rows] == [True, False]
    assert waterfall.problems == ("1 segment has not ended.",)


def test_the_complete_version_of_a_segment_takes_the_place_of_the_one_in_progress() -> None:
    complete = documented("minimal").replace("70de5b6f19ff9a0a", "70de5b6f19ff9a0b")
    for order in ([complete, documented("in_progress")], [documented("in_progress"), complete]):
        waterfall = read_trace("", order)
        assert [(one.in_progress, one.total) for one in waterfall.rows] == [(False, 0.178)]
        assert waterfall.problems == ()


def test_a_call_to_a_web_api_is_a_remote_row() -> None:
    segment, call = read_trace("", [documented("subsegments")]).rows
    assert (segment.kind, call.kind, call.type, call.node) == (
        SEGMENT, REMOTE, "remote", Node("api.example.com", "remote"),
    )  # fmt: skip
    assert segment.http is not None
    assert call.http is not None
    assert (segment.http.client_ip, segment.http.status) == ("11.0.3.111", 200)
    assert (call.http.method, call.http.url, call.http.content_length) == (
        "POST", "https://api.example.com/health", 861,
    )  # fmt: skip


def test_an_inferred_segment_is_one_row_with_the_call_it_answers() -> None:
    waterfall = read_trace("", [documented("inferred"), documented("ec2_http")])
    assert tree(waterfall) == ["www.example.com", "  names.example.com"]
    assert waterfall.rows[1].http is not None
    assert waterfall.rows[1].http.content_length is None
    assert waterfall.rows[0].http is not None
    assert waterfall.rows[0].http.forwarded


def test_an_inferred_segment_without_its_call_hangs_below_a_missing_one() -> None:
    waterfall = read_trace("", [documented("inferred")])
    assert [(one.kind, one.name) for one in waterfall.rows] == [
        (MISSING, "Missing segment"),
        (REMOTE, "names.example.com"),
    ]
    assert waterfall.entry == 1


def test_annotations_are_written_as_searches_write_them() -> None:
    waterfall = read_trace("", [documented("annotations")])
    assert {one.key: one.value for one in waterfall.annotations} == {
        "customer_category": "124",
        "zip_code": "98101",
        "country": "United States",
        "internal": "false",
    }


def test_metadata_stays_as_it_is_and_a_table_is_named() -> None:
    work, call = read_trace("", [documented("metadata")]).rows
    assert work.metadata == {"debug": {"test": "Metadata string from UserModel.saveUser"}}
    assert (call.type, call.node) == ("AWS::DynamoDB::Table", Node("scorekeep-user", "AWS::DynamoDB::Table"))
    assert (call.resource.table_name, call.resource.operation) == ("scorekeep-user", "UpdateItem")


def test_a_query_is_told_with_its_database() -> None:
    (query,) = read_trace("", [documented("sql")]).rows
    assert query.sql is not None
    assert (query.sql.query, query.sql.database, query.sql.user, query.type) == (
        "SELECT  *  FROM  customers  WHERE  customer_id=?;", "PostgreSQL 9.5.4", "dbuser", "Database::SQL",
    )  # fmt: skip


def test_scorekeep_calls_a_function_whose_two_segments_are_one_group(scorekeep: Waterfall) -> None:
    assert tree(scorekeep) == [
        "Scorekeep",
        "  Lambda",
        "    random-name",
        "      Initialization",
        "      random-name",
        "        annotations",
        "        SNS",
        "  ## UserModel.saveUser",
        "    DynamoDB",
    ]
    assert {one.node for one in scorekeep.rows if one.name == "random-name"} == {
        Node("random-name", "AWS::Lambda::Function")
    }
    assert scorekeep.problems == ()


def test_scorekeeps_function_started_cold_before_its_own_segment_began(scorekeep: Waterfall) -> None:
    assert [one.name for one in scorekeep.rows if one.cold_start] == ["Initialization", "random-name"]
    assert scorekeep.cold_starts == 1
    assert times(row(scorekeep, "2279c0030c955e52")) == (0.502, 1.257)


def test_scorekeeps_time_went_to_the_function_first(scorekeep: Waterfall) -> None:
    spent = {one.node.name: (round(one.own, 3), one.rows) for one in scorekeep.nodes}
    assert spent == {"random-name": (1.936, 4), "SNS": (0.959, 1), "Scorekeep": (0.258, 3), "DynamoDB": (0.079, 1)}
    assert scorekeep.nodes[0].node.name == "random-name"


def test_scorekeeps_kinds_and_hints(scorekeep: Waterfall) -> None:
    assert [one.kind for one in scorekeep.rows] == [
        SEGMENT, REMOTE, SEGMENT, SUBSEGMENT, SEGMENT, SUBSEGMENT, REMOTE, SUBSEGMENT, REMOTE,
    ]  # fmt: skip
    function = row(scorekeep, "00f91aa01f4984fd")
    assert function.resource.arn == "arn:aws:lambda:us-west-2:123456789012:function:random-name"
    assert function.resource.account_id == "123456789012"
    assert scorekeep.rows[0].user == "5M388M1E"
