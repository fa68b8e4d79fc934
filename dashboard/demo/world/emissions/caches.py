"""AWS/ElastiCache: node-based and serverless."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_group(group: Component) -> list[Series]:
    """Every node of a replication group, by cluster id and by cluster and node id."""
    series: list[Series] = []
    nodes = int(group.get("nodes", 2))
    for number in range(1, nodes + 1):
        cluster = {"CacheClusterId": f"{group.name}-{number:03d}"}
        for dimensions in (cluster, {**cluster, "CacheNodeId": "0001"}):
            to = Emitter(group, "AWS/ElastiCache", dimensions)
            _node(to, group, 1.0 / nodes, primary=number == 1)
            series += to.series
    return series


def _node(to: Emitter, group: Component, share: float, primary: bool) -> None:
    def looked_up(flow: Flow) -> Floats:
        return flow.served(group) * share

    def missed(flow: Flow) -> Floats:
        return 1 - flow.hit_share(group)

    def memory(flow: Flow) -> Floats:
        return np.minimum(float(group.get("memory_share", 58)) + 60 * np.maximum(missed(flow) - 0.15, 0), 99.0)

    def busy(flow: Flow) -> Floats:
        return 5 + 55 * flow.utilisation(group)

    def evicted(flow: Flow) -> Floats:
        return looked_up(flow) * np.maximum(missed(flow) - 0.25, 0) * 0.8

    to.per_minute("CacheHits", lambda flow: looked_up(flow) * flow.hit_share(group))
    to.per_minute("CacheMisses", lambda flow: looked_up(flow) * missed(flow))
    to.gauge("CacheHitRate", lambda flow: flow.hit_share(group) * 100, jitter=0.001, ceiling=100)
    to.gauge("EngineCPUUtilization", busy, jitter=0.05, ceiling=100)
    to.gauge("CPUUtilization", lambda flow: busy(flow) * 0.7, jitter=0.05, ceiling=100)
    to.gauge("DatabaseMemoryUsagePercentage", memory, jitter=0.004, ceiling=100)
    to.gauge("FreeableMemory", lambda flow: (100 - memory(flow)) / 100 * 6.4e9, jitter=0.004)
    to.per_minute("Evictions", evicted)
    to.per_minute("Reclaimed", lambda flow: looked_up(flow) * 0.01)
    to.gauge("CurrConnections", lambda flow: 30 + looked_up(flow) / 120, jitter=0.04)
    to.per_minute("NewConnections", lambda flow: 1 + looked_up(flow) / 4000)
    to.gauge("CurrItems", lambda flow: 410_000 * (1 - 0.7 * missed(flow)), jitter=0.003)
    to.gauge("NetworkBytesIn", lambda flow: looked_up(flow) * 210, jitter=0.03)
    to.gauge("NetworkBytesOut", lambda flow: looked_up(flow) * 1900 * flow.hit_share(group), jitter=0.03)
    if not primary:
        to.gauge("ReplicationLag", lambda flow: np.full(flow.count, 0.3), jitter=0.5)


def emit_serverless(cache: Component) -> list[Series]:
    """By cache name, in lower case as AWS writes it."""
    to = Emitter(cache, "AWS/ElastiCache", {"clusterId": cache.name})

    def looked_up(flow: Flow) -> Floats:
        return flow.served(cache)

    to.per_minute("ElastiCacheProcessingUnits", lambda flow: looked_up(flow) * 1.7)
    to.gauge("BytesUsedForCache", lambda flow: np.full(flow.count, 3.1e9), jitter=0.003)
    to.per_minute("CacheHits", lambda flow: looked_up(flow) * flow.hit_share(cache))
    to.per_minute("CacheMisses", lambda flow: looked_up(flow) * (1 - flow.hit_share(cache)))
    to.gauge("CacheHitRate", lambda flow: flow.hit_share(cache) * 100, jitter=0.001, ceiling=100)
    to.per_minute("Evictions", lambda flow: np.zeros(flow.count))
    to.per_minute("ThrottledCmds", lambda flow: np.zeros(flow.count))
    to.gauge("CurrConnections", lambda flow: 12 + looked_up(flow) / 200, jitter=0.04)
    to.per_minute("NewConnections", lambda flow: 1 + looked_up(flow) / 5000)
    to.gauge("CurrItems", lambda flow: np.full(flow.count, 220_000.0), jitter=0.003)
    to.gauge("SuccessfulReadRequestLatency", lambda flow: np.full(flow.count, 410.0), jitter=0.05)
    to.gauge("SuccessfulWriteRequestLatency", lambda flow: np.full(flow.count, 560.0), jitter=0.05)
    return to.series
