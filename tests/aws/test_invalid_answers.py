"""Whatever stands where an answer should be is an error, and never an empty list."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.aws import AwsError, ErrorKind, MetricQuery, Region
from dashboard.catalog import all_services, service
from dashboard.catalog.shape import Identity
from dashboard.core.windows import Window
from tests.aws.canned import Canned, Reply

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
WINDOW = Window(AT.replace(hour=11), AT)
QUERY = MetricQuery("AWS/Lambda", "Errors", {"FunctionName": "f"}, "Sum")
STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/a/b"
XML = "text/xml"
HTML = b"<html><head><title>502 Bad Gateway</title></head><body>proxy</body></html>"

JSON_CALLS: dict[str, Callable[[Region], Any]] = {
    "GetMetricData": lambda aws: aws.metric_data([QUERY], WINDOW, 60),
    "ListMetrics": lambda aws: aws.list_metrics("AWS/Lambda"),
    "GetResources": lambda aws: aws.tagged(),
    "ListFunctions": lambda aws: aws.list_service(service("lambda")),
    "ListTables": lambda aws: aws.list_service(service("dynamodb")),
    "ListStateMachines": lambda aws: aws.list_service(service("step_functions")),
}
XML_CALLS: dict[str, Callable[[Region], Any]] = {
    "DescribeStacks": lambda aws: aws.stacks(),
    "ListStackResources": lambda aws: aws.stack_resources(STACK),
    "DescribeStackEvents": lambda aws: aws.stack_events(STACK, AT),
    "GetTemplate": lambda aws: aws.template(STACK),
    "GetCallerIdentity": lambda aws: aws.identity(),
    "DescribeRegions": lambda aws: aws.enabled_regions(),
    "ListTopics": lambda aws: aws.list_service(service("sns")),
    "DescribeDBInstances": lambda aws: aws.list_service(service("rds")),
}
BODIES = {
    "empty object": b"{}",
    "no body": b"",
    "cut off": b'{"MetricDataResults": [{"Id": "q0", "Timest',
    "html": HTML,
    "a list": b"[]",
    "null": b"null",
    "another shape": b'{"Surprise": true}',
    "cut off xml": b"<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Stac",
    "empty xml": b"<Response/>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("call", [*JSON_CALLS.values(), *XML_CALLS.values()], ids=[*JSON_CALLS, *XML_CALLS])
def test_what_is_no_answer_is_an_error(
    canned: Canned, region: Region, call: Callable[[Region], Any], body: bytes
) -> None:
    canned.answer(Reply(body, kind=XML if body.startswith(b"<") else "application/json"))
    with pytest.raises(AwsError) as caught:
        call(region)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER
    assert caught.value.remedy


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_list_of_buckets_is_an_error_too(canned: Canned, region: Region, body: bytes) -> None:
    """botocore itself takes some of these for a failure of S3."""
    canned.answer(Reply(body, kind=XML))
    with pytest.raises(AwsError) as caught:
        region.list_service(service("s3"))
    assert caught.value.kind in {ErrorKind.INVALID_ANSWER, ErrorKind.SERVICE}


@pytest.mark.parametrize("call", JSON_CALLS.values(), ids=JSON_CALLS)
def test_a_connection_that_breaks_off_is_an_error(
    canned: Canned, region: Region, call: Callable[[Region], Any]
) -> None:
    canned.answer(Reply(b'{"Functions": []}', promised=5000))
    with pytest.raises(AwsError):
        call(region)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("ListMetrics", b'{"Metrics": [{"Namespace": "AWS/Lambda"}]}'),
        ("GetResources", b'{"ResourceTagMappingList": [{"Tags": []}]}'),
        ("GetResources", b'{"ResourceTagMappingList": [{"ResourceARN": "a", "Tags": [{"Value": "x"}]}]}'),
        ("GetMetricData", b'{"MetricDataResults": [{"Id": "q7", "Timestamps": [], "Values": []}]}'),
        ("GetMetricData", b'{"MetricDataResults": [{"Id": "q0", "Timestamps": [1, 2], "Values": [1]}]}'),
        ("GetMetricData", b'{"MetricDataResults": [{"Id": "q0", "Timestamps": [60], "Values": [NaN]}]}'),
        ("GetMetricData", b'{"MetricDataResults": [{"Id": "elsewhere", "Timestamps": [], "Values": []}]}'),
        ("GetMetricData", b'{"MetricDataResults": [{"Timestamps": [], "Values": []}]}'),
    ],
)
def test_an_entry_that_contradicts_itself_is_an_error(canned: Canned, region: Region, call: str, body: bytes) -> None:
    canned.answer(Reply(body))
    with pytest.raises(AwsError) as caught:
        JSON_CALLS[call](region)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


@pytest.mark.parametrize("body", [HTML, b'{"QueueUrls": ["https://sqs'], ids=["html", "cut off"])
def test_a_listing_that_may_be_left_out_is_not_taken_for_empty_when_it_can_not_be_read(
    canned: Canned, region: Region, body: bytes
) -> None:
    canned.answer(Reply(body))
    with pytest.raises(AwsError) as caught:
        region.list_service(service("sqs"))
    assert (caught.value.kind, caught.value.action) == (ErrorKind.INVALID_ANSWER, "sqs:ListQueues")


def test_aws_may_leave_an_empty_list_of_queues_out(canned: Canned, region: Region) -> None:
    canned.answer(Reply(b"{}"))
    assert region.list_service(service("sqs")) == []


def test_a_detail_whose_json_is_cut_off_is_not_taken_for_not_configured(canned: Canned, region: Region) -> None:
    canned.answer(Reply(b'{"ReservedConcurrentExe'))
    with pytest.raises(AwsError) as caught:
        region.detail(service("lambda"), "concurrency", Identity("f", "f"), {})
    assert caught.value.action == "lambda:GetFunctionConcurrency"


@pytest.mark.parametrize("key", sorted(all_services()))
def test_no_listing_of_the_catalogue_takes_a_proxys_page_for_an_empty_list(
    canned: Canned, region: Region, key: str
) -> None:
    canned.answer(Reply(HTML, kind="text/html"))
    with pytest.raises(AwsError) as caught:
        region.list_service(service(key))
    assert caught.value.kind == ErrorKind.INVALID_ANSWER
