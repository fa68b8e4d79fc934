"""Response times counted in buckets of equal relative width: histograms add up, percentiles come from the sum."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GROWTH = 1.02
"""Upper bound over lower bound of a bucket: a percentile is exact to one percent either way."""
SMALLEST = 0.0001
"""Seconds; what is shorter counts as this long."""
LAST = math.ceil(math.log(10 * 86_400 / SMALLEST) / math.log(GROWTH))
"""The bucket of ten days, and of anything longer: messages may wait that long."""

Buckets = NDArray[np.int16]
Numbers = NDArray[np.uint32]
Seconds = NDArray[np.float64]


def bucket_of(seconds: Seconds) -> Buckets:
    """The bucket of each duration. Bucket 0 ends at SMALLEST, each next one GROWTH times later."""
    steps = np.ceil(np.log(np.maximum(seconds, SMALLEST) / SMALLEST) / math.log(GROWTH) - 1e-9)
    return np.clip(steps, 0, LAST).astype(np.int16)


def seconds_of(buckets: Buckets) -> Seconds:
    """The duration that stands for each bucket: its geometric middle."""
    result: Seconds = SMALLEST * GROWTH ** (buckets.astype(np.float64) - 0.5)
    return result


def counted(durations: Sequence[tuple[float, int]]) -> tuple[Buckets, Numbers]:
    """Buckets in order with their numbers, from pairs of seconds and count."""
    if not durations:
        return np.empty(0, np.int16), np.empty(0, np.uint32)
    seconds, numbers = np.array(durations, np.float64).T
    return summed(bucket_of(seconds), numbers)


def summed(buckets: NDArray[np.integer], numbers: NDArray[np.number]) -> tuple[Buckets, Numbers]:
    """Any buckets, repeated ones too, as one histogram in order without empty buckets."""
    totals = np.bincount(buckets, weights=numbers) if len(buckets) else np.empty(0)
    used = np.flatnonzero(totals)
    return used.astype(np.int16), np.rint(totals[used]).astype(np.uint32)


def percentiles(buckets: Buckets, numbers: Numbers, shares: Sequence[float]) -> list[float | None]:
    """Seconds below which each share (0 to 1) of the requests lies, nearest rank; None of an empty histogram."""
    if not len(numbers):
        return [None] * len(shares)
    reached = np.cumsum(numbers, dtype=np.int64)
    ranks = np.maximum(np.ceil(np.asarray(shares) * reached[-1]), 1)
    chosen = np.searchsorted(reached, ranks)
    return [float(seconds) for seconds in seconds_of(buckets[chosen])]


def share_within(buckets: Buckets, numbers: Numbers, seconds: float) -> float | None:
    """Share of the requests that took no longer; None of an empty histogram."""
    total = int(numbers.sum())
    if not total:
        return None
    return float(numbers[buckets <= bucket_of(np.array([seconds]))[0]].sum() / total)
