"""Rate of change: how fast a value rises or falls, by the minute, looked at over a quarter of an hour."""

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.units import write_value
from dashboard.thresholds.conditions.shape import Basis, Bounds, Condition, Crossing, Given, lines

MINUTES = 15
"""Longer than two periods, so that a single step of a noisy metric is no rise."""


def basis(given: Given) -> Basis:
    """The value a quarter of an hour before; unknown at the beginning."""
    periods = max(MINUTES * 60 // given.step, 1)
    before = np.full(given.values.shape, np.nan)
    before[periods:] = given.values[:-periods]
    return Basis(before)


def bounds(one: Basis, above: float | None, below: float | None) -> Bounds:
    """As far from it as the rate allows."""
    return lines(lambda rate: one.usual + rate * MINUTES, above, below, down=-1)


def figure(values: Values, one: Basis) -> Values:
    """The change by the minute; negative where it falls."""
    change: Values = (values - one.usual) / MINUTES
    return change


def says(one: Crossing) -> str:
    """How fast, and in which direction."""
    change = one.value - (one.usual or 0.0)
    way = "risen" if change > 0 else "fallen"
    return f", {way} by {write_value(abs(change) / MINUTES, one.unit)} a minute"


CONDITIONS = (
    Condition(
        "rate", "Rate of change", "rises by more than", "falls by more than", bounds, figure, says, basis,
        suffix=" a minute", order=30, amounts=True,
    ),
)  # fmt: skip
