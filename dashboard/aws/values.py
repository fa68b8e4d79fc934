"""What calls take and give back: small values, so that nobody else handles botocore's dictionaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dashboard.aws.errors import AwsError


@dataclass(frozen=True, slots=True)
class CfnStack:
    """A CloudFormation stack. `root_arn` is blank for a root."""

    arn: str
    name: str
    status: str
    description: str
    tags: Mapping[str, str]
    root_arn: str
    created_at: datetime
    updated_at: datetime | None
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CfnResource:
    """A resource of a stack; `physical_id` is blank while it is being created."""

    logical_id: str
    physical_id: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class CfnEvent:
    """One line of a stack's history."""

    at: datetime
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One metric with one statistic."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True, slots=True)
class MetricAnswer:
    """Points of up to 500 queries.

    `at` are Unix times in order; `values` is [times, queries], NaN where nothing came. `partial` lists the queries
    for which CloudWatch did not give everything.
    """

    at: NDArray[np.int64]
    values: NDArray[np.float64]
    partial: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedMetric:
    """A metric that exists."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PermissionResult:
    """Whether an IAM action is allowed; `error` says what happened where it isn't, or could not be told."""

    action: str
    ok: bool
    error: AwsError | None = None
