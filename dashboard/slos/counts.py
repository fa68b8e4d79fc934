"""Good and bad events of an objective, five minutes apart; what is unknown counts as neither."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
STEP = 300
"""Seconds of a slot."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events per slot from `start` (Unix time, a multiple of STEP); NaN in both where nothing is known."""

    start: int
    total: Values
    bad: Values

    @property
    def end(self) -> int:
        """Unix time at which the last slot ends."""
        return self.start + STEP * len(self.total)

    @property
    def newest(self) -> int | None:
        """Index of the newest slot of which something is known."""
        known = np.flatnonzero(~np.isnan(self.total))
        return int(known[-1]) if len(known) else None


@dataclass(frozen=True, slots=True)
class Sum:
    """What a stretch of slots comes to."""

    total: float
    bad: float
    known: float
    """Share of the slots of which something is known."""

    @property
    def good_share(self) -> float | None:
        """Share of good events; None where there was none at all."""
        return 1 - self.bad / self.total if self.total else None


def counts_of(start: int, total: Values, bad: Values) -> Counts:
    """Events where both numbers are known; there are never more bad ones than all."""
    unknown = np.isnan(total) | np.isnan(bad)
    return Counts(
        start, np.where(unknown, np.nan, total), np.where(unknown, np.nan, np.minimum(np.maximum(bad, 0), total))
    )


def nothing_known(start: int, end: int) -> Counts:
    """No slot is known."""
    empty = np.full(max(end - start, 0) // STEP, np.nan)
    return Counts(start, empty, empty.copy())


def part(counts: Counts, start: int, end: int) -> Counts:
    """The slots in [start, end), unknown ones where there are none."""
    found = nothing_known(start, end)
    first, last = max(start, counts.start), min(end, counts.end)
    if first < last:
        here = slice((first - start) // STEP, (last - start) // STEP)
        there = slice((first - counts.start) // STEP, (last - counts.start) // STEP)
        found.total[here], found.bad[here] = counts.total[there], counts.bad[there]
    return found


def laid_over(older: Counts, newer: Counts) -> Counts:
    """Counts of one stretch, the newer ones where they are known."""
    unknown = np.isnan(newer.total)
    return Counts(newer.start, np.where(unknown, older.total, newer.total), np.where(unknown, older.bad, newer.bad))


def without(counts: Counts, kept: Values) -> Counts:
    """Leave out what is excluded: `kept` has the share of each slot that counts. A known slot stays known."""
    return Counts(counts.start, counts.total * kept, counts.bad * kept)


def summed(counts: Counts) -> Sum:
    """All slots together."""
    known = ~np.isnan(counts.total)
    share = float(known.mean()) if len(known) else 0.0
    return Sum(float(np.nansum(counts.total)), float(np.nansum(counts.bad)), share)


def spread(hourly: Values) -> Values:
    """Sums of hours over the slots of each: where nothing finer is known, an hour's events lie evenly in it."""
    per_hour = 3600 // STEP
    evenly: Values = np.repeat(hourly / per_hour, per_hour)
    return evenly
