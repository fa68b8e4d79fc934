"""The only place that knows boto3."""

from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.meter import Meter
from dashboard.aws.region import Region, open_region
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
    "AwsError",
    "CfnEvent",
    "CfnResource",
    "CfnStack",
    "ErrorKind",
    "ListedMetric",
    "Meter",
    "MetricAnswer",
    "MetricQuery",
    "PermissionResult",
    "Region",
    "open",
]

open = open_region  # noqa: A001 - reads as aws.open(…)
