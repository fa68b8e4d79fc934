"""What RDS instances and Aurora clusters have in common."""

import math

from dashboard.catalog.ratios import of_limit, one_minus_of_limit
from dashboard.catalog.shape import Chart, Derived, Metric, Severity, Threshold
from dashboard.core.units import Unit

GIB = 1024**3
MEMORY = {
    "micro": 1,
    "small": 2,
    "medium": 4,
    "large": 8,
    "xlarge": 16,
    "2xlarge": 32,
    "4xlarge": 64,
    "8xlarge": 128,
    "12xlarge": 192,
    "16xlarge": 256,
    "24xlarge": 384,
}
"""GiB of the general-purpose and burstable classes, by size (RDS User Guide, 'DB instance classes')."""
FAMILIES = {"m": 1, "t": 1, "r": 2}
"""Memory-optimised classes have twice the memory; others are not told by their size."""
MYSQL, AURORA_MYSQL, ORACLE = ("mysql", "mariadb"), ("aurora-mysql", "aurora"), "oracle"


def memory_of(instance_class: str) -> float | None:
    """Bytes of memory of an instance class such as db.r6g.large; None for a class that isn't known."""
    parts = instance_class.split(".")
    if len(parts) != 3 or parts[2] not in MEMORY or parts[1][:1] not in FAMILIES:
        return None
    return float(MEMORY[parts[2]] * FAMILIES[parts[1][0]] * GIB)


def maximum_connections(engine: str, memory: float | None) -> float | None:
    """The engine's default limit for that memory; None where AWS documents none.

    Source: RDS User Guide, 'Maximum number of database connections'; Aurora User Guide, 'Maximum connections to an
    Aurora MySQL DB instance'.
    """
    if memory is None:
        return None
    if "postgres" in engine:
        return min(memory / 9_531_392, 5000)
    if engine in AURORA_MYSQL:
        return max(math.log2(memory / 805_306_368) * 45, math.log2(memory / 8_187_281_408) * 1000)
    if engine in MYSQL:
        return memory / 12_582_880
    return min(memory / 9_868_951, 20_000) if engine.startswith(ORACLE) else None


METRICS = (
    Metric("cpu", "CPUUtilization", "Average", Unit.SHARE, "CPU", scale=0.01),
    Metric("connections", "DatabaseConnections", "Maximum", Unit.COUNT, "Connections"),
    Metric("free_memory", "FreeableMemory", "Minimum", Unit.BYTES, "Free memory"),
    Metric("read_latency", "ReadLatency", "p90", Unit.MILLISECONDS, "Read p90", scale=1000),
    Metric("write_latency", "WriteLatency", "p90", Unit.MILLISECONDS, "Write p90", scale=1000),
    Metric("read_iops", "ReadIOPS", "Average", Unit.PER_SECOND, "Reads"),
    Metric("write_iops", "WriteIOPS", "Average", Unit.PER_SECOND, "Writes"),
)
LIMITED = {"connections": "connections", "free_memory": "memory"}
DERIVED = (
    Derived(
        "connections_share",
        "Connections of maximum",
        Unit.SHARE,
        ("connections",),
        of_limit("connections", "connections"),
        ("connections",),
    ),
    Derived(
        "memory_share",
        "Memory used",
        Unit.SHARE,
        ("free_memory",),
        one_minus_of_limit("free_memory", "memory"),
        ("memory",),
    ),
)
CHARTS = (
    Chart("How busy is it?", ("cpu",)),
    Chart("How many connections?", ("connections",)),
    Chart("How close is it to its limits?", ("cpu", "connections_share", "memory_share")),
    Chart("How long do reads and writes take?", ("read_latency", "write_latency")),
    Chart("How much does it read and write?", ("read_iops", "write_iops"), "area"),
)
SATURATION = ("cpu", "connections_share")
THRESHOLDS = (
    Threshold(
        "cpu",
        Severity.CRITICAL,
        "CPU is at {value}",
        above=0.90,
        hint="Look for new or slow queries since the last deploy, and at the cache in front of it.",
    ),
    Threshold("connections_share", Severity.WARNING, "{value} of the maximum connections are in use", above=0.80),
    Threshold("read_latency", Severity.WARNING, "one read in ten takes {value} or longer", above=20, for_periods=5),
    Threshold("write_latency", Severity.WARNING, "one write in ten takes {value} or longer", above=50, for_periods=5),
)
FIGURES = ("cpu", "connections", "read_latency")
