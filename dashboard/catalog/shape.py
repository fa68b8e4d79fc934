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


LEVEL = "level"
"""Key of the plainest condition: a value against a line."""


class Severity(StrEnum):
    """How bad a breach is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Missing(StrEnum):
    """What periods without data are taken for; none of the three ends a breach."""

    UNKNOWN = "unknown"
    KEEP = "keep"
    BREACH = "breach"


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
    runbook: str = ""
    """Address of the instructions that somebody wrote for it; set by rules, never by the catalogue."""
    condition: str = LEVEL
    """Key of thresholds.conditions: what `above` and `below` are held against."""
    recover: float | None = None
    """What the value must come back to before a breach ends, in the unit of the lines; None: the line itself."""
    missing: Missing = Missing.UNKNOWN


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of configuration, written for people; `value` is text, a number, a bool or None for 'not set'."""

    label: str
    value: str | int | float | bool | None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """How X-Ray speaks of a service's resources: the types of its nodes, and the names of one resource.

    Names are in the form of `catalog.tracing.plain_name`. Several resources may share a name (rules of one bus).
    """

    types: tuple[str, ...]
    names: Callable[[Identity], Sequence[str]] = lambda identity: (identity.name,)


@dataclass(frozen=True, slots=True)
class Metered:
    """A resource as its bill sees it: metrics of periods of `hours` each, configuration, and what it is linked with.

    `linked` holds neighbours by kind of link; those that link to it have the kind with '<' before it.
    """

    values: Mapping[str, Values]
    facts: Mapping[str, Any]
    """Values of its facts, by label."""
    size: int
    """How many periods."""
    hours: float
    linked: Mapping[str, Sequence["Metered"]] = field(default_factory=dict)

    def of(self, key: str) -> Values:
        """A metric's values; NaN throughout where it was never measured."""
        return self.values.get(key, np.full(self.size, np.nan))

    def or_zero(self, key: str) -> Values:
        """A metric's values, zero where none came: only beside another metric that says whether anything did."""
        return np.nan_to_num(self.of(key))

    def steady(self, amount: float) -> Values:
        """What is billed for every hour of its life, whatever it does."""
        return np.full(self.size, amount * self.hours)

    def number(self, label: str) -> float:
        """A fact as a number; NaN where it isn't known, so that nothing is billed as zero by mistake."""
        value = self.facts.get(label)
        return float(value) if isinstance(value, int | float) else float("nan")


@dataclass(frozen=True, slots=True)
class Billing:
    """How AWS bills a service: `usage` gives units per period by name (catalog/prices/units.py).

    `units` says in words what is counted, `untold` what is billed but shown by no metric that is collected.
    """

    usage: Callable[[Metered], Mapping[str, Values]]
    units: tuple[str, ...]
    untold: tuple[str, ...] = ()
    stop: str = ""
    """The AWS CLI command that stops what costs; the places that it may hold are in spend/stopping.py."""


NO_BILL = Billing(lambda metered: {}, ())


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
    traced: Traced = Traced(())
    """How its resources are found among the nodes of traces; those of services without types never are."""
    carries: bool = False
    """It stands between those who send and those who receive: queues, buses, topics, streams, proxies."""
    billing: Billing = NO_BILL
    waiting: str = ""
    """Key of the metric that tells how long what it carries has waited."""
    limited: Mapping[str, str] = field(default_factory=dict)
    """Metrics that can't pass a limit of the resource: limit by metric key. '/s' behind it: a sum per period, and so
    much a second."""
