"""What a resource's configuration allows: the numbers that saturation is a share of."""

from collections.abc import Mapping
from typing import Any

import pytest

from dashboard.catalog import all_services, service
from dashboard.catalog.databases import GIB, maximum_connections, memory_of
from tests.catalog.found import found

FUNCTION = {"FunctionName": "cart", "FunctionArn": "arn:x", "Timeout": 30, "MemorySize": 512}
REGION_QUOTA = {"AccountLimit": {"ConcurrentExecutions": 1000}}
QUEUE = {"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}
FIFO = {"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders.fifo"}
CLUSTER = {
    "DBClusterIdentifier": "catalog",
    "DBClusterArn": "arn:x",
    "Engine": "aurora-postgresql",
    "DBClusterMembers": [{"DBInstanceIdentifier": "catalog-1", "IsClusterWriter": True}],
}


@pytest.mark.parametrize(
    ("key", "item", "details", "limits"),
    [
        ("lambda", FUNCTION, {"account": REGION_QUOTA}, {"timeout": 30_000, "concurrency": 1000}),
        (
            "lambda",
            FUNCTION,
            {"account": REGION_QUOTA, "concurrency": {"ReservedConcurrentExecutions": 50}},
            {"timeout": 30_000, "concurrency": 50},
        ),
        ("lambda", FUNCTION, {}, {"timeout": 30_000}),
        (
            "sqs",
            QUEUE,
            {"attributes": {"MessageRetentionPeriod": "345600"}},
            {"retention": 345_600, "in_flight": 120_000},
        ),
        ("sqs", FIFO, {"sources": [{"value": "https://x/y"}]}, {"in_flight": 20_000, "dead_letter_queue": 1}),
        (
            "dynamodb",
            {"value": "orders"},
            {"table": {"ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": 20}}},
            {"read": 100, "write": 20},
        ),
        (
            "dynamodb",
            {"value": "orders"},
            {"table": {"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}}},
            {},
        ),
        (
            "kinesis",
            {"StreamName": "clicks", "StreamARN": "arn:x"},
            {"summary": {"OpenShardCount": 4, "RetentionPeriodHours": 24}},
            {"bytes": 4 * 1024**2, "records": 4000, "retention": 86_400_000},
        ),
        (
            "elasticache_serverless",
            {
                "ServerlessCacheName": "carts",
                "CacheUsageLimits": {"DataStorage": {"Maximum": 10}, "ECPUPerSecond": {"Maximum": 5000}},
            },
            {},
            {"bytes": 10 * GIB, "ecpu": 5000},
        ),
        (
            "aurora",
            {**CLUSTER, "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 8}},
            {"instances": [{"DBInstanceIdentifier": "catalog-1", "DBInstanceClass": "db.serverless"}]},
            {"acu": 8, "connections": 16 * GIB / 9_531_392},
        ),
        (
            "aurora",
            CLUSTER,
            {"instances": [{"DBInstanceIdentifier": "catalog-1", "DBInstanceClass": "db.r6g.large"}]},
            {"connections": 16 * GIB / 9_531_392, "memory": 16 * GIB},
        ),
        ("aurora", CLUSTER, {}, {}),
    ],
)
def test_limits_come_from_the_configuration(
    key: str, item: Mapping[str, Any], details: Mapping[str, Any], limits: Mapping[str, float]
) -> None:
    assert service(key).limits(found(service(key), item, **details)) == pytest.approx(limits)


@pytest.mark.parametrize(
    ("instance_class", "gibibytes"),
    [
        ("db.t4g.micro", 1),
        ("db.m6g.large", 8),
        ("db.r6g.large", 16),
        ("db.r5.24xlarge", 768),
        ("db.x2g.large", None),
        ("db.serverless", None),
        ("db.m7g.48xlarge", None),
        ("", None),
    ],
)
def test_memory_is_known_of_documented_classes_only(instance_class: str, gibibytes: float | None) -> None:
    assert memory_of(instance_class) == (gibibytes * GIB if gibibytes else None)


@pytest.mark.parametrize(
    ("engine", "gibibytes", "connections"),
    [
        ("postgres", 8, 901),
        ("aurora-postgresql", 256, 5000),
        ("mysql", 16, 1365),
        ("aurora-mysql", 16, 1069),
        ("aurora-mysql", 4, 109),
        ("oracle-se2", 8, 870),
        ("sqlserver-se", 8, None),
        ("postgres", None, None),
    ],
)
def test_maximum_connections_follow_the_engines_formula(
    engine: str, gibibytes: float | None, connections: float | None
) -> None:
    memory = gibibytes * GIB if gibibytes else None
    found_there = maximum_connections(engine, memory)
    assert (found_there and round(found_there)) == connections


@pytest.mark.parametrize("key", sorted(all_services()))
def test_every_limit_that_a_derived_metric_divides_by_can_be_known(key: str) -> None:
    wanted = {name for one in service(key).derived for name in one.limits}
    known = {
        "lambda": {"timeout", "concurrency"},
        "sqs": {"retention", "in_flight", "dead_letter_queue"},
        "dynamodb": {"read", "write"},
        "dynamodb_index": {"read", "write"},
        "kinesis": {"bytes", "records", "retention"},
        "rds": {"memory", "connections", "storage"},
        "aurora": {"acu", "connections", "memory"},
        "elasticache_serverless": {"bytes", "ecpu"},
    }.get(key, set())
    assert wanted == known
