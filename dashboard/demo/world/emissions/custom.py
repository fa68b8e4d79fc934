"""Metrics that the shop's own code publishes."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_custom(publisher: Component) -> list[Series]:
    """Orders and revenue by payment provider, from the same demand as the checkout's."""
    series: list[Series] = []
    for provider, share in (("card", 0.62), ("wallet", 0.29), ("invoice", 0.09)):
        to = Emitter(publisher, "Shop/Checkout", {"Provider": provider, "Service": "checkout"})

        def orders(flow: Flow, share: float = share) -> Floats:
            good = 1 - sum((flow.fault_share(edge.source) for edge in flow.plan.into(publisher)), np.zeros(flow.count))
            return flow.served(publisher) * share * good

        to.events("OrdersPlaced", orders)
        to.per_minute("Revenue", lambda flow, orders=orders: orders(flow) * 48.5)  # type: ignore[misc]
        series += to.series
    return series
