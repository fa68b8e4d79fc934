"""What was usual before: in the hour just gone, at the same hour of the weeks before. Medians: a spike is no rule."""

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.thresholds.conditions.shape import PAD, Given

HOUR = 3600
ENOUGH = 0.5
"""Share of an hour's points that must be known before it can stand for anything."""


def same_hour(given: Given, metric: str, weeks: int) -> Values:
    """Values within half an hour of the same time in each week before, as [weeks, times, points]; NaN where unknown."""
    pad, count = PAD // given.step, len(given.at)
    known = given.background.weeks.get(metric)
    if known is None:
        return np.full((weeks, count, 1), np.nan)
    return np.lib.stride_tricks.sliding_window_view(known[:weeks], 2 * pad + 1, axis=-1)


def hour_before(given: Given, values: Values) -> Values:
    """The points of the hour before each time, as [times, points]; NaN before the beginning."""
    points = HOUR // given.step
    padded = np.concatenate((np.full(points, np.nan), values[:-1]))
    return np.lib.stride_tricks.sliding_window_view(padded, points)


def median(samples: Values) -> Values:
    """Of the last axis; unknown where fewer than half of the points are known."""
    known = (~np.isnan(samples)).mean(axis=-1)
    return np.where(known >= ENOUGH, known_median(samples), np.nan)


def known_median(samples: Values) -> Values:
    """Of what is known along the last axis. Sorting leaves NaN behind; numpy's own goes row by row."""
    ranked = np.sort(samples, axis=-1)
    count = (~np.isnan(ranked)).sum(axis=-1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, samples.shape[-1] - 1)
    middle = (np.take_along_axis(ranked, low, axis=-1) + np.take_along_axis(ranked, high, axis=-1)) / 2
    found: Values = middle[..., 0]
    return found
