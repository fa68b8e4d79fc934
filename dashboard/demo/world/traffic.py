"""How many people come: a rate per minute by hour of day and day of week."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.world.noise import Floats, Noise

_HOURS = np.arange(25)
# Share of the day's peak, by local hour: quiet at four, a lunch shoulder, the peak in the evening.
# fmt: off
_SHOP = np.array([
    0.34, 0.24, 0.18, 0.15, 0.14, 0.17, 0.26, 0.40, 0.54, 0.64, 0.71, 0.77, 0.82,
    0.80, 0.76, 0.75, 0.78, 0.83, 0.90, 0.97, 1.00, 0.93, 0.74, 0.51, 0.34,
])
_OFFICE = np.array([
    0.08, 0.07, 0.07, 0.07, 0.08, 0.12, 0.25, 0.50, 0.80, 0.97, 1.00, 0.96, 0.82,
    0.86, 0.95, 0.97, 0.90, 0.70, 0.42, 0.27, 0.20, 0.15, 0.12, 0.10, 0.08,
])
# fmt: on
_GLOBAL = 0.62 + 0.38 * _SHOP
_FLAT = np.full(25, 0.85)
_CURVES = {"shop": _SHOP, "office": _OFFICE, "global": _GLOBAL, "flat": _FLAT}
_WEEK = {  # Monday first
    "shop": np.array([0.90, 0.88, 0.90, 0.93, 1.00, 1.08, 1.10]),
    "office": np.array([1.00, 1.02, 1.00, 0.98, 0.92, 0.25, 0.20]),
    "global": np.array([0.97, 0.96, 0.97, 0.98, 1.00, 1.03, 1.04]),
    "flat": np.ones(7),
}
GROWTH_PER_DAY = 0.0012


@dataclass(frozen=True, slots=True)
class Surge:
    """More demand than usual for some hours of a past day: `factor` times as much, as of the world's origin."""

    days_ago: int
    hour: int
    hours: int
    factor: float

    def begins(self, origin: int) -> int:
        """The minute in which it starts."""
        return (origin // 1440 - self.days_ago) * 1440 + self.hour * 60

    def strength(self, minutes: NDArray[np.int64], origin: int) -> Floats:
        """What demand is multiplied with, minute by minute; it takes half an hour to come and to go."""
        begins = self.begins(origin)
        inside = np.minimum(minutes - begins, begins + self.hours * 60 - minutes)
        result: Floats = 1 + (self.factor - 1) * np.clip(inside / 30, 0.0, 1.0)
        return result


@dataclass(frozen=True, slots=True)
class Traffic:
    """An entry point's demand: requests per minute at the peak of an ordinary day."""

    peak: float
    curve: str = "shop"
    hours_ahead: float = 1.0
    """Local time minus UTC."""
    roughness: float = 0.04
    """Relative noise from minute to minute."""
    surge: Surge | None = None

    def rate(self, key: str, start: int, count: int, noise: Noise, origin: int) -> Floats:
        """Requests per minute for the minutes [start, start + count) since 1970."""
        minutes = np.arange(start, start + count)
        local = minutes + self.hours_ahead * 60
        day = np.interp((local / 60) % 24, _HOURS, _CURVES[self.curve])
        weekday = _WEEK[self.curve][((local // 1440).astype(np.int64) + 3) % 7]
        growth = 1 + GROWTH_PER_DAY * (minutes - origin) / 1440
        rough = 1 + self.roughness * noise.normal(key, start, count) + 0.03 * noise.wander(key, start, count)
        rate: Floats = self.peak * day * weekday * np.maximum(growth, 0.2) * np.maximum(rough, 0.05)
        if self.surge is not None:
            rate = rate * self.surge.strength(minutes, origin)
        return rate
