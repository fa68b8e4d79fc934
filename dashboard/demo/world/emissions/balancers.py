"""AWS/ApplicationELB."""

from collections.abc import Callable

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.identity import balancer_suffix, target_group_suffix
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_balancer(balancer: Component) -> list[Series]:
    """By load balancer, and by load balancer and target group."""
    whole = {"LoadBalancer": balancer_suffix(balancer)}
    group = {**whole, "TargetGroup": target_group_suffix(balancer)}
    to = Emitter(balancer, "AWS/ApplicationELB", whole)
    requests = _emit_targets(to, balancer)
    to.events("HTTPCode_ELB_5XX_Count", lambda flow: requests(flow) * 0.00005)
    to.events("HTTPCode_ELB_4XX_Count", lambda flow: requests(flow) * 0.0006)
    to.per_minute("ActiveConnectionCount", lambda flow: requests(flow) / 8)
    to.per_minute("NewConnectionCount", lambda flow: requests(flow) / 5)
    to.per_minute("RejectedConnectionCount", lambda flow: np.zeros(flow.count), skip_zero=True)
    to.per_minute("ProcessedBytes", lambda flow: requests(flow) * 8600)
    to.gauge("ConsumedLCUs", lambda flow: requests(flow) / 60 / 25 * 0.4, jitter=0.03)
    of_group = Emitter(balancer, "AWS/ApplicationELB", group)
    _emit_targets(of_group, balancer)
    healthy = float(balancer.get("targets", 4))
    of_group.gauge("HealthyHostCount", lambda flow: np.full(flow.count, healthy), jitter=0.0)
    of_group.gauge("UnHealthyHostCount", lambda flow: np.zeros(flow.count), jitter=0.0)
    of_group.per_minute("RequestCountPerTarget", lambda flow: requests(flow) / healthy)
    return to.series + of_group.series


def _emit_targets(to: Emitter, balancer: Component) -> Callable[[Flow], Floats]:
    def requests(flow: Flow) -> Floats:
        return flow.served(balancer)

    to.events("RequestCount", requests, requests)
    to.events("HTTPCode_Target_2XX_Count", lambda flow: requests(flow) * 0.97)
    to.events("HTTPCode_Target_4XX_Count", lambda flow: requests(flow) * 0.02)
    to.events("HTTPCode_Target_5XX_Count", lambda flow: requests(flow) * flow.fault_share(balancer))
    to.events("TargetConnectionErrorCount", lambda flow: np.zeros(flow.count))
    to.times("TargetResponseTime", requests, lambda flow: flow.time(balancer), scale=0.001, ceiling=60_000)
    return requests
