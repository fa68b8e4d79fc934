"""Samples as CloudWatch keeps them, minute by minute, and the statistics of them over a period."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.world.noise import Floats


class Samples(Protocol):
    """What one metric emitted in each minute."""

    def count(self) -> Floats:
        """Samples per minute; 0 where nothing was emitted."""

    def total(self) -> Floats:
        """Their sum."""

    def low(self) -> Floats:
        """The smallest."""

    def high(self) -> Floats:
        """The largest."""

    def percentile(self, share: float, minutes: int) -> Floats:
        """The percentile over periods of that many minutes."""


@dataclass
class Tally:
    """Events: each of `events` samples is 1 (it happened) or 0; `happened` counts the ones."""

    happened: Floats
    events: Floats

    def count(self) -> Floats:
        """One sample per event."""
        return self.events

    def total(self) -> Floats:
        """How many happened."""
        return self.happened

    def low(self) -> Floats:
        """1 when all happened."""
        return (self.happened >= self.events).astype(np.float64)

    def high(self) -> Floats:
        """1 when any happened."""
        return (self.happened > 0).astype(np.float64)

    def percentile(self, share: float, minutes: int) -> Floats:
        """1 when more than the rest happened."""
        happened, events = _periods(self.happened, minutes).sum(1), _periods(self.events, minutes).sum(1)
        result: Floats = (happened > (1 - share) * events).astype(np.float64)
        return result


@dataclass
class Gauge:
    """One sample a minute; NaN where none was emitted. `each` is how many samples stand behind it."""

    values: Floats
    each: int = 1

    def count(self) -> Floats:
        """One or `each` per minute with a value."""
        return np.where(np.isnan(self.values), 0.0, float(self.each))

    def total(self) -> Floats:
        """The value, as often as it was sampled."""
        return self.values * self.each

    def low(self) -> Floats:
        """The value."""
        return self.values

    def high(self) -> Floats:
        """The value."""
        return self.values

    def percentile(self, share: float, minutes: int) -> Floats:
        """Nearest rank among the minutes of the period."""
        ordered = np.sort(_periods(self.values, minutes), axis=1)
        present = np.count_nonzero(~np.isnan(ordered), axis=1)
        rank = np.clip(np.ceil(share * present).astype(np.int64) - 1, 0, minutes - 1)
        result: Floats = ordered[np.arange(len(ordered)), rank]
        return result


@dataclass
class Spread:
    """Log-normal samples: `number` a minute with that mean and variance, none above the ceiling."""

    number: Floats
    mean: Floats
    variance: Floats
    ceiling: float = np.inf

    def __post_init__(self) -> None:
        self.log_variance = np.log1p(self.variance / np.maximum(self.mean, 1e-9) ** 2)
        self.log_mean = np.log(np.maximum(self.mean, 1e-9)) - self.log_variance / 2

    def count(self) -> Floats:
        """Samples per minute."""
        return self.number

    def total(self) -> Floats:
        """Mean times number."""
        return self.mean * self.number

    def low(self) -> Floats:
        """About where the smallest of that many lies."""
        result: Floats = np.minimum(np.exp(self.log_mean - self._reach()), self.mean)
        return result

    def high(self) -> Floats:
        """About where the largest of that many lies."""
        result: Floats = np.maximum(np.minimum(np.exp(self.log_mean + self._reach()), self.ceiling), self.mean)
        return result

    def _reach(self) -> Floats:
        result: Floats = np.sqrt(self.log_variance * 2 * np.log(np.maximum(self.number, 1.0)))
        return result

    def percentile(self, share: float, minutes: int) -> Floats:
        """The percentile of all samples of the period: minutes weighted by their number."""
        _, mean, deviation = _pooled(self, minutes)
        value = np.exp(mean + deviation * NormalDist().inv_cdf(min(max(share, 1e-6), 1 - 1e-6)))
        low, high = _extreme(self, minutes, "low"), _extreme(self, minutes, "high")
        result: Floats = np.clip(value, low, high)
        return result


@dataclass
class Mixture:
    """Ordinary requests and, apart from them, slow ones."""

    usual: Spread
    slow: Spread

    def count(self) -> Floats:
        """All of them."""
        return self.usual.number + self.slow.number

    def total(self) -> Floats:
        """Mean times number, of both kinds."""
        return self.usual.total() + self.slow.total()

    def low(self) -> Floats:
        """The smallest of both kinds."""
        return np.where(self.usual.number > 0, self.usual.low(), self.slow.low())

    def high(self) -> Floats:
        """The largest of both kinds."""
        return np.where(self.slow.number > 0, np.maximum(self.usual.high(), self.slow.high()), self.usual.high())

    def percentile(self, share: float, minutes: int) -> Floats:
        """Where both kinds' distributions, weighted by their number, come to the share: found by halving."""
        kinds = [_pooled(kind, minutes) for kind in (self.usual, self.slow)]
        whole = np.maximum(sum(number for number, _, _ in kinds), 1e-9)
        low, high = np.full_like(whole, _LEAST_LOG), np.full_like(whole, _MOST_LOG)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = sum(number * _below((middle - mean) / deviation) for number, mean, deviation in kinds) / whole
            low, high = np.where(below < share, middle, low), np.where(below < share, high, middle)
        result: Floats = np.clip(np.exp(high), _extreme(self, minutes, "low"), _extreme(self, minutes, "high"))
        return result


