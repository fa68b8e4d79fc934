"""Amazon ElastiCache Serverless caches."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import of_limit, rate_of_limit
from dashboard.catalog.reading import get, numbers
from dashboard.catalog.services.elasticache import HIT_RATE, MISS_RATE, MISSES_TOO_MANY, REQUESTS
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
    Values,
)
from dashboard.core.units import Unit

GIB = 1024**3


def identify(item: Item) -> Identity:
    """A cache is known by its name."""
    return Identity(item["ServerlessCacheName"], item["ServerlessCacheName"], item.get("ARN", ""))


def facts(found: Found) -> Sequence[Fact]:
    """What explains its limits."""
    usage = get(found.item, "CacheUsageLimits", {})
    return (
        Fact("Engine", f"{found.item.get('Engine')} {found.item.get('MajorEngineVersion', '')}".strip()),
        Fact("Status", found.item.get("Status")),
        Fact("Maximum data, GB", get(usage, "DataStorage.Maximum")),
        Fact("Maximum ECPU per second", get(usage, "ECPUPerSecond.Maximum")),
    )


def limits(found: Found) -> Limits:
    """Bytes and ECPUs per second, where the owner set a maximum."""
    usage = get(found.item, "CacheUsageLimits", {})
    return numbers({"bytes": get(usage, "DataStorage.Maximum", 0) * GIB, "ecpu": get(usage, "ECPUPerSecond.Maximum")})


def usage(metered: Metered) -> Mapping[str, Values]:
    """Processing units, and stored gigabytes by the hour."""
    return {"cache-ecpus": metered.of("ecpu"), "cache-gb-hours": metered.of("bytes") / 1024**3 * metered.hours}


SERVICE = Service(
    key="elasticache_serverless",
    label="Serverless caches",
    noun="ElastiCache Serverless cache",
    icon="elasticache_serverless",
    namespace="AWS/ElastiCache",
    cfn_types=("AWS::ElastiCache::ServerlessCache",),
    cost_name="Amazon ElastiCache",
    listing=Listing(Call("elasticache", "describe_serverless_caches"), "ServerlessCaches", identify),
    facts=facts,
    limits=limits,
    dimensions=lambda found: {"clusterId": found.identity.name},
    metrics=(
        count("hits", "CacheHits", "Hits"),
        count("misses", "CacheMisses", "Misses"),
        count("ecpu", "ElastiCacheProcessingUnits", "ECPUs"),
        Metric("bytes", "BytesUsedForCache", "Maximum", Unit.BYTES, "Data"),
        count("throttled", "ThrottledCmds", "Throttled"),
        count("evictions", "Evictions", "Evictions"),
        Metric(
            "read_latency",
            "SuccessfulReadRequestLatency",
            "Average",
            Unit.MILLISECONDS,
            "Read",
            scale=0.001,
        ),
        Metric("connections", "CurrConnections", "Maximum", Unit.COUNT, "Connections"),
    ),
    derived=(
        HIT_RATE,
        MISS_RATE,
        REQUESTS,
        Derived("bytes_share", "Data of maximum", Unit.SHARE, ("bytes",), of_limit("bytes", "bytes"), ("bytes",)),
        Derived("ecpu_share", "ECPU of maximum", Unit.SHARE, ("ecpu",), rate_of_limit("ecpu", "ecpu"), ("ecpu",)),
    ),
    charts=(
        Chart("Does it hold what is asked for?", ("hit_rate",)),
        Chart("How often is it asked?", ("hits", "misses"), "area"),
        Chart("How many processing units does it use?", ("ecpu",), "area"),
        Chart("How much does it hold?", ("bytes",), "area"),
        Chart("How long do reads take?", ("read_latency",)),
        Chart("Is anything throttled or thrown out?", ("throttled", "evictions")),
        Chart("How many connections?", ("connections",)),
        Chart("How close is it to its limits?", ("bytes_share", "ecpu_share")),
    ),
    signals=Signals(traffic="requests", latency="read_latency", saturation=("bytes_share", "ecpu_share")),
    thresholds=(
        MISSES_TOO_MANY,
        Threshold("throttled", Severity.CRITICAL, "{value} commands were throttled", above=0),
        Threshold("bytes_share", Severity.WARNING, "{value} of its maximum data is used", above=0.85),
        Threshold("ecpu_share", Severity.WARNING, "{value} of its maximum ECPUs are used", above=0.85),
    ),
    limited={"bytes": "bytes", "ecpu": "ecpu/s"},
    figures=("hit_rate", "ecpu", "bytes"),
    billing=Billing(usage, ("ECPUs", "GB-hours"), ("snapshots",)),
    actions=("elasticache:DescribeServerlessCaches",),
    console="https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/redis/{name}",
)
