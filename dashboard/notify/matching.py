"""Which channels a message goes to: routes are asked in order, and one may end the asking.

Routes that wait (escalation) are asked apart from the others, and only once nobody has acknowledged for so long.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dashboard.notify.message import Message

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class When(StrEnum):
    """Whether a route looks at the clock."""

    ALWAYS = "always"
    WITHIN = "within"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Hours:
    """Business hours in a time zone. An end before the start lies on the next day; equal ones are the whole day."""

    days: frozenset[str]
    start: time
    end: time
    zone: str

    def hold(self, at: datetime) -> bool:
        """Whether it is business time; a shift past midnight belongs to the day on which it began."""
        local = at.astimezone(ZoneInfo(self.zone))
        now, today, yesterday = local.time(), DAYS[local.weekday()], DAYS[local.weekday() - 1]
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        late = today in self.days and now >= self.start
        return late or (yesterday in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """A route: what it takes, and where that goes. Empty matchers take everything."""

    route_id: int
    channel_ids: tuple[int, ...]
    severities: frozenset[str] = frozenset()
    team: str = ""
    environments: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    when: When = When.ALWAYS
    hours: Hours | None = None
    repeat: timedelta | None = None
    after: timedelta | None = None
    """How long it waits for somebody to acknowledge; None: it is asked at once."""
    stops: bool = False

    def takes(self, message: Message, at: datetime) -> bool:
        """Whether the message is this route's."""
        return (
            (not self.severities or message.severity in self.severities)
            and (not self.team or message.team == self.team)
            and (not self.environments or message.environment in self.environments)
            and all(message.labels.get(key) == value for key, value in self.labels.items())
            and self._is_open(at)
        )

    def _is_open(self, at: datetime) -> bool:
        if self.when == When.ALWAYS or self.hours is None:
            return True
        return self.hours.hold(at) == (self.when == When.WITHIN)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A channel that a message goes to, and how often it is repeated there while it is open."""

    channel_id: int
    route_id: int | None = None
    repeat: timedelta | None = None


def choose(rules: Sequence[Rule], channel_ids: Iterable[int], message: Message, at: datetime) -> list[Chosen]:
    """Every channel once, for the first route that names it and does not wait.

    `channel_ids` are those that may get the message at all. Without any such routes: all that no other route names.
    """
    allowed = list(channel_ids)
    at_once = [rule for rule in rules if rule.after is None]
    if at_once:
        return _asked(at_once, allowed, message, at)
    later = {channel_id for rule in rules for channel_id in rule.channel_ids}
    return [Chosen(channel_id) for channel_id in allowed if channel_id not in later]


def choose_later(
    rules: Sequence[Rule],
    channel_ids: Iterable[int],
    message: Message,
    at: datetime,
    waited: tuple[timedelta, timedelta],
) -> list[Chosen]:
    """Channels of the routes whose waiting ended between two lengths of time: after the first, up to the second."""
    before, now = waited
    due = [rule for rule in rules if rule.after is not None and before < rule.after <= now]
    return _asked(due, list(channel_ids), message, at)


def _asked(rules: Iterable[Rule], allowed: Collection[int], message: Message, at: datetime) -> list[Chosen]:
    chosen: dict[int, Chosen] = {}
    for rule in rules:
        if not rule.takes(message, at):
            continue
        for channel_id in rule.channel_ids:
            if channel_id in allowed:
                chosen.setdefault(channel_id, Chosen(channel_id, rule.route_id, rule.repeat))
        if rule.stops:
            break
    return list(chosen.values())
