"""What a resource costs per hour: units that AWS bills, as its metrics tell them, times their prices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.catalog.shape import Metered, Service, Values

Prices = Mapping[str, float]
"""USD per unit, by the unit's name."""
LEAST_SPEAKING = 0.5
"""Share of the resources that usually speak, below which a time isn't known yet."""


@dataclass(frozen=True, slots=True)
class Rate:
    """USD per hour in each period; NaN where nothing is known."""

    values: Values
    missing: tuple[str, ...]
    """Units that are billed but could not be priced or counted."""


class _Ones(dict[str, Values]):
    """Metrics that all are one."""

    def get(self, key: str, default: Any = None) -> Any:
        """One, whatever is asked for."""
        return np.ones(1)


def rate_of(service: Service, metered: Metered, prices: Prices) -> Rate:
    """What one resource costs per hour. Silence of a service that idles costs nothing; of others it is unknown."""
    billing = service.billing
    missing: list[str] = []
    priced: list[Values] = []
    countable = billing.usage(_probe(metered))
    for unit, amount in billing.usage(metered).items():
        known = not np.isnan(countable.get(unit, np.ones(1))).any()
        if unit not in prices or not known:
            missing.append(unit)
            continue
        counted = np.nan_to_num(amount) if service.idles else amount
        priced.append(counted * prices[unit] / metered.hours)
    if not priced:
        return Rate(np.full(metered.size, np.nan), tuple(missing))
    return Rate(add_up(priced, metered.size), tuple(missing))


def _probe(metered: Metered) -> Metered:
    """The same resource with every metric told: what is still unknown then is its configuration."""
    linked = {
        kind: [replace(one, values=_Ones(), size=1) for one in several] for kind, several in metered.linked.items()
    }
    return replace(metered, values=_Ones(), size=1, linked=linked)


def add_up(several: Sequence[Values], size: int) -> Values:
    """Sums that leave out what isn't known; NaN where nothing is."""
    if not several:
        return np.full(size, np.nan)
    stacked = np.stack(several)
    summed: Values = np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))
    return summed


def spoken(several: Sequence[Metered], size: int) -> Values:
    """Which times are known (1, else NaN): those at which at least half as many resources speak as at the best."""
    counts = np.zeros(size)
    for one in several:
        own = [array for array in one.values.values() if not np.isnan(array).all()]
        if own:
            counts += ~np.isnan(np.stack(own)).all(axis=0)
    best = counts.max(initial=0.0)
    known: Values = np.where((counts >= LEAST_SPEAKING * best) & (best > 0), 1.0, np.nan)
    return known


def newest(values: Values) -> tuple[int, float] | None:
    """Position and value of the newest known value."""
    known = np.flatnonzero(~np.isnan(values))
    return (int(known[-1]), float(values[known[-1]])) if len(known) else None


HOURS_OF_WEEK = 168
AROUND = 1
"""Hours before and after that count as the same hour of the week."""


@dataclass(frozen=True, slots=True)
class Normal:
    """What an hour of the week normally costs, USD per hour, and the most it did."""

    middle: float
    high: float


def normal_at(hourly: Values, weeks: int = 4) -> Normal | None:
    """The normal of the hour that follows `hourly`: of that hour of earlier weeks, or of earlier days at first.

    None with less than two days of history.
    """
    near = list(_around(len(hourly), HOURS_OF_WEEK, weeks))
    if len(near) < 2 * (2 * AROUND + 1):
        near += list(_around(len(hourly), 24, 7))
    known = hourly[sorted(set(near))] if near else np.empty(0)
    known = known[~np.isnan(known)]
    if len(known) < 2 * (2 * AROUND + 1) - 1:
        return None
    return Normal(float(np.median(known)), float(known.max()))


def _around(end: int, distance: int, times: int) -> Iterator[int]:
    for number in range(1, times + 1):
        for offset in range(-AROUND, AROUND + 1):
            at = end - number * distance + offset
            if 0 <= at < end:
                yield at
