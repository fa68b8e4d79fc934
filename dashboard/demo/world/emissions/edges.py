"""AWS/CloudFront and AWS/WAFV2."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow, Moments
from dashboard.demo.world.identity import physical_id
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_distribution(distribution: Component) -> list[Series]:
    """Requests, bytes and error rates, in us-east-1."""
    to = Emitter(distribution, "AWS/CloudFront", {"DistributionId": physical_id(distribution), "Region": "Global"})

    def requests(flow: Flow) -> Floats:
        return flow.served(distribution)

    def errors(flow: Flow) -> Floats:
        return 100 * (0.0006 + flow.fault_share(distribution) * 0.2)

    def origin(flow: Flow) -> Moments:
        return flow.own_time(distribution)

    client = float(distribution.get("client_error_share", 0.008)) * 100
    to.per_minute("Requests", requests)
    to.per_minute("BytesDownloaded", lambda flow: requests(flow) * float(distribution.get("bytes", 46_000)))
    to.per_minute("BytesUploaded", lambda flow: requests(flow) * 620)
    to.gauge("4xxErrorRate", lambda flow: np.full(flow.count, client), jitter=0.1, ceiling=100)
    to.gauge("5xxErrorRate", errors, jitter=0.15, ceiling=100)
    to.gauge("TotalErrorRate", lambda flow: errors(flow) + client, jitter=0.1, ceiling=100)
    if distribution.get("extra_metrics"):
        to.gauge("CacheHitRate", lambda flow: np.full(flow.count, 91.0), jitter=0.006, ceiling=100)
        to.times("OriginLatency", lambda flow: requests(flow) * 0.09, origin)
    return to.series


def emit_acl(acl: Component) -> list[Series]:
    """By web ACL and rule; only what is not zero."""
    dimensions = {"WebACL": acl.name}
    if acl.get("scope") == "REGIONAL":
        dimensions["Region"] = acl.region
    blocked = float(acl.get("blocked_share", 0.013))
    series: list[Series] = []
    for rule, share in (("ALL", 1.0), ("RateLimit", 0.35), ("AWSCommonRules", 0.65)):
        to = Emitter(acl, "AWS/WAFV2", {**dimensions, "Rule": rule})
        to.events("BlockedRequests", lambda flow, share=share: flow.served(acl) * blocked * share)  # type: ignore[misc]
        if rule == "ALL":
            to.events("AllowedRequests", lambda flow: flow.served(acl) * (1 - blocked))
            to.events("CountedRequests", lambda flow: flow.served(acl) * 0.004)
        series += to.series
    return series
