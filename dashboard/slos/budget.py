"""The error budget: how many bad events an objective allows in its window, and what is left of them."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dashboard.core.units import NO_DATA
from dashboard.slos.counts import STEP, Counts, Sum, Values, summed

CLOSE = 1e-6
"""Rates of sums of fractions are not exact."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bad events of a window against those that its objective allows."""

    total: float
    bad: float
    allowed: float

    @property
    def used(self) -> float | None:
        """Share of the budget that is used, above 1 when it is overspent; None where nothing happened."""
        if not self.total:
            return None
        return self.bad / self.allowed if self.allowed else (0.0 if not self.bad else float("inf"))

    @property
    def left(self) -> float | None:
        """Share that is left; below 0 when it is overspent."""
        return None if self.used is None else 1 - self.used


def budget_of(events: Sum, objective: float) -> Budget:
    """The budget of what happened; `objective` is the share of good events that was promised."""
    return Budget(events.total, events.bad, (1 - objective) * events.total)


def burn_rate(events: Sum, objective: float) -> float | None:
    """How many times faster than allowed the budget is used; 1 uses it up exactly at the window's end."""
    return budget_of(events, objective).used


def gone_in(left: float | None, rate: float | None, window: timedelta) -> timedelta | None:
    """How long the budget lasts at a burn rate, zero when it is gone.

    None below a rate of 1: of a rolling window old failures leave faster then than new ones come.
    """
    if left is None or rate is None:
        return None
    if left <= 0:
        return timedelta(0)
    return window * (left / rate) if rate > 1 - CLOSE else None


def left_over_time(counts: Counts, objective: float, every: int) -> list[tuple[int, float | None]]:
    """What was left at the end of each `every` slots, of the whole window's budget: Unix time and share.

    None where nothing is known of the stretch. The budget is that of all events of the window, so that the line only
    falls.
    """
    allowed = budget_of(summed(counts), objective).allowed
    if not allowed:
        return []
    ends = range(every, len(counts.total) + every, every)
    spent: Values = np.cumsum(np.nan_to_num(counts.bad))
    found: list[tuple[int, float | None]] = []
    for end in ends:
        last = min(end, len(counts.total))
        known = not np.isnan(counts.total[end - every : last]).all()
        found.append((counts.start + STEP * last, float(1 - spent[last - 1] / allowed) if known else None))
    return found


def say_share(value: float | None) -> str:
    """A share of good events, to the digit that matters: nines are never rounded up."""
    if value is None:
        return NO_DATA
    bad = (1 - value) * 100
    digits = 2 if bad >= 0.1 or bad == 0 else 3 if bad >= 0.01 else 4
    cut = int(value * 100 * 10**digits + 1e-7) / 10**digits
    return f"{cut:.{digits}f}".rstrip("0").rstrip(".") + " %"
