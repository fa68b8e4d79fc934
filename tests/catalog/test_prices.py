"""What AWS charges for a read."""

from decimal import Decimal

import pytest

from dashboard.catalog.prices.api_calls import price


@pytest.mark.parametrize(
    ("action", "metrics", "dollars"),
    [
        ("cloudwatch:GetMetricData", 500, "0.005"),
        ("cloudwatch:GetMetricData", 1000, "0.01"),
        ("cloudwatch:ListMetrics", 0, "0.00001"),
        ("cloudwatch:DescribeAlarms", 0, "0.00001"),
        ("cloudwatch:DescribeAlarmHistory", 0, "0.00001"),
        ("lambda:ListFunctions", 0, "0"),
        ("cloudformation:DescribeStacks", 0, "0"),
    ],
)
def test_a_request_costs_what_the_price_list_says(action: str, metrics: int, dollars: str) -> None:
    assert price(action, metrics) == Decimal(dollars)
