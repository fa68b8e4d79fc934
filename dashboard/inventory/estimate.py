"""What collecting will cost a month, before it begins."""

from datetime import timedelta
from decimal import Decimal

from dashboard.catalog.prices import api_calls

MONTH = timedelta(days=30)


def monthly_cost(
    metrics: int, regions: int, namespaces: int, *, every: timedelta, discover_every: timedelta
) -> Decimal:
    """USD a month: every metric asked for `every` so often, and the namespaces of each region listed each discovery.

    What is free (stacks, tags, listings of services) does not appear.
    """
    points = api_calls.price("cloudwatch:GetMetricData", metrics) * Decimal(MONTH / every)
    listings = api_calls.price("cloudwatch:ListMetrics") * namespaces * regions * Decimal(MONTH / discover_every)
    return points + listings
