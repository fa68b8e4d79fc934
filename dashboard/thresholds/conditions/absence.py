"""Nothing comes any more of a metric that came before. Periods that were not asked for yet are not counted."""

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.thresholds.conditions.shape import Basis, Bounds, Condition, Crossing


def bounds(_: Basis, __: float | None, ___: float | None) -> Bounds:
    """No line: what is missing is judged, not what came."""
    return Bounds()


def figure(values: Values, _: Basis) -> Values:
    """Nothing that a line could be suggested from."""
    return np.full(values.shape, np.nan)


def says(_: Crossing) -> str:
    """The sentence says it all."""
    return ""


CONDITIONS = (Condition("absence", "No data", "no data", "", bounds, figure, says, order=90, absence=True),)
