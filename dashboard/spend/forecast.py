"""What the next days will cost: a robust level with a damped trend, a rhythm of the week, and fees of a month's first.

The range and the error are not assumed but measured: the same forecast is made from earlier days, and compared with
what came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.float64]
LEARNT = 42
"""Days that teach."""
LEVEL = 14
"""Days that say where spend stands."""
ORIGINS = 21
"""Earlier days from which forecasts are tried."""
FEWEST = 14
SLOPES = 28
"""Days from which on a trend is told from noise."""
STEEPEST = 0.004
"""Share of the level that a trend may add a day; what moves faster is a step, not a trend."""
DAMPED = 0.97
"""What is left of a trend after each day ahead."""
LEAST_RANGE = 0.02


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next days, each expected; the range is of their sum, as shares of it that held four times of five."""

    daily: tuple[float, ...]
    low: float
    """Share of the expected sum: 0.93."""
    high: float
    error: float | None
    """Mean absolute share by which sums over as many days were off; None where too little is known to try."""

    @property
    def total(self) -> float:
        """Of all days."""
        return sum(self.daily)


def forecast(daily: Sequence[float] | Amounts, newest: date, horizon: int) -> Forecast | None:
    """Forecast `horizon` days after the newest one of `daily` (oldest first); None from under two weeks."""
    values = np.asarray(daily, np.float64)
    if len(values) < FEWEST or horizon <= 0:
        return None
    ratios = back_test(values, newest, min(horizon, LEVEL), expected)
    low, high = (float(np.quantile(ratios, share)) for share in (0.1, 0.9)) if len(ratios) else (1.0, 1.0)
    spread = LEAST_RANGE if len(ratios) >= LEVEL else 5 * LEAST_RANGE
    error = float(np.mean(np.abs(1 / ratios - 1))) if len(ratios) else None
    return Forecast(tuple(expected(values, newest, horizon)), min(low, 1 - spread), max(high, 1 + spread), error)


Method = Callable[[Amounts, date, int], Amounts]


def expected(values: Amounts, newest: date, horizon: int) -> Amounts:
    """The level of the last two weeks, with the week's rhythm and what the first of a month adds."""
    days = [newest - timedelta(days=len(values) - 1 - place) for place in range(len(values))][-LEARNT:]
    recent = values[-LEARNT:].copy()
    firsts = np.array([day.day == 1 for day in days])
    ordinary = recent.copy()
    ordinary[firsts] = np.nan
    weekdays = np.array([day.weekday() for day in days])
    level = float(np.nanmedian(ordinary[-LEARNT:])) or 1.0
    rhythm = np.array([_factor(ordinary[weekdays == weekday], level) for weekday in range(7)])
    flat = ordinary / rhythm[weekdays]
    slope = _slope(flat, level)
    flat += slope * np.arange(len(flat) - 1, -1, -1)
    now = float(np.nanmedian(flat[-LEVEL:]))
    extra = float(np.mean(recent[firsts] - now * rhythm[weekdays[firsts]])) if firsts.any() else 0.0
    ahead = [newest + timedelta(days=step + 1) for step in range(horizon)]
    grown = now + slope * np.cumsum(DAMPED ** np.arange(horizon))
    return np.array(
        [
            max(base * rhythm[day.weekday()] + (max(extra, 0.0) if day.day == 1 else 0.0), 0.0)
            for base, day in zip(grown, ahead, strict=True)
        ]
    )


def _slope(flat: Amounts, level: float) -> float:
    """Growth a day: the median slope of all pairs of days (Theil and Sen), no steeper than a trend is believed."""
    places = np.flatnonzero(~np.isnan(flat))
    if len(places) < SLOPES:
        return 0.0
    first, second = np.triu_indices(len(places), 1)
    slopes = (flat[places[second]] - flat[places[first]]) / (places[second] - places[first])
    return float(np.clip(np.median(slopes), -STEEPEST * level, STEEPEST * level))


def _factor(same: Amounts, level: float) -> float:
    """How a weekday stands to the level."""
    known = same[~np.isnan(same)]
    return float(np.median(known)) / level if len(known) and level and np.median(known) else 1.0


def naive(values: Amounts, newest: date, horizon: int) -> Amounts:
    """Every day as the last: to be compared with."""
    return np.full(horizon, values[-1])


def seasonal_naive(values: Amounts, newest: date, horizon: int) -> Amounts:
    """Every day as the same weekday of the last week: to be compared with."""
    return np.array([values[len(values) - 7 + step % 7] for step in range(horizon)])


def back_test(values: Amounts, newest: date, horizon: int, method: Method) -> Amounts:
    """What came, as shares of what the method had forecast for so many days, from each of the last origins."""
    found = []
    for back in range(horizon, horizon + ORIGINS):
        known = values[: len(values) - back]
        if len(known) < FEWEST:
            break
        came = float(values[len(values) - back : len(values) - back + horizon].sum())
        told = float(method(known, newest - timedelta(days=back), horizon).sum())
        if told > 0 and came > 0:
            found.append(came / told)
    return np.array(found)