_LEAST_LOG, _MOST_LOG, _HALVINGS = -12.0, 20.0, 40
_GRID = np.linspace(-6.0, 6.0, 2401)
_LAW = np.array([NormalDist().cdf(float(at)) for at in _GRID])


def _below(deviations: Floats) -> Floats:
    """The share of a normal law that lies below so many deviations."""
    result: Floats = np.interp(deviations, _GRID, _LAW, left=0.0, right=1.0)
    return result


def _pooled(spread: Spread, minutes: int) -> tuple[Floats, Floats, Floats]:
    """Number, mean and deviation of the logarithms over periods, minutes weighted by their number."""
    number = _periods(spread.number, minutes)
    total = number.sum(1)
    weight = np.maximum(total, 1e-9)
    mean = (number * _periods(spread.log_mean, minutes)).sum(1) / weight
    square = (number * _periods(spread.log_variance + spread.log_mean**2, minutes)).sum(1) / weight
    return total, mean, np.sqrt(np.maximum(square - mean**2, 1e-12))


def statistic_of(samples: Samples, statistic: str, minutes: int, available: int) -> Floats:
    """The statistic over periods of that many minutes; NaN where nothing was emitted.

    Only the first `available` minutes have been delivered yet. `statistic` is Sum, Average, Minimum, Maximum,
    SampleCount or a percentile such as p99.9.
    """
    number = samples.count()
    if available < len(number):
        samples = _cut(samples, available)
        number = samples.count()
    present = _periods(number, minutes).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(present > 0, _raw(samples, statistic, minutes, present), np.nan)


def _raw(samples: Samples, statistic: str, minutes: int, present: Floats) -> Floats:
    if statistic == "SampleCount":
        return present
    if statistic in {"Sum", "Average"}:
        emitted = samples.count() > 0
        total = _periods(np.where(emitted, samples.total(), 0.0), minutes).sum(1)
        result: Floats = total if statistic == "Sum" else total / present
        return result
    if statistic == "Minimum":
        return _extreme(samples, minutes, "low")
    if statistic == "Maximum":
        return _extreme(samples, minutes, "high")
    return samples.percentile(float(statistic[1:]) / 100, minutes)


def _extreme(samples: Samples, minutes: int, side: str) -> Floats:
    emitted = samples.count() > 0
    if side == "low":
        result: Floats = _periods(np.where(emitted, samples.low(), np.inf), minutes).min(1)
    else:
        result = _periods(np.where(emitted, samples.high(), -np.inf), minutes).max(1)
    return result


def _cut(samples: Samples, available: int) -> Samples:
    late = np.arange(len(samples.count())) >= available
    if isinstance(samples, Tally):
        return Tally(np.where(late, 0.0, samples.happened), np.where(late, 0.0, samples.events))
    if isinstance(samples, Gauge):
        return Gauge(np.where(late, np.nan, samples.values), samples.each)
    if isinstance(samples, Spread):
        return _shortened(samples, late)
    if isinstance(samples, Mixture):
        return Mixture(_shortened(samples.usual, late), _shortened(samples.slow, late))
    raise TypeError(type(samples).__name__)


def _shortened(spread: Spread, late: NDArray[np.bool_]) -> Spread:
    return Spread(np.where(late, 0.0, spread.number), spread.mean, spread.variance, spread.ceiling)


def _periods(values: Floats, minutes: int) -> Floats:
    return values.reshape(-1, minutes)
