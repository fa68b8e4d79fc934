"""AWS/RDS: instances, Aurora clusters and proxies."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow, Moments
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series

_GIB = 1024.0**3


def emit_instance(database: Component) -> list[Series]:
    """A database instance of its own."""
    to = Emitter(database, "AWS/RDS", {"DBInstanceIdentifier": database.name})
    _server(to, database)
    to.gauge("FreeStorageSpace", lambda flow: _free_storage(database, flow), jitter=0.0005)
    to.gauge("BurstBalance", lambda flow: np.full(flow.count, 98.0), jitter=0.005, ceiling=100)
    to.gauge("DiskQueueDepth", lambda flow: flow.utilisation(database) * 3, jitter=0.2)
    if database.get("replica_of"):
        to.gauge("ReplicaLag", lambda flow: np.full(flow.count, 0.4), jitter=0.5)
    return to.series


def emit_cluster(cluster: Component) -> list[Series]:
    """An Aurora cluster: by cluster, by role, and by each of its instances."""
    series: list[Series] = []
    whole = {"DBClusterIdentifier": cluster.name}
    members = [{"DBInstanceIdentifier": f"{cluster.name}-{number}"} for number in range(1, _members(cluster) + 1)]
    for dimensions in (whole, {**whole, "Role": "WRITER"}, *members):
        to = Emitter(cluster, "AWS/RDS", dimensions)
        _server(to, cluster)
        to.gauge(
            "BufferCacheHitRatio",
            lambda flow: 99.6 - 6 * np.minimum(flow.utilisation(cluster), 1) ** 4,
            0.001,
            ceiling=100,
        )
        to.gauge("AuroraReplicaLag", lambda flow: 14 + 20 * flow.utilisation(cluster), jitter=0.15)
        if cluster.get("max_capacity"):
            to.gauge("ServerlessDatabaseCapacity", lambda flow: _capacity(cluster, flow), jitter=0.01)
            to.gauge("ACUUtilization", lambda flow: _capacity_used(cluster, flow), jitter=0.01, ceiling=100)
        series += to.series
    billed = Emitter(cluster, "AWS/RDS", whole)
    billed.gauge("VolumeBytesUsed", lambda flow: np.full(flow.count, float(cluster.get("bytes", 42 * _GIB))), 0.0)
    return series + billed.series


def _members(cluster: Component) -> int:
    return int(cluster.get("members", 2))


def _server(to: Emitter, database: Component) -> None:
    memory = float(database.get("memory_gib", 8)) * _GIB
    limit = float(database.get("max_connections", 400))

    def queries(flow: Flow) -> Floats:
        return flow.served(database)

    def busy(flow: Flow) -> Floats:
        return flow.utilisation(database)

    def disk(flow: Flow) -> Moments:
        mean = 0.6 / (1.02 - np.minimum(busy(flow), 0.98))
        return mean, (mean * 0.5) ** 2

    to.gauge("CPUUtilization", lambda flow: 4 + 94 * np.minimum(busy(flow), 1.0), jitter=0.04, ceiling=100)
    to.gauge("DatabaseConnections", lambda flow: np.rint(_connections(database, flow)), jitter=0.02, ceiling=limit)
    to.gauge("FreeableMemory", lambda flow: memory * (0.52 - 0.22 * np.minimum(busy(flow), 1.0)), jitter=0.01)
    to.gauge("ReadIOPS", lambda flow: queries(flow) / 60 * 1.4, jitter=0.08)
    to.gauge("WriteIOPS", lambda flow: queries(flow) / 60 * 0.5, jitter=0.08)
    to.times("ReadLatency", lambda flow: np.full(flow.count, 60.0), disk, scale=0.001)
    to.times("WriteLatency", lambda flow: np.full(flow.count, 60.0), disk, scale=0.0014)
    to.gauge("NetworkReceiveThroughput", lambda flow: queries(flow) / 60 * 900, jitter=0.05)
    to.gauge("NetworkTransmitThroughput", lambda flow: queries(flow) / 60 * 6200, jitter=0.05)
    to.gauge("SwapUsage", lambda flow: np.full(flow.count, 12e6), jitter=0.02)
    to.gauge("Deadlocks", lambda flow: np.zeros(flow.count), jitter=0.0)


def _connections(database: Component, flow: Flow) -> Floats:
    limit = float(database.get("max_connections", 400))
    at_once = flow.served(database) * flow.time(database)[0] / 60_000
    pressure = np.minimum(flow.utilisation(database), 1.0) ** 2
    result: Floats = np.minimum(limit * 0.08 + 6 * at_once + limit * 0.45 * pressure, limit)
    return result


def _free_storage(database: Component, flow: Flow) -> Floats:
    allocated = float(database.get("storage_gib", 200)) * _GIB
    days = (np.arange(flow.start, flow.stop) - flow.origin) / 1440
    return np.maximum(allocated * (0.46 - 0.0015 * days), 0)


def _capacity(cluster: Component, flow: Flow) -> Floats:
    low, high = float(cluster.get("min_capacity", 0.5)), float(cluster.get("max_capacity"))
    return np.ceil(np.clip(high * flow.utilisation(cluster) * 1.1, low, high) * 2) / 2


def _capacity_used(cluster: Component, flow: Flow) -> Floats:
    return _capacity(cluster, flow) / float(cluster.get("max_capacity")) * 100


def emit_proxy(proxy: Component) -> list[Series]:
    """Client and database connections, and the wait for one."""
    whole = {"ProxyName": proxy.name}
    group = {"TargetGroup": "default", "TargetRole": "READ_WRITE"}
    limit = float(proxy.get("max_connections", 300))
    to = Emitter(proxy, "AWS/RDS", whole)

    def held(flow: Flow) -> Floats:
        return np.minimum(12 + flow.served(proxy) * flow.time(proxy)[0] / 60_000 * 4, limit)

    def borrowing(flow: Flow) -> Moments:
        mean, variance = flow.own_time(proxy)
        return mean, variance

    to.gauge("ClientConnections", lambda flow: np.rint(held(flow) * 2.6), jitter=0.03)
    to.gauge("DatabaseConnections", lambda flow: np.rint(held(flow)), jitter=0.02, ceiling=limit)
    to.gauge("MaxDatabaseConnectionsAllowed", lambda flow: np.full(flow.count, limit), jitter=0.0)
    to.gauge("DatabaseConnectionsCurrentlySessionPinned", lambda flow: np.floor(held(flow) * 0.04), jitter=0.0)
    to.gauge("DatabaseConnectionsCurrentlyBorrowed", lambda flow: np.rint(held(flow) * 0.5), jitter=0.05)
    to.times("DatabaseConnectionsBorrowLatency", lambda flow: flow.served(proxy), borrowing, scale=1000)
    to.times("QueryDatabaseResponseLatency", lambda flow: flow.served(proxy), lambda flow: flow.time(proxy), scale=1000)
    to.events("QueryRequests", lambda flow: flow.served(proxy))
    to.gauge("AvailabilityPercentage", lambda flow: np.full(flow.count, 100.0), jitter=0.0, extra=group)
    return to.series
