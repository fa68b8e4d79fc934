"""Amazon ElastiCache nodes, of replication groups and on their own."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share_of_sum, total
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metered,
    Metric,
    Service,
    Severity,
    Signals,
    Threshold,
    Values,
)
from dashboard.core.units import Unit

HIT_RATE = Derived("hit_rate", "Hits", Unit.SHARE, ("hits", "misses"), share_of_sum("hits", "misses"))
MISS_RATE = Derived("miss_rate", "Misses", Unit.SHARE, ("misses", "hits"), share_of_sum("misses", "hits"))
REQUESTS = Derived("requests", "Lookups", Unit.COUNT, ("hits", "misses"), total("hits", "misses"))
MISSES_TOO_MANY = Threshold(
    "miss_rate",
    Severity.WARNING,
    "{value} of lookups miss",
    above=0.50,
    for_periods=3,
    floor=("requests", 500),
    hint="Look for evictions, a flush or new keys since the last deploy; the database behind it carries the rest.",
)


def identify(item: Item) -> Identity:
    """A node is known within its replication group, which is what CloudFormation lists."""
    name, group = item["CacheClusterId"], item.get("ReplicationGroupId")
    return Identity(f"{group}/{name}" if group else name, name, item.get("ARN", ""))


def facts(found: Found) -> Sequence[Fact]:
    """What explains memory and evictions."""
    item = found.item
    return (
        Fact("Engine", f"{item.get('Engine')} {item.get('EngineVersion', '')}".strip()),
        Fact("Node type", item.get("CacheNodeType")),
        Fact("Nodes", item.get("NumCacheNodes")),
        Fact("Replication group", item.get("ReplicationGroupId")),
        Fact("Status", item.get("CacheClusterStatus")),
        Fact("Snapshots kept, days", item.get("SnapshotRetentionLimit")),
    )


def usage(metered: Metered) -> Mapping[str, Values]:
    """Hours of each node's class."""
    return {f"cache:{metered.facts.get('Node type')}": metered.steady(metered.number("Nodes"))}


SERVICE = Service(
    key="elasticache",
    label="Caches",
    noun="ElastiCache node",
    icon="elasticache",
    namespace="AWS/ElastiCache",
    cfn_types=("AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster"),
    cost_name="Amazon ElastiCache",
    listing=Listing(Call("elasticache", "describe_cache_clusters"), "CacheClusters", identify),
    facts=facts,
    dimensions=lambda found: {"CacheClusterId": found.identity.name},
    metrics=(
        count("hits", "CacheHits", "Hits"),
        count("misses", "CacheMisses", "Misses"),
        Metric("cpu", "EngineCPUUtilization", "Average", Unit.SHARE, "Engine CPU", scale=0.01),
        Metric("memory", "DatabaseMemoryUsagePercentage", "Maximum", Unit.SHARE, "Memory", scale=0.01),
        count("evictions", "Evictions", "Evictions"),
        Metric("connections", "CurrConnections", "Maximum", Unit.COUNT, "Connections"),
        Metric("replica_lag", "ReplicationLag", "Maximum", Unit.SECONDS, "Replica lag"),
    ),
    derived=(HIT_RATE, MISS_RATE, REQUESTS),
    charts=(
        Chart("Does it hold what is asked for?", ("hit_rate",)),
        Chart("How often is it asked?", ("hits", "misses"), "area"),
        Chart("How full and how busy is it?", ("memory", "cpu")),
        Chart("Does it throw things out?", ("evictions",)),
        Chart("How many connections?", ("connections",)),
        Chart("How far behind is the replica?", ("replica_lag",)),
    ),
    signals=Signals(traffic="requests", saturation=("cpu", "memory")),
    thresholds=(
        MISSES_TOO_MANY,
        Threshold("cpu", Severity.CRITICAL, "the engine's CPU is at {value}", above=0.90, for_periods=5),
        Threshold("memory", Severity.WARNING, "{value} of its memory is used", above=0.85),
        Threshold("replica_lag", Severity.WARNING, "the replica is {value} behind", above=30, for_periods=5),
    ),
    figures=("hit_rate", "memory", "cpu"),
    billing=Billing(usage, ("node hours",), ("backups", "data transfer between zones")),
    actions=("elasticache:DescribeCacheClusters",),
    console="https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/redis",
)
