"""Alarms find their resources by dimensions alone."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.alarms.matching import Directory, Owner

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
OWNERS = {
    1: ("AWS/Lambda", {"FunctionName": "checkout"}, True),
    2: ("AWS/Lambda", {"FunctionName": "old"}, False),
    3: ("AWS/DynamoDB", {"TableName": "orders"}, True),
    4: ("AWS/DynamoDB", {"TableName": "orders", "GlobalSecondaryIndexName": "by-day"}, True),
    5: ("AWS/ApiGateway", {"ApiName": "shop", "Stage": "prod"}, True),
    6: ("AWS/ApiGateway", {"ApiName": "admin", "Stage": "prod"}, True),
    7: ("Shop/Checkout", {"Service": "checkout", "Provider": "card"}, True),
    8: ("AWS/SQS", {"QueueName": "twice"}, False),
    9: ("AWS/SQS", {"QueueName": "twice"}, True),
}


def directory(seen_at: datetime = NOW) -> Directory:
    owners = [
        Owner(pk, 1, namespace, frozenset(dimensions.items()), "Lambda function", next(iter(dimensions.values())),
              present, seen_at)
        for pk, (namespace, dimensions, present) in OWNERS.items()
    ]  # fmt: skip
    return Directory(owners, {"AWS/Lambda": "Lambda function"})


@pytest.mark.parametrize(
    ("namespace", "dimensions", "found"),
    [
        ("AWS/Lambda", {"FunctionName": "checkout"}, 1),
        ("AWS/Lambda", {"FunctionName": "checkout", "Resource": "checkout:live"}, 1),
        ("AWS/Lambda", {"FunctionName": "old"}, 2),
        ("AWS/Lambda", {"FunctionName": "Checkout"}, None),
        ("AWS/Lambda", {}, None),
        ("AWS/SQS", {"FunctionName": "checkout"}, None),
        ("AWS/DynamoDB", {"TableName": "orders", "Operation": "GetItem"}, 3),
        ("AWS/DynamoDB", {"TableName": "orders", "GlobalSecondaryIndexName": "by-day"}, 4),
        ("AWS/ApiGateway", {"ApiName": "shop"}, 5),
        ("AWS/ApiGateway", {"Stage": "prod"}, None),
        ("Shop/Checkout", {"Service": "checkout", "Provider": "card"}, 7),
        ("AWS/SQS", {"QueueName": "twice"}, 9),
    ],
)
def test_the_owner_of_a_metric(namespace: str, dimensions: dict[str, str], found: int | None) -> None:
    owner = directory().owner_of(namespace, dimensions)
    assert (owner.resource_id if owner else None) == found


@pytest.mark.parametrize(
    ("namespace", "dimensions", "missing"),
    [
        ("AWS/Lambda", {"FunctionName": "checkout"}, ""),
        ("AWS/Lambda", {"FunctionName": "old"}, "Lambda function old"),
        ("AWS/Lambda", {"FunctionName": "never-seen"}, "Lambda function never-seen"),
        ("AWS/Lambda", {}, ""),
        ("AWS/DynamoDB", {"TableName": "never-seen"}, ""),
        ("AWS/EC2", {"InstanceId": "i-1"}, ""),
    ],
)
def test_what_is_missing(namespace: str, dimensions: dict[str, str], missing: str) -> None:
    assert directory().missing(namespace, dimensions, BEFORE) == missing


def test_what_was_made_after_the_last_listing_is_not_missing() -> None:
    assert directory(seen_at=BEFORE).missing("AWS/Lambda", {"FunctionName": "brand-new"}, NOW) == ""


def test_where_nothing_is_listed_nothing_is_missing() -> None:
    assert Directory([], {"AWS/Lambda": "Lambda function"}).missing("AWS/Lambda", {"FunctionName": "a"}, BEFORE) == ""
