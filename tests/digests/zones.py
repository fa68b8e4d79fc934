"""Runs schedules through two years in every zone and counts what goes wrong; `python -m tests.digests.zones` does all.

Senders wake around every moment at which something could happen: due times, midnights, and each change of the clocks.
Between them nothing changes, so that few wake-ups stand for all.
"""

import random
import sys
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from dashboard.digests.periods import Cadence, Due, Rhythm, due_at, exists, is_due_on, to_compose

FIRST, DAYS = date(2026, 1, 1), 730
SECOND = timedelta(seconds=1)
RHYTHMS: tuple[tuple[Cadence, frozenset[int], time], ...] = (
    (Cadence.DAILY, frozenset(range(7)), time(0, 0)),
    (Cadence.DAILY, frozenset(range(7)), time(2, 30)),
    (Cadence.DAILY, frozenset(range(5)), time(8, 0)),
    (Cadence.DAILY, frozenset(range(7)), time(23, 59)),
    (Cadence.WEEKLY, frozenset({6}), time(1, 30)),
    (Cadence.MONTHLY, frozenset(), time(3, 0)),
)
"""Midnight, hours that clocks skip or repeat, working days, the last minute, and the other cadences."""
Compose = Callable[[Rhythm, datetime, Due | None, datetime], Due | None]


@dataclass
class Tally:
    """What came of it; all but `periods` and `made` should be 0."""

    periods: int = 0
    made: int = 0
    missing: int = 0
    doubled: int = 0
    early: int = 0
    gaps: int = 0
    """Periods that do not begin where the one before ended."""
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Everything that went wrong."""
        return self.missing + self.doubled + self.early + self.gaps

    def add(self, other: "Tally") -> None:
        for name in ("periods", "made", "missing", "doubled", "early", "gaps"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples += other.examples[:1]


def zones() -> list[str]:
    """Every zone of the database."""
    return sorted(available_timezones() - {"localtime", "posixrules", "Factory"})


def different(names: Iterable[str]) -> list[str]:
    """One zone of each sort: those whose clocks go alike through the two years are the same to a schedule."""
    moments = [datetime(2025, 12, 25, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, (DAYS + 14) * 24, 12)]
    found: dict[tuple[timedelta | None, ...], str] = {}
    for name in names:
        zone = ZoneInfo(name)
        found.setdefault(tuple(at.astimezone(zone).utcoffset() for at in moments), name)
    return sorted(found.values())


def wake_ups(rhythm: Rhythm) -> Iterator[datetime]:
    """Moments in order at which a sender looks: a second before and at each due time, an hour later, and midnights."""
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        midnight = datetime.combine(day, time(0), ZoneInfo(rhythm.zone)).astimezone(UTC)
        due = due_at(rhythm, day)
        yield from sorted({midnight, due - SECOND, due, due + timedelta(hours=1)})


def run(rhythm: Rhythm, compose: Compose = to_compose, asleep: float = 0.0, seed: int = 1) -> Tally:
    """One schedule through two years. `asleep`: the share of wake-ups that are slept through; what is missed merges."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    last: Due | None = None
    made: list[Due] = []
    tally = Tally()
    since = datetime.combine(FIRST, time(0), ZoneInfo(rhythm.zone)).astimezone(UTC)
    newest = since
    for now in wake_ups(rhythm):
        if now < newest or chance.random() < asleep:
            continue
        newest = now
        due = compose(rhythm, since, last, now)
        if due is None:
            continue
        tally.early += now < due_at(rhythm, due.date) or now < due.end
        tally.gaps += last is not None and due.start != last.end
        made.append(due)
        last = due
    dates = Counter(one.date for one in made)
    wanted = [day for day in _dates() if is_due_on(rhythm, day) and exists(day, rhythm.zone)]
    tally.periods, tally.made = len(wanted), len(made)
    tally.doubled = sum(number - 1 for number in dates.values())
    tally.missing = 0 if asleep else len(set(wanted) - set(dates))
    tally.examples = [f"{rhythm}: {made[:2]}"] if tally.faults else []
    return tally


def _dates() -> Iterator[date]:
    return (FIRST + timedelta(days=number) for number in range(DAYS))


def run_all(names: Iterable[str], compose: Compose = to_compose, asleep: float = 0.0) -> Tally:
    """All schedules in those zones."""
    total = Tally()
    for name in names:
        for cadence, days, at in RHYTHMS:
            total.add(run(Rhythm(cadence, days, at, name), compose, asleep))
    return total


def main() -> int:
    """Every zone, awake and half asleep; prints what came of it."""
    names = zones()
    faults = 0
    for words, asleep in (("always awake", 0.0), ("half asleep", 0.5)):
        began = clock.monotonic()
        total = run_all(names, asleep=asleep)
        sys.stdout.write(
            f"{len(names)} zones × {DAYS} days × {len(RHYTHMS)} schedules, {words}: {total.periods:,} periods, "
            f"{total.made:,} digests, {total.missing} missing, {total.doubled} doubled, {total.early} early, "
            f"{total.gaps} gaps or overlaps, in {clock.monotonic() - began:.0f} s\n"
        )
        faults += total.faults
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
