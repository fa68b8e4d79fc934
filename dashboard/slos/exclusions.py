"""Times that don't count against an objective: a maintenance, once or each week in a time zone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from dashboard.notify.matching import DAYS, Hours
from dashboard.slos.counts import STEP, Values

Range = tuple[float, float]
"""Unix times [start, end)."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A time that doesn't count."""

    starts_at: datetime
    ends_at: datetime | None
    """None: until somebody ends it."""
    hours: Hours | None = None
    """Each week in these hours, between the two times; None: all of the time between them."""


def kept(start: int, slots: int, exclusions: Iterable[Exclusion]) -> Values:
    """The share of each slot that counts, 0 to 1; `start` is the Unix time of the first."""
    share = np.ones(slots)
    end = start + STEP * slots
    for first, last in _joined(one for each in exclusions for one in ranges(each, start, end)):
        edges = np.arange(start, end + STEP, STEP, dtype=np.float64)
        overlap = np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)
        share -= np.maximum(overlap, 0) / STEP
    return np.maximum(share, 0.0)


def ranges(exclusion: Exclusion, start: int, end: int) -> Iterator[Range]:
    """The excluded stretches within [start, end)."""
    begins = max(exclusion.starts_at.timestamp(), start)
    ends = min(exclusion.ends_at.timestamp() if exclusion.ends_at else end, end)
    whole = [(begins, ends)] if exclusion.hours is None else _weekly(exclusion.hours, begins, ends)
    for first, last in whole:
        if max(first, begins) < min(last, ends):
            yield max(first, begins), min(last, ends)


def _weekly(hours: Hours, start: float, end: float) -> Iterator[Range]:
    """Each week's hours by the clock on the wall: an hour that occurs twice is excluded twice, a missing one never."""
    zone = ZoneInfo(hours.zone)
    day = datetime.fromtimestamp(start, zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end, zone).date() if start < end else day
    while day <= last:
        if DAYS[day.weekday()] in hours.days:
            until = day if hours.start < hours.end else day + timedelta(days=1)
            begins = datetime.combine(day, hours.start, zone).replace(fold=0)
            ends = datetime.combine(until, hours.end, zone).replace(fold=1)
            yield begins.astimezone(UTC).timestamp(), ends.astimezone(UTC).timestamp()
        day += timedelta(days=1)


def _joined(found: Iterable[Range]) -> list[Range]:
    """Overlapping stretches as one, so that no minute is left out twice."""
    joined: list[Range] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
