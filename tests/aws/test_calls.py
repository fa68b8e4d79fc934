"""Pages are followed to their end, calls are counted and priced, and a budget holds."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, Meter, MetricQuery, Region
from dashboard.core.connection import Connection
from dashboard.core.windows import Window
from tests.aws.canned import Canned, Reply
from tests.aws.conftest import CONNECTION

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
WINDOW = Window(AT.replace(hour=11), AT)
QUERIES = [MetricQuery("AWS/Lambda", name, {"FunctionName": "f"}, "Sum") for name in ("Errors", "Invocations")]


def reply(answer: object, status: int = 200) -> Reply:
    return Reply(json.dumps(answer).encode(), status, "application/x-amz-json-1.0")


def listed(*names: str, token: str = "") -> Reply:
    metrics = [{"Namespace": "AWS/Lambda", "MetricName": name} for name in names]
    return reply({"Metrics": metrics} | ({"NextToken": token} if token else {}))


def result(ident: str, points: dict[int, float], status: str = "Complete") -> dict[str, object]:
    return {"Id": ident, "Timestamps": list(points), "Values": list(points.values()), "StatusCode": status}


def page(*results: dict[str, object], token: str = "") -> Reply:
    return reply({"MetricDataResults": list(results)} | ({"NextToken": token} if token else {}))


def names(region: Region) -> list[str]:
    return [metric.name for metric in region.list_metrics("AWS/Lambda")]


def test_all_pages_are_read_and_an_empty_one_does_not_end_them(canned: Canned, region: Region) -> None:
    canned.answer(listed("A", token="2"), listed(token="3"), listed("B"))
    assert names(region) == ["A", "B"]
    assert [json.loads(one).get("NextToken") for one in canned.requests] == [None, "2", "3"]


def test_a_listing_that_goes_in_circles_is_an_error(canned: Canned, region: Region) -> None:
    canned.answer(listed("A", token="again"))
    with pytest.raises(AwsError) as caught:
        names(region)
    assert (caught.value.kind, caught.value.action) == (ErrorKind.INVALID_ANSWER, "cloudwatch:ListMetrics")


def test_points_that_go_in_circles_are_an_error(canned: Canned, region: Region) -> None:
    canned.answer(page(result("q0", {60: 1.0}), token="again"))
    with pytest.raises(AwsError) as caught:
        region.metric_data(QUERIES, WINDOW, 60)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


def test_an_error_on_a_later_page_is_an_error_of_the_whole(canned: Canned, region: Region) -> None:
    canned.answer(listed("A", token="2"), Reply(b"{}"))
    with pytest.raises(AwsError):
        names(region)


def test_a_series_that_is_split_over_pages_is_put_together(canned: Canned, region: Region) -> None:
    first = page(result("q0", {60: 1.0}, "PartialData"), result("q1", {60: 5.0}), token="2")
    canned.answer(first, page(result("q0", {120: 2.0})))
    answer = region.metric_data(QUERIES, WINDOW, 60)
    assert answer.at.tolist() == [60, 120]
    np.testing.assert_equal(answer.values, [[1.0, 5.0], [2.0, np.nan]])
    assert answer.partial == ()


@pytest.mark.parametrize(
    "results", [[result("q0", {60: 1.0})], [result("q0", {60: 1.0}), result("q1", {}, "InternalError")]]
)
def test_a_query_that_was_not_answered_in_full_is_partial(
    canned: Canned, region: Region, results: list[dict[str, object]]
) -> None:
    canned.answer(page(*results))
    assert region.metric_data(QUERIES, WINDOW, 60).partial == (1,)


def test_more_queries_than_one_call_takes_are_a_mistake_of_ours(region: Region) -> None:
    with pytest.raises(ValueError, match="500"):
        region.metric_data(QUERIES * 251, WINDOW, 60)


def test_metrics_are_paid_once_however_many_pages_come(canned: Canned, region: Region, meter: Meter) -> None:
    canned.answer(page(result("q0", {60: 1.0}), token="2"), page(result("q1", {60: 1.0})))
    region.metric_data(QUERIES, WINDOW, 60)
    assert meter.by_action() == {"cloudwatch:GetMetricData": (2, 0, Decimal("0.00002"))}


def test_a_failed_call_is_counted_too(canned: Canned, region: Region, meter: Meter) -> None:
    canned.answer(Reply(b"{}"))
    with pytest.raises(AwsError):
        names(region)
    assert meter.calls["cloudwatch:ListMetrics"] == 1


def test_retries_and_throttles_are_counted(canned: Canned, settings: pytest.FixtureRequest) -> None:
    settings.AWS_MAX_ATTEMPTS = 3  # type: ignore[attr-defined]
    meter = Meter()
    canned.answer(reply({"__type": "ThrottlingException", "message": "Rate exceeded"}, 400), listed("A"))
    assert names(aws.open(Connection("999988886666"), "eu-west-1", meter)) == ["A"]
    usage = meter.by_action()["cloudwatch:ListMetrics"]
    assert (usage.calls, usage.throttles) == (2, 1)


def test_a_call_that_would_pass_the_budget_is_not_made(canned: Canned) -> None:
    canned.answer(page(result("q0", {}), result("q1", {})))
    region = aws.open(CONNECTION, "eu-west-1", Meter(budget=Decimal("0.00003")))
    region.metric_data(QUERIES, WINDOW, 60)
    with pytest.raises(AwsError) as caught:
        region.metric_data(QUERIES, WINDOW, 60)
    assert caught.value.kind == ErrorKind.CAPPED
    assert len(canned.requests) == 1


def test_what_is_free_goes_on_when_the_budget_is_used_up(canned: Canned) -> None:
    canned.answer(reply({"ResourceTagMappingList": []}))
    assert aws.open(CONNECTION, "eu-west-1", Meter(budget=Decimal(0))).tagged() == {}
