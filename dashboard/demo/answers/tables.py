"""DynamoDB."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, uuid_of
from dashboard.demo.world.noise import stable_number


def _table(asked: Asked) -> Component:
    name = str(asked.get("TableName", "")).rsplit("/", 1)[-1]
    for table in asked.components("dynamodb"):
        if table.name == name:
            return table
    raise AnswerError("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")


@answers("dynamodb", "ListTables")
def list_tables(asked: Asked) -> Answer:
    """Names, a hundred a page, continued after the last one named."""
    names = sorted(table.name for table in asked.components("dynamodb"))
    names = [name for name in names if name > str(asked.get("ExclusiveStartTableName", ""))]
    size = int(asked.get("Limit", 100))
    answer: dict[str, Any] = {"TableNames": names[:size]}
    if len(names) > size:
        answer["LastEvaluatedTableName"] = names[size - 1]
    return answer


@answers("dynamodb", "DescribeTable")
def describe_table(asked: Asked) -> Answer:
    """Keys, capacity, indexes, size."""
    table = _table(asked)
    items = 20_000 + stable_number("items", table.name) % 900_000
    provisioned = table.get("provisioned")
    described: dict[str, Any] = {
        "TableName": table.name,
        "TableArn": arn(table),
        "TableId": uuid_of("table", table.key),
        "TableStatus": "ACTIVE",
        "CreationDateTime": datetime.fromtimestamp(asked.world.created(table), UTC),
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", *table.get("indexes", ()))
        ],
        "ItemCount": items,
        "TableSizeBytes": items * 740,
        "ProvisionedThroughput": _throughput(provisioned),
        "DeletionProtectionEnabled": "prod" in table.stack,
    }
    if not provisioned:
        described["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    if table.get("indexes"):
        described["GlobalSecondaryIndexes"] = [_index(table, name, items) for name in table.get("indexes")]
    return {"Table": described}


def _throughput(provisioned: tuple[int, int] | None) -> dict[str, Any]:
    read, write = provisioned or (0, 0)
    return {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": read, "WriteCapacityUnits": write}


def _index(table: Component, name: str, items: int) -> dict[str, Any]:
    return {
        "IndexName": name,
        "IndexArn": f"{arn(table)}/index/{name}",
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "IndexStatus": "ACTIVE",
        "ItemCount": items,
        "IndexSizeBytes": items * 610,
        "ProvisionedThroughput": _throughput(table.get("provisioned")),
    }


@answers("dynamodb", "DescribeTimeToLive")
def describe_time_to_live(asked: Asked) -> Answer:
    """Sessions expire; the rest is kept."""
    expires = "session" in _table(asked).name
    described = (
        {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"} if expires else {"TimeToLiveStatus": "DISABLED"}
    )
    return {"TimeToLiveDescription": described}


@answers("dynamodb", "DescribeContinuousBackups")
def describe_continuous_backups(asked: Asked) -> Answer:
    """Point-in-time recovery is on in production."""
    status = "ENABLED" if "prod" in _table(asked).stack else "DISABLED"
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": status},
        }
    }


@answers("dynamodb", "ListTagsOfResource")
def list_tags_of_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceArn")
    tags = next((table.tags for table in asked.components("dynamodb") if arn(table) == wanted), {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
