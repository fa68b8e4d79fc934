"""Configuration in people's words."""

from collections.abc import Mapping
from typing import Any

import pytest

from dashboard.catalog import service
from dashboard.catalog.shape import Fact
from dashboard.core.units import Unit
from tests.catalog.found import found

QUEUE = {"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}
FUNCTION = {"FunctionName": "cart", "FunctionArn": "arn:x", "Timeout": 30, "MemorySize": 512, "Runtime": "python3.13"}
STREAM = {"StreamName": "clicks", "StreamARN": "arn:x"}


@pytest.mark.parametrize(
    ("key", "item", "details", "facts"),
    [
        ("lambda", FUNCTION, {}, [Fact("Memory", 512 * 1024**2, Unit.BYTES), Fact("Timeout", 30, Unit.SECONDS)]),
        (
            "lambda",
            FUNCTION,
            {"concurrency": {"ReservedConcurrentExecutions": 0}},
            [Fact("Reserved concurrency", 0), Fact("Runtime", "python3.13")],
        ),
        (
            "lambda",
            {**FUNCTION, "LastModified": "2026-03-10T11:58:02.000+0000"},
            {},
            [Fact("Last modified", "2026-03-10 11:58 UTC")],
        ),
        ("lambda", {**FUNCTION, "LastModified": None}, {}, [Fact("Last modified", None)]),
        ("lambda", {**FUNCTION, "Runtime": None, "PackageType": "Image"}, {}, [Fact("Runtime", "Image")]),
        (
            "sqs",
            QUEUE,
            {
                "attributes": {
                    "VisibilityTimeout": "30",
                    "MessageRetentionPeriod": "1209600",
                    "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:x:1:orders-dlq", "maxReceiveCount": 5}',
                }
            },
            [
                Fact("Type", "Standard"),
                Fact("Retention", 1_209_600, Unit.SECONDS),
                Fact("Dead-letter queue", "orders-dlq"),
                Fact("Receives before dead-lettering", 5),
            ],
        ),
        (
            "sqs",
            QUEUE,
            {"sources": [{"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/carts"}]},
            [Fact("Dead-letter queue of", "carts")],
        ),
        (
            "dynamodb",
            {"value": "orders"},
            {"table": {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}},
            [Fact("Capacity mode", "On-demand")],
        ),
        (
            "dynamodb",
            {"value": "orders"},
            {"table": {"ProvisionedThroughput": {"ReadCapacityUnits": 5}}},
            [Fact("Capacity mode", "Provisioned"), Fact("Read capacity", 5, Unit.CAPACITY)],
        ),
        (
            "kinesis",
            STREAM,
            {"summary": {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "RetentionPeriodHours": 24}},
            [Fact("Capacity mode", "On-demand"), Fact("Retention", 86_400, Unit.SECONDS)],
        ),
        (
            "s3",
            {"Name": "archive"},
            {"lifecycle": [{"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]},
            [Fact("Lifecycle rules", 1), Fact("Aborts stale uploads", True), Fact("Versioning", "Never enabled")],
        ),
    ],
)
def test_facts_explain_the_metrics(
    key: str, item: Mapping[str, Any], details: Mapping[str, Any], facts: list[Fact]
) -> None:
    told = service(key).facts(found(service(key), item, **details))
    assert [fact for fact in facts if fact not in told] == []
