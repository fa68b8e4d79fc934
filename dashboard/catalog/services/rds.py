"""Amazon RDS instances, Aurora's left out: those are seen as clusters."""

from collections.abc import Mapping, Sequence

from dashboard.catalog import databases, tracing
from dashboard.catalog.ratios import one_minus_of_limit
from dashboard.catalog.reading import numbers
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
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit

OTHERS = ("aurora", "docdb", "neptune")


def identify(item: Item) -> Identity:
    """An instance is known by its identifier."""
    return Identity(item["DBInstanceIdentifier"], item["DBInstanceIdentifier"], item["DBInstanceArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains load and limits."""
    item = found.item
    return (
        Fact("Engine", f"{item.get('Engine')} {item.get('EngineVersion', '')}".strip()),
        Fact("Instance class", item.get("DBInstanceClass")),
        Fact("Status", item.get("DBInstanceStatus")),
        Fact("Storage", item.get("AllocatedStorage", 0) * databases.GIB or None, Unit.BYTES),
        Fact("Storage type", item.get("StorageType")),
        Fact("Multi-AZ", bool(item.get("MultiAZ"))),
        Fact("Backups kept, days", item.get("BackupRetentionPeriod")),
        Fact("Replica of", item.get("ReadReplicaSourceDBInstanceIdentifier")),
    )


def limits(found: Found) -> Limits:
    """Memory and connections of the instance class, and the allocated storage."""
    memory = databases.memory_of(found.item.get("DBInstanceClass", ""))
    return numbers(
        {
            "memory": memory,
            "connections": databases.maximum_connections(found.item.get("Engine", ""), memory),
            "storage": found.item.get("AllocatedStorage", 0) * databases.GIB,
        }
    )


def relations(found: Found) -> Sequence[Relation]:
    """A replica follows its source."""
    source = found.item.get("ReadReplicaSourceDBInstanceIdentifier")
    return [Relation(source, found.identity.arn, "replica")] if source else []


HOURS_PER_MONTH = 730


def usage(metered: Metered) -> Mapping[str, Values]:
    """Hours of the instance's class, twice the price for a standby in another zone, and its storage."""
    words = str(metered.facts.get("Engine") or "").split()
    engine = words[0] if words else ""
    multi = ":multi" if metered.facts.get("Multi-AZ") else ""
    storage = "rds-multi-gb-months" if multi else "rds-gb-months"
    return {
        f"rds:{metered.facts.get('Instance class')}:{engine}{multi}": metered.steady(1.0),
        storage: metered.steady(metered.number("Storage") / 1024**3 / HOURS_PER_MONTH),
    }


SERVICE = Service(
    key="rds",
    label="Databases",
    noun="RDS instance",
    icon="rds",
    namespace="AWS/RDS",
    cfn_types=("AWS::RDS::DBInstance",),
    cost_name="Amazon Relational Database Service",
    listing=Listing(
        Call("rds", "describe_db_instances"),
        "DBInstances",
        identify,
        keep=lambda item: not item.get("Engine", "").startswith(OTHERS),
    ),
    facts=facts,
    limits=limits,
    relations=relations,
    dimensions=lambda found: {"DBInstanceIdentifier": found.identity.name},
    metrics=(
        *databases.METRICS,
        Metric("free_storage", "FreeStorageSpace", "Minimum", Unit.BYTES, "Free storage"),
        Metric("replica_lag", "ReplicaLag", "Maximum", Unit.SECONDS, "Replica lag"),
        Metric("queue", "DiskQueueDepth", "Average", Unit.COUNT, "Disk queue"),
    ),
    derived=(
        *databases.DERIVED,
        Derived(
            "storage_share",
            "Storage used",
            Unit.SHARE,
            ("free_storage",),
            one_minus_of_limit("free_storage", "storage"),
            ("storage",),
        ),
    ),
    charts=(
        *databases.CHARTS,
        Chart("Does the disk keep up?", ("queue",)),
        Chart("How much storage is left?", ("free_storage",), "area"),
        Chart("How far behind is the replica?", ("replica_lag",)),
    ),
    signals=Signals(latency="read_latency", saturation=(*databases.SATURATION, "storage_share")),
    thresholds=(
        *databases.THRESHOLDS,
        Threshold("storage_share", Severity.CRITICAL, "{value} of the storage is used", above=0.90),
        Threshold("memory_share", Severity.WARNING, "{value} of its memory is used", above=0.95, for_periods=5),
        Threshold("replica_lag", Severity.WARNING, "the replica is {value} behind", above=60, for_periods=10),
    ),
    limited={**databases.LIMITED, "free_storage": "storage"},
    figures=databases.FIGURES,
    billing=Billing(
        usage,
        ("instance hours", "storage"),
        ("provisioned IOPS", "backups", "data transfer out"),
        stop="aws rds stop-db-instance --db-instance-identifier {name} --region {region}",
    ),
    actions=("rds:DescribeDBInstances",),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#database:id={name};is-cluster=false",
    traced=Traced((tracing.DATABASE,), lambda identity: (f"instance:{identity.name}",)),
)
