"""Burn rates over several windows at once: fast burns are told at once, slow ones soon, single failures never.

Windows and factors are those of Google's SRE workbook, chapter 5 ('Alerting on SLOs'), for a budget of 30 days: 14.4
uses 2 % of it within one hour, 6 uses 5 % within six hours, 1 uses 10 % within three days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.slos.counts import STEP, Counts, Values

Flags = NDArray[np.bool_]
ENOUGH = 0.25
"""Share of the window that must be known before its budget can be called spent."""
HALF = 0.5
"""Share of a rule's long window that must be known: a rate of the few minutes that came first says little."""
CLOSE = 1e-9
"""Sums of many fractions are not exact."""


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Both windows burn at least `factor` times as fast as allowed."""

    key: str
    factor: float
    long: timedelta
    short: timedelta
    """Tells that it still burns: the alert ends soon after the burning does."""
    pages: bool
    """Worth waking somebody."""


RULES = (
    BurnRule("burn_fast", 14.4, timedelta(hours=1), timedelta(minutes=5), pages=True),
    BurnRule("burn_slow", 6.0, timedelta(hours=6), timedelta(minutes=30), pages=True),
    BurnRule("burn_drift", 1.0, timedelta(days=3), timedelta(hours=6), pages=False),
)
SPENT = "budget_spent"
"""The absolute fallback: where requests are few, a rate says little, but a budget that is gone is gone."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What was promised, as far as arithmetic needs it."""

    share: float
    """Of good events."""
    window: timedelta
    least_bad: int
    """Fewer bad events than this in a rule's long window are no alert, whatever their share."""


def slots_of(length: timedelta) -> int:
    """How many slots a length of time has."""
    return int(length.total_seconds()) // STEP


def trailing(values: Values, slots: int) -> Values:
    """At each slot the sum of the last `slots`, unknown ones left out."""
    sums = np.concatenate(([0.0], np.cumsum(np.nan_to_num(values))))
    ends = np.arange(1, len(sums))
    found: Values = np.maximum(sums[ends] - sums[np.maximum(ends - slots, 0)], 0.0)
    return found


def known_slots(counts: Counts, length: timedelta) -> Values:
    """At each slot how many are known of the window that ends with it."""
    return trailing((~np.isnan(counts.total)).astype(np.float64), slots_of(length))


def rates(counts: Counts, length: timedelta, share: float) -> Values:
    """At each slot the burn rate of the window that ends with it; NaN where no event is known in it."""
    slots = slots_of(length)
    total, bad = trailing(counts.total, slots), trailing(counts.bad, slots)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Values = np.where(total > CLOSE, bad / total / (1 - share), np.nan)
    return found


def burning(counts: Counts, rule: BurnRule, objective: Objective) -> Flags:
    """At each slot whether the rule fires; at unknown ones, as before them.

    A short window without any event says nothing against the long one: with little traffic the long one decides.
    """
    long, short = (rates(counts, length, objective.share) for length in (rule.long, rule.short))
    enough = trailing(counts.bad, slots_of(rule.long)) >= max(objective.least_bad, 1) - CLOSE
    enough &= known_slots(counts, rule.long) >= slots_of(rule.long) * HALF
    line = rule.factor - CLOSE
    with np.errstate(invalid="ignore"):
        fires = enough & (long >= line) & ((short >= line) | np.isnan(short))
    return held(fires, counts)


def spent(counts: Counts, objective: Objective) -> Flags:
    """At each slot whether the budget of the window that ends there is used up; at unknown ones, as before them."""
    slots = slots_of(objective.window)
    total, bad = trailing(counts.total, slots), trailing(counts.bad, slots)
    known = known_slots(counts, objective.window) >= slots * ENOUGH
    over = bad >= np.maximum((1 - objective.share) * total, max(objective.least_bad, 1)) - CLOSE
    return held(known & over, counts)


def held(fires: Flags, counts: Counts) -> Flags:
    """Carry what the last known slot said over those that are missing."""
    last_known = np.maximum.accumulate(np.where(np.isnan(counts.total), -1, np.arange(len(fires))))
    kept: Flags = (last_known >= 0) & fires[np.maximum(last_known, 0)]
    return kept


def since(fires: Flags, counts: Counts) -> int:
    """Unix time at which the run of alerts that reaches the end began."""
    quiet = np.flatnonzero(~fires)
    first = int(quiet[-1]) + 1 if len(quiet) else 0
    return counts.start + STEP * first


def runs(fires: Sequence[Flags], counts: Counts) -> list[tuple[int, int]]:
    """Every time that any of the rules fired: Unix times of begin and end, oldest first."""
    if not fires or not len(counts.total):
        return []
    any_of = np.logical_or.reduce(fires)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], any_of, [False])).astype(np.int8)))
    return [(counts.start + STEP * first, counts.start + STEP * last) for first, last in edges.reshape(-1, 2).tolist()]
