"""The only place that knows boto3."""

from dashboard.aws.alarm_values import AlarmChange, AlarmMetric, AlarmTest, ListedAlarm
from dashboard.aws.budget_values import AwsBudget, BudgetNotification, BudgetPeriod
from dashboard.aws.cost_values import (
    CostAnomaly,
    CostDay,
    CostForecast,
    CostGroup,
    Granularity,
    GroupKey,
    PriceItem,
    PriceTier,
)
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.meter import Meter
from dashboard.aws.region import Region, open_region
from dashboard.aws.trace_values import (
    XrayEdge,
    XrayGroup,
    XrayRootCause,
    XrayService,
    XrayServiceId,
    XrayStatistics,
    XraySummaries,
    XraySummary,
    XrayTrace,
)
from dashboard.aws.values import (
    CfnEvent,
    CfnResource,
    CfnStack,
    ListedMetric,
    MetricAnswer,
    MetricQuery,
    PermissionResult,
)

__all__ = [
    "AlarmChange",
    "AlarmMetric",
    "AlarmTest",
    "AwsBudget",
    "AwsError",
    "BudgetNotification",
    "BudgetPeriod",
    "CfnEvent",
    "CfnResource",
    "CfnStack",
    "CostAnomaly",
    "CostDay",
    "CostForecast",
    "CostGroup",
    "ErrorKind",
    "Granularity",
    "GroupKey",
    "ListedAlarm",
    "ListedMetric",
    "Meter",
    "MetricAnswer",
    "MetricQuery",
    "PermissionResult",
    "PriceItem",
    "PriceTier",
    "Region",
    "XrayEdge",
    "XrayGroup",
    "XrayRootCause",
    "XrayService",
    "XrayServiceId",
    "XrayStatistics",
    "XraySummaries",
    "XraySummary",
    "XrayTrace",
    "open",
]

open = open_region  # noqa: A001 - reads as aws.open(…)
