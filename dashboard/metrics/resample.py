"""Fewer points from many: hours from fine values by each statistic's own rule, charts without lost spikes."""

import warnings

import numpy as np

from dashboard.metrics.packing import Values

ADDED = ("Sum", "SampleCount")
PEAKS = ("Maximum",)
LOWS = ("Minimum",)
AVERAGED = ("Average",)


def is_percentile(statistic: str) -> bool:
    """Whether hours of this statistic can't be computed from finer values (p99, TM(…), IQM)."""
    return statistic not in (*ADDED, *PEAKS, *LOWS, *AVERAGED)


def combine(matrix: Values, factor: int, statistic: str) -> Values:
    """Combine every `factor` values of each row [rows, times] into one; groups without a value stay NaN.

    A percentile of percentiles does not exist: the worst one stands for them.
    """
    groups = matrix.reshape(*matrix.shape[:-1], -1, factor)
    empty = np.isnan(groups).all(axis=-1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # groups of NaN alone are wanted
        if statistic in ADDED:
            combined = np.nansum(groups, axis=-1)
        elif statistic in LOWS:
            combined = np.nanmin(groups, axis=-1)
        elif statistic in AVERAGED:
            combined = np.nanmean(groups, axis=-1)
        else:
            combined = np.nanmax(groups, axis=-1)
    return np.where(empty, np.nan, combined)


def bucket_size(count: int, max_points: int) -> int:
    """How many values fall into one bucket of two points, so that at most `max_points` are drawn; 1 for 'as it is'.

    Even, so that the two points of a bucket lie on a grid of whole steps.
    """
    if count <= max_points:
        return 1
    pairs = max(max_points // 2 - 1, 1)  # aligned buckets may need one more than fit exactly
    size = -(-count // pairs)
    return size + size % 2


def keep_extremes(matrix: Values, size: int) -> Values:
    """Draw each bucket of `size` values of a row as its lowest and highest, in the order in which they came.

    The number of times must be a multiple of `size`; the answer has two values per bucket.
    """
    buckets = matrix.reshape(*matrix.shape[:-1], -1, size)
    missing = np.isnan(buckets)
    low = np.where(missing, np.inf, buckets).argmin(axis=-1)
    high = np.where(missing, -np.inf, buckets).argmax(axis=-1)
    first, second = np.minimum(low, high), np.maximum(low, high)
    pair = np.stack((first, second), axis=-1)
    return np.take_along_axis(buckets, pair, axis=-1).reshape(*matrix.shape[:-1], -1)
