"""A line that the value must not cross, above or below; both are a band that it must not leave."""

from dashboard.catalog.shape import LEVEL, Values
from dashboard.core.units import write_value
from dashboard.thresholds.conditions.shape import Basis, Bounds, Condition, Crossing


def bounds(_: Basis, above: float | None, below: float | None) -> Bounds:
    """The lines as they were drawn."""
    return Bounds(above, below)


def figure(values: Values, _: Basis) -> Values:
    """The value itself."""
    return values


def says(one: Crossing) -> str:
    """On which side of which line; a line of zero goes without saying."""
    side = "above" if one.value > one.line else "below"
    return f", {side} {write_value(one.line, one.unit)}" if one.line else ""


CONDITIONS = (Condition(LEVEL, "The value", "above", "below", bounds, figure, says),)
