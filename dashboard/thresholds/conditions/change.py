"""Change in percent: against the same hour last week, or against the hour before. Never without a volume."""

from collections.abc import Callable, Mapping

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.units import Unit, format_value, write_value
from dashboard.thresholds.conditions.past import hour_before, median, same_hour
from dashboard.thresholds.conditions.shape import Asked, Basis, Bounds, Condition, Crossing, Given, lines

Reference = Callable[[Given], Values]


def last_week(given: Given) -> Values:
    """The median of the hour around the same time a week before."""
    return median(same_hour(given, given.metric, 1)[0])


def last_hour(given: Given) -> Values:
    """The median of the hour before."""
    return median(hour_before(given, given.values))


def faults(asked: Asked) -> Mapping[str, str]:
    """A percentage of few is noise."""
    if asked.has_floor:
        return {}
    return {"floor": "A percentage needs a volume: from one to two is 100 % more and means nothing."}


def against(key: str, label: str, reference: Reference, when: str, *, weeks: int, order: int) -> Condition:
    """The condition that holds a value against a reference of its own."""

    def bounds(one: Basis, above: float | None, below: float | None) -> Bounds:
        return lines(lambda share: one.usual * (1 + share), above, below, down=-1)

    def figure(values: Values, one: Basis) -> Values:
        usual = np.asarray(one.usual)
        share: Values = np.divide(values - usual, usual, out=np.full(usual.shape, np.nan), where=usual > 0)
        return share

    def volume(given: Given) -> Values:
        """What was there counts as well: traffic that has gone leaves no volume of its own."""
        found: Values = np.fmax(given.values, reference(given))
        return np.where(np.isnan(given.values), np.nan, found)

    def says(one: Crossing) -> str:
        usual = one.usual or 0.0
        if not usual:
            return f", and none {when}"
        side = "more" if one.value > usual else "less"
        share = format_value(abs(one.value - usual) / usual, Unit.SHARE)
        return f", {share} {side} than {when} ({write_value(usual, one.unit)})"

    return Condition(
        key, label, "rises by more than", "falls by more than", bounds, figure, says,
        lambda given: Basis(reference(given)),
        unit=lambda _: Unit.SHARE, order=order, amounts=True, weeks=weeks, volume=volume, faults=faults,
    )  # fmt: skip


CONDITIONS = (
    against("change_week", "Change against last week", last_week, "at this time last week", weeks=1, order=40),
    against("change_hour", "Change against the hour before", last_hour, "in the hour before", weeks=0, order=41),
)
