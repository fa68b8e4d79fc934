"""When a digest is due, and which time it covers: once per local date, whatever clocks are put forward or back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
NOON = time(12)
LONGEST_GAP = 63
"""Days between two due dates at most, with room: months are asked for their first working day."""
LONGEST = timedelta(days=35)
"""A digest after a long time without one covers no more than this."""


class Cadence(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A schedule's times. `days` are weekdays, Monday 0: of a daily one all that count, of a weekly one the one."""

    cadence: Cadence
    days: frozenset[int]
    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class Due:
    """One digest: its local date, when it is due, and the time [start, end) it covers."""

    date: date
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long the time is that it covers."""
        return self.end - self.start


def is_due_on(rhythm: Rhythm, day: date) -> bool:
    """Whether a digest belongs to that local date. Dates that a zone left out altogether have none."""
    monthly = rhythm.cadence is Cadence.MONTHLY
    wanted = day == first_working_day(day) if monthly else day.weekday() in rhythm.days
    return wanted and exists(day, rhythm.zone)


def first_working_day(day: date) -> date:
    """The first Monday to Friday of the date's month."""
    first = day.replace(day=1)
    return first + timedelta(days=max(0, 7 - first.weekday()) if first.weekday() > 4 else 0)


def exists(day: date, zone: str) -> bool:
    """Whether a zone had that date: in Samoa there was no 30 December 2011."""
    local = datetime.combine(day, NOON, ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == day


def due_at(rhythm: Rhythm, day: date) -> datetime:
    """The instant at which a date's digest is due, in UTC.

    A time that clocks skip means as long after the skipped hour's beginning as it says (02:30 is 03:30, PEP 495); of a
    time that they show twice the first counts.
    """
    return datetime.combine(day, rhythm.at, ZoneInfo(rhythm.zone)).astimezone(UTC)


def newest_due(rhythm: Rhythm, now: datetime) -> date | None:
    """The newest date whose digest is due by now; None when a weekly schedule names no day."""
    today = now.astimezone(ZoneInfo(rhythm.zone)).date()
    return next(
        (
            day
            for day in (today - DAY * back for back in range(LONGEST_GAP))
            if is_due_on(rhythm, day) and due_at(rhythm, day) <= now
        ),
        None,
    )


def date_before(rhythm: Rhythm, day: date) -> date:
    """The due date before one."""
    for back in range(1, LONGEST_GAP):
        if is_due_on(rhythm, day - DAY * back):
            return day - DAY * back
    raise ValueError("The schedule names no day.")


def period_of(rhythm: Rhythm, day: date) -> Due:
    """What the digest of a date covers: from the one before to itself."""
    end = due_at(rhythm, day)
    return Due(day, due_at(rhythm, date_before(rhythm, day)), end)


def next_due(rhythm: Rhythm, now: datetime) -> date | None:
    """The first date whose digest is due after now; None when a weekly schedule names no day."""
    today = now.astimezone(ZoneInfo(rhythm.zone)).date()
    return next(
        (
            day
            for day in (today + DAY * ahead for ahead in range(-1, LONGEST_GAP))
            if is_due_on(rhythm, day) and due_at(rhythm, day) > now
        ),
        None,
    )


def to_compose(rhythm: Rhythm, since: datetime, last: Due | None, now: datetime) -> Due | None:
    """The digest to make now, if one is due that fell due after `since` and is newer than the `last` one made.

    What was missed in between is not made up for one by one: the newest covers it, up to a limit.
    """
    day = newest_due(rhythm, now)
    if day is None:
        return None
    nominal = period_of(rhythm, day)
    if nominal.end < since or (last and (day <= last.date or nominal.end <= last.end)):
        return None
    if last is None:
        return nominal
    return Due(day, max(min(last.end, nominal.start), nominal.end - LONGEST), nominal.end)
