"""How a threshold goes, period by period: judging now and laying a rule over history both look at this.

Missing data is never good news: what isn't known leaves things as they were, and ends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.catalog.shape import Missing, Threshold, Values
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import (
    BLANK,
    Background,
    Basis,
    Bounds,
    Condition,
    Flags,
    Given,
    Times,
    remembered,
)


@dataclass(frozen=True, slots=True)
class Course:
    """Flags by period, and the lines that they come from."""

    broken: Flags
    """Beyond the line with enough volume to mean something, or missing where that counts as broken."""
    told: Flags
    """It can be told whether it is broken: too little volume tells, even where the metric is missing."""
    firing: Flags
    """Enough periods are broken, and nothing since has ended it."""
    missing: Flags
    """Nothing came although it should have, and the threshold counts that as broken."""
    bounds: Bounds
    back: Bounds
    """What it must come back within before a breach ends."""
    usual: Values | float
    """What the lines were reckoned from."""


def follow(
    threshold: Threshold, at: Times, values: Mapping[str, Values], background: Background = BLANK
) -> Course | None:
    """The course of a threshold over the grid `at`; None where its metric or its volume isn't measured."""
    fired = remembered(threshold.metric, threshold.severity) in background.fired
    how = condition(threshold.condition)
    floor = None if how.absence else threshold.floor
    if threshold.metric not in values or (floor and floor[0] not in values):
        return None
    given = Given(at, values[threshold.metric], threshold.metric, background)
    basis = how.basis(given)
    bounds = how.bounds(basis, threshold.above, threshold.below)
    known, enough = _volume(floor, how, at, values, background) if floor else (True, True)
    seen = ~np.isnan(given.values)
    few = known & np.logical_not(enough)
    missing = _missing(threshold, how, given, seen, fired=fired) & ~few
    broken: Flags = (_beyond(given.values, bounds) & enough) | missing
    told: Flags = (seen & _drawn(bounds) & known) | few | missing
    starts = told & (counted(broken, threshold) >= threshold.for_periods)
    ends = told & ~starts & ~missing
    back = bounds if threshold.recover is None else _back(threshold, how, basis)
    if back is not bounds:
        ends &= few | ~_beyond(given.values, back)
    return Course(broken, told, _between(starts, ends, fired=fired), missing, bounds, back, basis.usual)


def counted(flags: Flags, threshold: Threshold) -> NDArray[np.int64]:
    """How many of the periods that the threshold looks at, up to each."""
    sums: NDArray[np.int64] = np.cumsum(flags, dtype=np.int64)
    periods = threshold.of_periods or threshold.for_periods
    sums[periods:] -= sums[:-periods].copy()
    return sums


def _volume(
    floor: tuple[str, float], how: Condition, at: Times, values: Mapping[str, Values], background: Background
) -> tuple[Flags, Flags]:
    """Where the volume is known, and where it is enough to judge by."""
    volume = how.volume(Given(at, values[floor[0]], floor[0], background))
    with np.errstate(invalid="ignore"):
        return ~np.isnan(volume), volume >= floor[1]


def _beyond(values: Values, bounds: Bounds) -> Flags:
    """Where a value is beyond a line; what is missing, and what has no line, is not."""
    broken: Flags = np.zeros(values.shape, np.bool_)
    with np.errstate(invalid="ignore"):
        if bounds.upper is not None:
            broken |= values > bounds.upper
        if bounds.lower is not None:
            broken |= values < bounds.lower
    return broken


def _drawn(bounds: Bounds) -> Flags | bool:
    """Where the lines are known."""
    arrays = [line for line in (bounds.upper, bounds.lower) if isinstance(line, np.ndarray)]
    return np.logical_and.reduce([~np.isnan(line) for line in arrays]) if arrays else True


def _missing(threshold: Threshold, how: Condition, given: Given, seen: Flags, *, fired: bool) -> Flags:
    """Periods without data that count as broken: of a metric that came before, and that should have come by now."""
    if not how.absence and threshold.missing != Missing.BREACH:
        return np.zeros(seen.shape, np.bool_)
    began = np.logical_or.accumulate(seen) | fired
    due = given.background.due
    return ~seen & began & (True if due is None else given.at <= due)


def _back(threshold: Threshold, how: Condition, basis: Basis) -> Bounds:
    """The recovery value in place of the lines that there are."""
    above, below = threshold.above is not None, threshold.below is not None
    return how.bounds(basis, threshold.recover if above else None, threshold.recover if below else None)


def _between(starts: Flags, ends: Flags, *, fired: bool) -> Flags:
    """From each start to the next end."""
    order = np.arange(len(starts))
    started = np.maximum.accumulate(np.where(starts, order, -1))
    ended = np.maximum.accumulate(np.where(ends, order, -1))
    found: Flags = started > ended
    return found | (started == ended) if fired else found
