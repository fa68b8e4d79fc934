"""Amazon Aurora clusters, Serverless v2 among them."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.catalog import databases, tracing
from dashboard.catalog.ratios import of_limit
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

BYTES_PER_ACU = 2 * databases.GIB


def identify(item: Item) -> Identity:
    """A cluster is known by its identifier."""
    return Identity(item["DBClusterIdentifier"], item["DBClusterIdentifier"], item["DBClusterArn"])


def _writer(found: Found) -> Mapping[str, Any]:
    """The instance that writes; empty where it is not known."""
    writers = {
        one.get("DBInstanceIdentifier") for one in found.item.get("DBClusterMembers", ()) if one.get("IsClusterWriter")
    }
    instances = found.details.get("instances") or ()
    return next((one for one in instances if one.get("DBInstanceIdentifier") in writers), {})


def facts(found: Found) -> Sequence[Fact]:
    """What explains load and limits."""
    item = found.item
    return (
        Fact("Engine", f"{item.get('Engine')} {item.get('EngineVersion', '')}".strip()),
        Fact("Status", item.get("Status")),
        Fact("Instance class", _writer(found).get("DBInstanceClass")),
        Fact("Members", len(item.get("DBClusterMembers", ()))),
        Fact("Minimum capacity, ACU", get(item, "ServerlessV2ScalingConfiguration.MinCapacity")),
        Fact("Maximum capacity, ACU", get(item, "ServerlessV2ScalingConfiguration.MaxCapacity")),
        Fact("Backups kept, days", item.get("BackupRetentionPeriod")),
        Fact("Deletion protection", bool(item.get("DeletionProtection"))),
    )


def limits(found: Found) -> Limits:
    """The maximum of ACUs, and the memory and connections of that or of the writer's instance class."""
    maximum = get(found.item, "ServerlessV2ScalingConfiguration.MaxCapacity")
    fixed = databases.memory_of(_writer(found).get("DBInstanceClass", ""))
    memory = maximum * BYTES_PER_ACU if maximum and fixed is None else fixed
    connections = databases.maximum_connections(found.item.get("Engine", ""), memory)
    # Free memory follows the present capacity when it scales: then it is no share of the maximum.
    return numbers({"acu": maximum, "connections": connections, "memory": fixed})


HOURS_PER_MONTH = 730


def usage(metered: Metered) -> Mapping[str, Values]:
    """ACUs of all members by the hour, and the volume."""
    members = metered.number("Members")
    return {
        "aurora-acu-hours": metered.of("acu_average") * members * metered.hours,
        "aurora-gb-months": metered.of("volume") / 1024**3 * metered.hours / HOURS_PER_MONTH,
    }


SERVICE = Service(
    key="aurora",
    label="Aurora clusters",
    noun="Aurora cluster",
    icon="aurora",
    namespace="AWS/RDS",
    cfn_types=("AWS::RDS::DBCluster",),
    cost_name="Amazon Relational Database Service",
    listing=Listing(
        Call("rds", "describe_db_clusters"),
        "DBClusters",
        identify,
        keep=lambda item: item.get("Engine", "").startswith("aurora"),
    ),
    region_details={"instances": Call("rds", "describe_db_instances", result="DBInstances", paged=True)},
    facts=facts,
    limits=limits,
    dimensions=lambda found: {"DBClusterIdentifier": found.identity.name},
    metrics=(
        *databases.METRICS,
        Metric("acu", "ServerlessDatabaseCapacity", "Maximum", Unit.CAPACITY, "Capacity, ACU"),
        Metric("acu_average", "ServerlessDatabaseCapacity", "Average", Unit.CAPACITY, "Capacity on average, ACU"),
        Metric("acu_used", "ACUUtilization", "Average", Unit.SHARE, "ACU utilisation", scale=0.01),
        Metric("cache_hits", "BufferCacheHitRatio", "Average", Unit.SHARE, "Buffer cache hits", scale=0.01),
        Metric("replica_lag", "AuroraReplicaLag", "Maximum", Unit.MILLISECONDS, "Replica lag"),
        Metric("volume", "VolumeBytesUsed", "Maximum", Unit.BYTES, "Volume"),
    ),
    derived=(
        *databases.DERIVED,
        Derived("acu_share", "Capacity of maximum", Unit.SHARE, ("acu",), of_limit("acu", "acu"), ("acu",)),
    ),
    charts=(
        *databases.CHARTS,
        Chart("How much capacity does it use?", ("acu",), "area"),
        Chart("How close is it to its maximum capacity?", ("acu_used", "acu_share")),
        Chart("Does its cache hold what is read?", ("cache_hits",)),
        Chart("How far behind are the replicas?", ("replica_lag",)),
        Chart("How large is the volume?", ("volume",), "area"),
    ),
    signals=Signals(latency="read_latency", saturation=(*databases.SATURATION, "acu_used")),
    thresholds=(
        *databases.THRESHOLDS,
        Threshold(
            "acu_used",
            Severity.WARNING,
            "{value} of its maximum capacity is in use",
            above=0.90,
            for_periods=5,
            hint="Raise the maximum of ACUs before queries queue.",
        ),
        Threshold("cache_hits", Severity.WARNING, "only {value} of reads come from the buffer cache", below=0.80),
        Threshold("replica_lag", Severity.WARNING, "a replica is {value} behind", above=10_000, for_periods=5),
    ),
    limited={**databases.LIMITED, "acu": "acu", "acu_average": "acu"},
    figures=("cpu", "connections", "acu"),
    billing=Billing(
        usage,
        ("ACU hours", "storage"),
        ("instances that do not scale", "I/O requests", "backups"),
        # Stopping a database stops what stands on it; what grows is capacity, and capacity can be held down.
        stop=(
            "aws rds modify-db-cluster --db-cluster-identifier {name} "
            "--serverless-v2-scaling-configuration MinCapacity=0.5,MaxCapacity=1 --apply-immediately --region {region}"
        ),
    ),
    actions=("rds:DescribeDBClusters", "rds:DescribeDBInstances"),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#database:id={name};is-cluster=true",
    traced=Traced((tracing.DATABASE,), lambda identity: (f"cluster:{identity.name}",)),
)
