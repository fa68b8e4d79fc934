"""What AWS charges for the calls that this product makes, in USD, us-east-1 list prices.

Sources: https://aws.amazon.com/cloudwatch/pricing/ ("API requests"): GetMetricData 0.01 per 1,000 metrics requested,
without a free tier; other requests 0.01 per 1,000. https://aws.amazon.com/xray/pricing/: 0.50 per million traces
retrieved or scanned; https://aws.amazon.com/sns/pricing/: 0.50 per million requests.
https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/ ("AWS Cost Explorer API"): each request 0.01,
whichever it is, so each page of costs, anomalies and tags, and each forecast. Reading budgets
(https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/) and the price list is free. Free millions of a month
are left out, so that the figure is never too low. Reads of other services' control planes are free.
"""

from decimal import Decimal

PER_METRIC = Decimal("0.00001")
PER_TRACE = Decimal("0.0000005")
PER_UNIT = {
    "cloudwatch:GetMetricData": PER_METRIC,
    "xray:BatchGetTraces": PER_TRACE,
    "xray:GetTraceSummaries": PER_TRACE,
    "xray:ListRetrievedTraces": PER_TRACE,
}
PER_COST_REQUEST = Decimal("0.01")
PER_REQUEST = {
    "ce:GetAnomalies": PER_COST_REQUEST,
    "ce:GetCostAndUsage": PER_COST_REQUEST,
    "ce:GetCostForecast": PER_COST_REQUEST,
    "ce:GetTags": PER_COST_REQUEST,
    "ce:ListCostAllocationTags": PER_COST_REQUEST,
    "cloudwatch:ListMetrics": Decimal("0.00001"),
    "cloudwatch:DescribeAlarmHistory": Decimal("0.00001"),
    "cloudwatch:DescribeAlarms": Decimal("0.00001"),
    "sns:Publish": Decimal("0.0000005"),
}


def price(action: str, units: int = 0) -> Decimal:
    """USD of one request; `units` counts the metrics that it asks for, or the traces that it scans or retrieves."""
    return PER_REQUEST.get(action, Decimal(0)) + PER_UNIT.get(action, Decimal(0)) * units
