"""Silences of the next two weeks, as a grid of days and, for narrow screens, as a list by day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from dashboard.alerts.calendar import Spell, spells
from dashboard.alerts.models import Silence
from dashboard.alerts.read.quiet import quiet_of

DAYS = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """A spell as it stands in its day: hours from 0 to 24, and its words."""

    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one silence."""

    date: date
    bars: tuple[Bar, ...]

    @property
    def words(self) -> str:
        """'02:00 to 04:00 and 22:00 to midnight'; blank when it is quiet about nothing."""
        return " and ".join(bar.words for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Row:
    """One silence across the days."""

    silence: Silence
    about: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Rows under days; `listed` has the same by day, of days that have any."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    listed: tuple[tuple[date, tuple[tuple[Row, Day], ...]], ...]
    zone: str


def drawn(silences: Sequence[Silence], about: Callable[[Silence], str], today: datetime) -> Calendar:
    """The two weeks from a moment's day on, in its zone; silences that hold on none of these days are left out."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    days = tuple(today.date() + timedelta(days=number) for number in range(DAYS))
    rows = [Row(one, about(one), tuple(_day(one, day, zone) for day in days)) for one in silences]
    kept = tuple(sorted((row for row in rows if any(day.bars for day in row.days)), key=_first))
    listed = [(day, tuple((row, row.days[at]) for row in kept if row.days[at].bars)) for at, day in enumerate(days)]
    return Calendar(days, kept, tuple((day, found) for day, found in listed if found), str(zone))


def _first(row: Row) -> tuple[int, float]:
    """When it holds for the first time."""
    at = next(number for number, day in enumerate(row.days) if day.bars)
    return at, row.days[at].bars[0].left


def _day(one: Silence, day: date, zone: ZoneInfo) -> Day:
    return Day(day, tuple(_bar(spell) for spell in spells(quiet_of(one), day, zone)))


def _bar(spell: Spell) -> Bar:
    width = max(spell.to_hour - spell.from_hour, 0.0)
    return Bar(round(spell.from_hour, 2), round(width, 2), _words(spell))


def _words(spell: Spell) -> str:
    until = "midnight" if spell.to_hour == 24 else f"{spell.end:%H:%M}"
    if spell.from_hour == 0:
        return "all day" if spell.to_hour == 24 else f"until {until}"
    return f"{spell.start:%H:%M} to {until}"
