"""Judges whether anybody would notice: resources that nothing watches, and severities of which nobody would be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.catalog.shape import Severity
from dashboard.notify.matching import Rule, choose, choose_later
from dashboard.notify.message import Event, Message
from dashboard.notify.message import Severity as ToldSeverity

SILENT_AFTER = timedelta(days=7)
"""Metrics that brought nothing for so long watch nothing."""
HOURS = tuple(timedelta(hours=hour) for hour in range(7 * 24))
"""A week: routes may look at the clock."""


class Reason(StrEnum):
    """Why nobody watches a resource."""

    UNJUDGED = "unjudged"
    MUTED = "muted"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Watch:
    """What watches a resource."""

    thresholds: int
    """In force, muted ones too."""
    muted: int
    alarm: bool
    """Whether a CloudWatch alarm that works is about it."""
    data_at: datetime | None
    """Its newest point that was looked at."""


def unwatched(watch: Watch, now: datetime) -> Reason | None:
    """Why nobody would notice that the resource breaks; None where somebody would."""
    if watch.alarm:
        return None
    if not watch.thresholds:
        return Reason.UNJUDGED
    if watch.muted == watch.thresholds:
        return Reason.MUTED
    silent = watch.data_at is None or now - watch.data_at > SILENT_AFTER
    return Reason.SILENT if silent else None


@dataclass(frozen=True, slots=True)
class Path:
    """Who would be told of alerts of one severity."""

    severity: Severity
    channel_ids: tuple[int, ...]
    """Told at once at some time of the week."""
    later_ids: tuple[int, ...]
    """Told once nobody has acknowledged for a while."""
    silent_hours: int
    """Hours of the week in which nobody is told, neither at once nor later."""

    @property
    def leads_somewhere(self) -> bool:
        """Whether anybody is told at any time."""
        return self.silent_hours < len(HOURS)

    @property
    def lacks_somebody(self) -> bool:
        """Whether somebody should be told and nobody is; what is for information may stand on pages alone."""
        return self.severity is not Severity.INFO and not self.leads_somewhere


def path(
    rules: Sequence[Rule],
    channels: Mapping[int, str],
    severity: Severity,
    *,
    team: str,
    environment: str,
    now: datetime,
) -> Path:
    """Send a made-up alert through the routes at each hour of a week; none is stored or sent.

    `channels` are those that are switched on, with the team whose messages alone they get (blank: everybody's). Routes
    for single labels don't count: they tell of some alerts, not of all.
    """
    allowed = [pk for pk, owner in channels.items() if owner in ("", team)]
    made_up = Message(
        key="coverage", thread="coverage", event=Event.OPENED, severity=ToldSeverity(severity.value), title="", at=now,
        team=team, environment=environment,
    )  # fmt: skip
    longest = max((rule.after for rule in rules if rule.after), default=timedelta(0))
    at_once: set[int] = set()
    later: set[int] = set()
    silent = 0
    for hour in HOURS:
        first = {one.channel_id for one in choose(rules, allowed, made_up, now + hour)}
        then = choose_later(rules, allowed, made_up, now + hour, (timedelta(0), longest))
        silent += not first and not then
        at_once |= first
        later |= {one.channel_id for one in then}
    return Path(severity, tuple(sorted(at_once)), tuple(sorted(later - at_once)), silent)
