"""The shape of a catalogue entry: everything the product knows about one AWS service is one `Service` value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.core.units import Unit

Item = Mapping[str, Any]
"""One entry of a listing reply, as botocore parsed it."""
Values = NDArray[np.float64]
Limits = Mapping[str, float]


class Severity(StrEnum):
    """How bad a breach is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Call:
    """One read of AWS: boto3 client, method, parameters.

    In a detail call, parameter texts may hold {physical_id}, {parent_id} (what stands
    before a slash in it), {arn}, {name}, {account_id} and {region}.
    `result` is the key of the wanted part of the reply; blank for the whole reply.
    `absent` lists error codes that mean 'not configured' and give None (NoSuchLifecycleConfiguration).
    `paged`: `result` is a list, gathered over all pages. `optional`: AWS leaves `result` out when it is empty.
    """

    client: str
    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    result: str = ""
    absent: tuple[str, ...] = ()
    paged: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a resource is, read from a listing item."""

    physical_id: str
    """As CloudFormation names it (PhysicalResourceId)."""
    name: str
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as discovered: its identity, its listing item and the replies of the detail calls by key."""

    identity: Identity
    account_id: str
    region: str
    item: Item
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A link known from configuration. Ends are ARNs or physical ids; one end is the resource it was read from."""

    source: str
    target: str
    kind: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """How all resources of a service in one region are listed.

    `items` is the key of the list in the reply (dotted for nested lists, for example DistributionList.Items).
    `keep` tells whether an item belongs to this service (an Aurora cluster and a Neptune one share a call).
    `each` names a second call for every item, whose result items are the resources (stages of an API): its
    parameters may use the first item's keys, `each.result` is the list, and each child holds its first item under
    `parent`.
    """

    call: Call
    items: str
    identify: Callable[[Item], Identity]
    keep: Callable[[Item], bool] = lambda item: True
    each: Call | None = None
    optional: bool = False
    """AWS leaves the list out when it is empty (SQS): then an empty answer proves nothing."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One CloudWatch metric with one statistic.

    `statistic` is CloudWatch's: Sum, Average, Minimum, Maximum, SampleCount, p50, p90, p99…
    `scale` turns CloudWatch's value into `unit` (0.01 for a percentage kept as a share).
    `dimensions` are added to the resource's own (Operation=GetItem).
    `absent_is_zero`: CloudWatch emits it only when it is not zero.
    `period` is the metric's own when it isn't collected at the stack's resolution (86400 for S3 storage).
    """

    key: str
    name: str
    statistic: str
    unit: Unit
    label: str = ""
    scale: float = 1.0
    dimensions: Mapping[str, str] = field(default_factory=dict)
    absent_is_zero: bool = False
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A metric computed by us from metrics of the same resource and its limits.

    `compute` gets arrays aligned in time, by metric key, and the limits; NaN in means NaN out.
    It is left out where a limit in `limits` is unknown.
    """

    key: str
    label: str
    unit: Unit
    needs: tuple[str, ...]
    compute: Callable[[Mapping[str, Values], Limits], Values]
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines that are read together; the title states the question."""

    title: str
    metrics: tuple[str, ...]
    kind: str = "line"  # line, area, percentiles


@dataclass(frozen=True, slots=True)
class Signals:
    """Which metric (or derived metric) speaks for each golden signal; saturation ones are shares of a limit."""

    traffic: str = ""
    errors: str = ""
    """A count, so that counts of a stack can be summed; the error rate is errors over traffic."""
    latency: str = ""
    saturation: tuple[str, ...] = ()
    entry: bool = False
    """An entry point of a stack: its traffic, errors and latency stand for the stack's."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A suggested alert rule: breached when `for_periods` of the last `of_periods` (default: all) are beyond the line.

    `floor` is (metric key, minimum): below that volume nothing is judged.
    `says` finishes the sentence '<resource> …' for people: '{value} of requests fail'.
    """

    metric: str
    severity: Severity
    says: str
    above: float | None = None
    below: float | None = None
    for_periods: int = 3
    of_periods: int | None = None
    floor: tuple[str, float] | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of configuration, written for people; `value` is text, a number, a bool or None for 'not set'."""

    label: str
    value: str | int | float | bool | None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One AWS service: what it is, how it is found, what is measured, what is normal."""

    key: str
    label: str
    """Plural, for headings: Functions."""
    noun: str
    """Singular with AWS's name: Lambda function."""
    icon: str
    """Symbol in static/icons/services.svg."""
    namespace: str
    cfn_types: tuple[str, ...]
    cost_name: str
    listing: Listing
    dimensions: Callable[[Found], Mapping[str, str]]
    metrics: tuple[Metric, ...]
    charts: tuple[Chart, ...]
    signals: Signals
    actions: tuple[str, ...]
    """IAM actions of every call in this entry."""
    console: str
    """Deep link with {region}, {physical_id}, {name}, {arn}, {account_id}; values are URL-quoted."""
    details: Mapping[str, Call] = field(default_factory=dict)
    """Calls per resource, by the key under which `facts`, `limits` and `relations` find the reply."""
    region_details: Mapping[str, Call] = field(default_factory=dict)
    """Calls once per region, shared by all its resources (account quotas, event source mappings)."""
    facts: Callable[[Found], Sequence[Fact]] = lambda found: ()
    limits: Callable[[Found], Limits] = lambda found: {}
    relations: Callable[[Found], Sequence[Relation]] = lambda found: ()
    derived: tuple[Derived, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    figures: tuple[str, ...] = ()
    """The two or three metric keys that a row of this service shows."""
    metric_region: str = ""
    """Where its metrics live when not in its own region (us-east-1 for CloudFront)."""
    idles: bool = False
    """Without traffic CloudWatch gets nothing of it: silence then says that it is idle, not that it is unwell."""
    list_region: str = ""
    """The only region in which it is listed (us-east-1 for global services)."""
