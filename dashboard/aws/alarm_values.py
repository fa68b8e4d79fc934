"""What reads of CloudWatch alarms give back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlarmMetric:
    """A metric that an alarm looks at; `account_id` is blank for the alarm's own account."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class AlarmTest:
    """When a metric alarm goes off. `threshold` is None where the line is a band that CloudWatch learns."""

    comparison: str
    threshold: float | None
    period: int
    """Seconds; 0 where metric math has several."""
    for_periods: int
    of_periods: int
    expression: str = ""
    """Metric math whose result is compared; blank for a metric itself."""


@dataclass(frozen=True, slots=True)
class ListedAlarm:
    """An alarm as it stands. Metrics and test belong to metric alarms, the rule to composite ones."""

    arn: str
    name: str
    description: str
    state: str
    """OK, ALARM or INSUFFICIENT_DATA."""
    reason: str
    since: datetime
    configured_at: datetime
    actions: tuple[str, ...]
    """ARNs of what is told or done when it goes off."""
    enabled: bool
    """Whether its actions are switched on."""
    metrics: tuple[AlarmMetric, ...] = ()
    test: AlarmTest | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """One change of an alarm's state."""

    at: datetime
    before: str
    after: str
    reason: str
