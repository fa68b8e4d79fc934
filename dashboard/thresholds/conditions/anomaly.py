"""Unusual for this hour of the week: a plain model of median and spread (docs/adr/0008-anomalies.md)."""

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.units import Unit, write_value
from dashboard.thresholds.conditions.past import ENOUGH, known_median, same_hour
from dashboard.thresholds.conditions.shape import Basis, Bounds, Condition, Crossing, Flags, Given, lines

WEEKS = 4
LEAST_WEEKS = 2
"""Weeks with that hour known, before anything is called unusual."""
AS_DEVIATION = 1.4826
"""Makes a median of absolute deviations a standard deviation, were the values normal."""
MEAN_AS_DEVIATION = 1.2533
"""The same for their mean, which stands in where more than half of the values are alike (Iglewicz and Hoaglin)."""
STEADY = 0.05
"""Of the median: what is always the same may stray so far without being unusual."""
AFTER_DEPLOY = 900
"""Seconds after a deploy in which nothing is called unusual."""


def basis(given: Given) -> Basis:
    """Median and spread at each time; unknown during deploys, without history, and of what was always zero."""
    by_week = same_hour(given, given.metric, WEEKS)
    weeks = ((~np.isnan(by_week)).mean(axis=-1) >= ENOUGH).sum(axis=0)
    samples = np.moveaxis(by_week, 0, 1).reshape(len(given.at), -1)
    middle = known_median(samples)
    away = np.abs(samples - middle[:, None])
    spread = AS_DEVIATION * known_median(away)
    mean = np.nansum(away, axis=-1) / np.maximum((~np.isnan(away)).sum(axis=-1), 1)
    spread = np.where(spread > 0, spread, MEAN_AS_DEVIATION * mean)
    spread = np.fmax(spread, STEADY * np.abs(middle))
    told = (weeks >= LEAST_WEEKS) & (spread > 0) & ~_deploying(given)
    return Basis(np.where(told, middle, np.nan), np.where(told, spread, np.nan))


def _deploying(given: Given) -> Flags:
    """During deploys of the resource's stack, and a little after."""
    found: Flags = np.zeros(given.at.shape, np.bool_)
    for start, end in given.background.deploys:
        found |= (given.at + given.step > start) & (given.at < end + AFTER_DEPLOY)
    return found


def bounds(one: Basis, above: float | None, below: float | None) -> Bounds:
    """So many spreads away from the median."""
    return lines(lambda times: one.usual + times * one.spread, above, below, down=-1)


def figure(values: Values, one: Basis) -> Values:
    """How many spreads away."""
    away: Values = (values - one.usual) / one.spread
    return away


def says(one: Crossing) -> str:
    """What would have been usual."""
    return f", while {write_value(one.usual or 0.0, one.unit)} is usual at this hour of the week"


CONDITIONS = (
    Condition(
        "anomaly", "Unusual for this hour of the week", "above the usual by", "below the usual by", bounds, figure,
        says, basis, unit=lambda _: Unit.COUNT, suffix=" times its spread", order=50, amounts=True, weeks=WEEKS,
    ),
)  # fmt: skip
