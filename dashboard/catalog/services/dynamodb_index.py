"""Global secondary indexes of DynamoDB tables: their capacity is their own."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.reading import get, numbers
from dashboard.catalog.services.dynamodb import (
    CAPACITY_CHARTS,
    CAPACITY_DERIVED,
    CAPACITY_LIMITED,
    CAPACITY_METRICS,
    CAPACITY_SATURATION,
    CAPACITY_THRESHOLDS,
    HOURS_PER_MONTH,
    capacity_usage,
)
from dashboard.catalog.shape import (
    Billing,
    Call,
    Fact,
    Found,
    Identity,
    Item,
    Limits,
    Listing,
    Metered,
    Relation,
    Service,
    Signals,
    Values,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """An index is known within its table."""
    path = f"{item['parent']['value']}/{item['IndexName']}"
    return Identity(path, path, item["IndexArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains its throttles."""
    item = found.item
    return (
        Fact("Table", item["parent"]["value"]),
        Fact("Status", item.get("IndexStatus")),
        Fact("Projection", get(item, "Projection.ProjectionType")),
        Fact("Read capacity", get(item, "ProvisionedThroughput.ReadCapacityUnits") or None, Unit.CAPACITY),
        Fact("Write capacity", get(item, "ProvisionedThroughput.WriteCapacityUnits") or None, Unit.CAPACITY),
        Fact("Size", item.get("IndexSizeBytes"), Unit.BYTES),
    )


def limits(found: Found) -> Limits:
    """Provisioned capacity, in units per second; none on demand."""
    throughput = get(found.item, "ProvisionedThroughput", {})
    return numbers({"read": throughput.get("ReadCapacityUnits"), "write": throughput.get("WriteCapacityUnits")})


def relations(found: Found) -> Sequence[Relation]:
    """The table writes into its index."""
    return [Relation(found.item["parent"]["value"], found.identity.arn, "index")]


def usage(metered: Metered) -> Mapping[str, Values]:
    """As of its table."""
    return {
        **capacity_usage(metered),
        "dynamodb-gb-months": metered.steady(metered.number("Size") / 1024**3 / HOURS_PER_MONTH),
    }


SERVICE = Service(
    key="dynamodb_index",
    label="Table indexes",
    noun="DynamoDB index",
    icon="dynamodb_index",
    namespace="AWS/DynamoDB",
    idles=True,
    cfn_types=("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"),
    cost_name="Amazon DynamoDB",
    listing=Listing(
        Call("dynamodb", "list_tables"),
        "TableNames",
        identify,
        each=Call("dynamodb", "describe_table", {"TableName": "{value}"}, result="Table.GlobalSecondaryIndexes"),
    ),
    facts=facts,
    limits=limits,
    relations=relations,
    dimensions=lambda found: {
        "TableName": found.item["parent"]["value"],
        "GlobalSecondaryIndexName": found.item["IndexName"],
    },
    metrics=CAPACITY_METRICS,
    derived=CAPACITY_DERIVED,
    charts=CAPACITY_CHARTS,
    signals=Signals(saturation=CAPACITY_SATURATION),
    thresholds=CAPACITY_THRESHOLDS,
    limited=CAPACITY_LIMITED,
    figures=("consumed_read", "consumed_write", "write_throttles"),
    billing=Billing(usage, ("read and write units, or provisioned capacity by the hour", "storage")),
    actions=("dynamodb:ListTables", "dynamodb:DescribeTable"),
    console="https://{region}.console.aws.amazon.com/dynamodbv2/home?region={region}#tables",
)
