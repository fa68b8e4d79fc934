"""Scales of pictures that the server draws: values to places in a viewBox, and ticks that read well."""

import math
from dataclasses import dataclass

STEPS = (1, 2, 5)
"""Ticks within a decade."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick of an axis: where it stands and what value it is of."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class LogScale:
    """Values from `low` to `high` (both above zero) on the places from `start` to `end`, by their logarithm."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value stands; what lies outside stands at the edge."""
        kept = min(max(value, self.low), self.high)
        span = math.log(self.high / self.low) or 1.0
        return round(self.start + (self.end - self.start) * math.log(kept / self.low) / span, 1)

    def ticks(self, most: int = 6) -> list[Tick]:
        """At most so many ticks on 1, 2 and 5 of each decade, fewer per decade on wide scales."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for steps in (STEPS, (1, 3), (1,)):
            values = [step * 10.0**power for power in range(first, last + 1) for step in steps]
            inside = [value for value in values if self.low <= value <= self.high]
            if len(inside) <= most:
                return [Tick(self.place(value), value) for value in inside]
        every = math.ceil(len(inside) / most)
        return [Tick(self.place(value), value) for value in inside[::every]]


@dataclass(frozen=True, slots=True)
class LinearScale:
    """Values from `low` to `high` on the places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value stands."""
        span = (self.high - self.low) or 1.0
        return round(self.start + (self.end - self.start) * (value - self.low) / span, 1)


def around(values: list[float], *, least_ratio: float = 4.0) -> tuple[float, float]:
    """Ends of a logarithmic scale that shows all of those values, never narrower than `least_ratio`."""
    low, high = min(values), max(values)
    if high / low < least_ratio:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(least_ratio), middle * math.sqrt(least_ratio)
    return low / 1.05, high * 1.05
