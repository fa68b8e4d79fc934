"""What AWS charges for the reads that this product makes, in USD, us-east-1 list prices.

Source: https://aws.amazon.com/cloudwatch/pricing/ ("API requests"): GetMetricData 0.01 per 1,000 metrics requested,
without a free tier; other requests 0.01 per 1,000. Reads of other services' control planes are free.
"""

from decimal import Decimal

PER_METRIC = Decimal("0.00001")
PER_REQUEST = {
    "cloudwatch:ListMetrics": Decimal("0.00001"),
    "cloudwatch:DescribeAlarms": Decimal("0.00001"),
}


def price(action: str, metrics: int = 0) -> Decimal:
    """USD of one request; `metrics` counts the metrics that a GetMetricData asks for."""
    if action == "cloudwatch:GetMetricData":
        return PER_METRIC * metrics
    return PER_REQUEST.get(action, Decimal(0))
