"""Amazon DynamoDB tables."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import rate_of_limit, share_of_sum, total
from dashboard.catalog.reading import get, numbers
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Limits,
    Listing,
    Metered,
    Metric,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit

OPERATIONS = ("GetItem", "Query", "PutItem", "UpdateItem")


def identify(item: Item) -> Identity:
    """A table is known by its name."""
    name = item["value"]
    return Identity(name, name, f"arn:aws:dynamodb:{{region}}:{{account_id}}:table/{name}")


def facts(found: Found) -> Sequence[Fact]:
    """What explains throttles and cost."""
    table = found.details.get("table") or {}
    on_demand = get(table, "BillingModeSummary.BillingMode") == "PAY_PER_REQUEST"
    return (
        Fact("Capacity mode", "On-demand" if on_demand else "Provisioned"),
        Fact("Read capacity", get(table, "ProvisionedThroughput.ReadCapacityUnits") or None, Unit.CAPACITY),
        Fact("Write capacity", get(table, "ProvisionedThroughput.WriteCapacityUnits") or None, Unit.CAPACITY),
        Fact("Size", table.get("TableSizeBytes"), Unit.BYTES),
        Fact("Items", table.get("ItemCount"), Unit.COUNT),
        Fact("Indexes", len(table.get("GlobalSecondaryIndexes") or ())),
        Fact("Table class", get(table, "TableClassSummary.TableClass", "STANDARD")),
        Fact("Stream", get(table, "StreamSpecification.StreamViewType")),
        Fact("Deletion protection", bool(table.get("DeletionProtectionEnabled"))),
    )


def limits(found: Found) -> Limits:
    """Provisioned capacity, in units per second; none on demand."""
    throughput = get(found.details.get("table"), "ProvisionedThroughput", {})
    return numbers({"read": throughput.get("ReadCapacityUnits"), "write": throughput.get("WriteCapacityUnits")})


def throttle_share(kind: str) -> Derived:
    """Throttled events of all consumed units and throttled events."""
    throttles, consumed = f"{kind}_throttles", f"consumed_{kind}"
    return Derived(
        f"{kind}_throttle_share",
        f"{kind.capitalize()}s throttled",
        Unit.SHARE,
        (throttles, consumed),
        share_of_sum(throttles, consumed),
    )


def capacity_share(kind: str) -> Derived:
    """Consumed units per second of the provisioned ones."""
    return Derived(
        f"{kind}_capacity_share",
        f"{kind.capitalize()} capacity used",
        Unit.SHARE,
        (f"consumed_{kind}",),
        rate_of_limit(f"consumed_{kind}", kind),
        (kind,),
    )


CAPACITY_METRICS = (
    count("consumed_read", "ConsumedReadCapacityUnits", "Read units"),
    count("consumed_write", "ConsumedWriteCapacityUnits", "Write units"),
    count("read_throttles", "ReadThrottleEvents", "Reads throttled", sparse=True),
    count("write_throttles", "WriteThrottleEvents", "Writes throttled", sparse=True),
)
CAPACITY_DERIVED = (
    throttle_share("read"),
    throttle_share("write"),
    capacity_share("read"),
    capacity_share("write"),
)
CAPACITY_LIMITED = {"consumed_read": "read/s", "consumed_write": "write/s"}
CAPACITY_CHARTS = (
    Chart("How much capacity does it use?", ("consumed_read", "consumed_write"), "area"),
    Chart("Is anything throttled?", ("read_throttles", "write_throttles")),
    Chart("How close is it to its provisioned capacity?", ("read_capacity_share", "write_capacity_share")),
)
CAPACITY_SATURATION = ("read_capacity_share", "write_capacity_share", "read_throttle_share", "write_throttle_share")
CAPACITY_THRESHOLDS = tuple(
    Threshold(
        f"{kind}_throttle_share",
        Severity.CRITICAL,
        f"{{value}} of {kind}s are throttled",
        above=0.01,
        floor=(f"{kind}_throttles", 10),
        hint="Raise the provisioned capacity, switch to on-demand, or look for a hot key.",
    )
    for kind in ("read", "write")
) + tuple(
    Threshold(
        f"{kind}_capacity_share",
        Severity.WARNING,
        f"{{value}} of the provisioned {kind} capacity is in use",
        above=0.8,
        for_periods=5,
        hint="Raise the provisioned capacity before requests are throttled.",
    )
    for kind in ("read", "write")
)

HOURS_PER_MONTH = 730


def capacity_usage(metered: Metered) -> Mapping[str, Values]:
    """Units of a table or of an index; without a capacity of its own it is on demand."""
    if metered.facts.get("Read capacity") and metered.facts.get("Write capacity"):
        return {
            "dynamodb-read-hours": metered.steady(metered.number("Read capacity")),
            "dynamodb-write-hours": metered.steady(metered.number("Write capacity")),
        }
    return {
        "dynamodb-read-units": metered.of("consumed_read"),
        "dynamodb-write-units": metered.of("consumed_write"),
    }


def usage(metered: Metered) -> Mapping[str, Values]:
    """On demand what is consumed, provisioned what is set; and the stored gigabytes."""
    return {
        **capacity_usage(metered),
        "dynamodb-gb-months": metered.steady(metered.number("Size") / 1024**3 / HOURS_PER_MONTH),
    }


SERVICE = Service(
    key="dynamodb",
    label="Tables",
    noun="DynamoDB table",
    icon="dynamodb",
    namespace="AWS/DynamoDB",
    idles=True,
    cfn_types=("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"),
    cost_name="Amazon DynamoDB",
    listing=Listing(Call("dynamodb", "list_tables"), "TableNames", identify),
    details={
        "table": Call(
            "dynamodb",
            "describe_table",
            {"TableName": "{name}"},
            result="Table",
            absent=("ResourceNotFoundException",),
        )
    },
    facts=facts,
    limits=limits,
    dimensions=lambda found: {"TableName": found.identity.name},
    metrics=(
        *CAPACITY_METRICS,
        *(
            Metric(
                f"requests_{operation.lower()}",
                "SuccessfulRequestLatency",
                "SampleCount",
                Unit.COUNT,
                f"{operation} requests",
                dimensions={"Operation": operation},
                absent_is_zero=True,
            )
            for operation in OPERATIONS
        ),
        *(
            Metric(
                f"latency_{operation.lower()}",
                "SuccessfulRequestLatency",
                "Average",
                Unit.MILLISECONDS,
                f"{operation} mean",
                dimensions={"Operation": operation},
            )
            for operation in OPERATIONS
        ),
        count(
            "system_errors",
            "SystemErrors",
            "System errors of GetItem",
            sparse=True,
            dimensions={"Operation": "GetItem"},
        ),
    ),
    derived=(
        Derived(
            "requests",
            "Requests",
            Unit.COUNT,
            tuple(f"requests_{operation.lower()}" for operation in OPERATIONS),
            total(*(f"requests_{operation.lower()}" for operation in OPERATIONS)),
        ),
        *CAPACITY_DERIVED,
    ),
    charts=(
        Chart("How often is it asked?", tuple(f"requests_{operation.lower()}" for operation in OPERATIONS), "area"),
        Chart("How long does it take?", tuple(f"latency_{operation.lower()}" for operation in OPERATIONS)),
        *CAPACITY_CHARTS,
        Chart("Does AWS itself fail?", ("system_errors",)),
    ),
    signals=Signals(traffic="requests", latency="latency_query", saturation=CAPACITY_SATURATION),
    thresholds=(
        *CAPACITY_THRESHOLDS,
        Threshold("system_errors", Severity.WARNING, "{value} requests failed inside DynamoDB", above=0),
        *(
            Threshold(
                f"latency_{operation.lower()}",
                Severity.WARNING,
                f"{operation} takes {{value}} on average",
                above=20,
                for_periods=5,
                floor=(f"requests_{operation.lower()}", 50),
            )
            for operation in OPERATIONS
        ),
    ),
    limited=CAPACITY_LIMITED,
    figures=("requests", "latency_query", "write_throttles"),
    billing=Billing(
        usage,
        ("read and write units, or provisioned capacity by the hour", "storage"),
        ("backups", "streams", "global tables"),
        stop=(
            "aws dynamodb update-table --table-name {name} --billing-mode PROVISIONED"
            " --provisioned-throughput ReadCapacityUnits=1,WriteCapacityUnits=1 --region {region}"
        ),
    ),
    actions=("dynamodb:ListTables", "dynamodb:DescribeTable"),
    console="https://{region}.console.aws.amazon.com/dynamodbv2/home?region={region}#table?name={name}",
    traced=Traced(("AWS::DynamoDB::Table",)),
)
