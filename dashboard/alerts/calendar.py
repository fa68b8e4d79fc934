"""When silences are in force, day by day, as a calendar draws them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.alerts.silences import Quiet
from dashboard.notify.matching import DAYS, Hours

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """A part of one day in which a silence holds; times are those of the calendar's zone."""

    start: datetime
    end: datetime
    """At most the next midnight."""

    @property
    def from_hour(self) -> float:
        """Where on the clock it begins: 0 to 24."""
        return _hour(self.start)

    @property
    def to_hour(self) -> float:
        """Where on the clock it ends; midnight is 24."""
        return _hour(self.end) or 24.0


def spells(quiet: Quiet, day: date, zone: ZoneInfo) -> list[Spell]:
    """The parts of a day in a zone in which a silence holds, in their order, joined where they touch."""
    midnight, following = (datetime.combine(one, time(), zone) for one in (day, day + DAY))
    found: list[Spell] = []
    for start, end in _times(quiet, midnight, following):
        begins, ends = max(start, midnight).astimezone(zone), min(end, following).astimezone(zone)
        if begins >= ends:
            continue
        if found and begins <= found[-1].end:
            found[-1] = Spell(found[-1].start, max(found[-1].end, ends))
        else:
            found.append(Spell(begins, ends))
    return found


def _times(quiet: Quiet, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it holds, around a day: of a weekly one each of its times."""
    begun, over = quiet.starts_at, quiet.ends_at or until
    if quiet.hours is None:
        yield begun, over
        return
    zone = ZoneInfo(quiet.hours.zone)
    first = since.astimezone(zone).date() - DAY
    for number in range((until.astimezone(zone).date() - first).days + 1):
        start, end = _time_of(quiet.hours, first + number * DAY, zone)
        if DAYS[start.weekday()] in quiet.hours.days:
            yield max(start.astimezone(UTC), begun), min(end.astimezone(UTC), over)


def _time_of(hours: Hours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day if hours.start < hours.end else day + DAY
    return datetime.combine(day, hours.start, zone), datetime.combine(last, hours.end, zone)


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60 + moment.second / 3600
