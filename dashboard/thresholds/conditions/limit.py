"""Percent of a limit: of a timeout, a quota, provisioned capacity, maximum connections. Each resource has its own."""

from collections.abc import Mapping

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.units import Unit, format_value, write_value
from dashboard.thresholds.conditions.shape import Asked, Basis, Bounds, Condition, Crossing, Given, lines


def basis(given: Given) -> Basis:
    """The resource's own limit; unknown throughout where it is not known."""
    limit = given.background.ceilings.get(given.metric)
    return Basis(np.full(given.values.shape, np.nan) if limit is None else limit)


def bounds(one: Basis, above: float | None, below: float | None) -> Bounds:
    """The shares of it."""
    return lines(lambda share: share * one.usual, above, below)


def figure(values: Values, one: Basis) -> Values:
    """The share that is used."""
    share: Values = values / one.usual
    return share


def says(one: Crossing) -> str:
    """How much of which limit."""
    limit = one.usual or 0.0
    share = format_value(one.value / limit, Unit.SHARE) if limit else "more"
    return f", {share} of its limit of {write_value(limit, one.unit)}"


def faults(asked: Asked) -> Mapping[str, str]:
    """Only what has a limit can be held against one."""
    if asked.metric in asked.limited:
        return {}
    named = ", ".join(asked.limited.values())
    instead = f"there is one for {named}" if named else "draw a line instead"
    return {"condition": f"No limit of this metric is known; {instead}."}


CONDITIONS = (
    Condition(
        "limit", "Percent of its limit", "above", "below", bounds, figure, says, basis,
        unit=lambda _: Unit.SHARE, suffix=" of its limit", order=10, faults=faults,
    ),
)  # fmt: skip
