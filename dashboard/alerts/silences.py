"""Whether a silence holds at a moment, and for what."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.notify.matching import Hours


@dataclass(frozen=True, slots=True)
class Quiet:
    """A silence as a plain value; blank and None match everything."""

    id: int
    starts_at: datetime
    ends_at: datetime | None
    hours: Hours | None
    """Each week in these hours; None: all the time."""
    severity: str = ""
    stack_id: int | None = None
    resource_id: int | None = None
    environment: str = ""
    metric: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a silence asks of an alert."""

    severity: str
    subject: str
    stack_id: int | None
    resource_id: int | None
    environment: str
    metric: str


def holds(quiet: Quiet, at: datetime) -> bool:
    """Whether it is in force."""
    begun = quiet.starts_at <= at and (quiet.ends_at is None or at < quiet.ends_at)
    return begun and (quiet.hours is None or quiet.hours.hold(at))


def covers(quiet: Quiet, asked: Asked) -> bool:
    """Whether it is about that alert."""
    return (
        quiet.severity in {"", asked.severity}
        and quiet.subject in {"", asked.subject}
        and quiet.stack_id in {None, asked.stack_id}
        and quiet.resource_id in {None, asked.resource_id}
        and quiet.environment in {"", asked.environment}
        and quiet.metric in {"", asked.metric}
    )
