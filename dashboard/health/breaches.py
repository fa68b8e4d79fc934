"""Finds where a threshold is broken. What is missing counts neither as good nor as broken: it leaves doubt."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.catalog.shape import Threshold, Values

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Breach:
    """A threshold that is broken now, or may be."""

    threshold: Threshold
    value: float
    since: int
    seconds: int
    """How long it has lasted."""
    whole_window: bool
    """Broken for as long as was looked at: it may have begun earlier."""
    certain: bool
    """False where it depends on points that are missing."""


def find_breach(
    threshold: Threshold, at: Times, values: Mapping[str, Values], stale_before: int, newest: int
) -> Breach | None:
    """The breach of a threshold in the periods up to its metric's newest point; None when it holds, or can't be told.

    Metrics of one resource come at different times: a point that is late must not end a breach. `newest` is the index
    of the resource's newest point.
    """
    if threshold.metric not in values or (threshold.floor and threshold.floor[0] not in values):
        return None
    broken, told = broken_at(threshold, values), told_at(threshold, values)
    seen = np.flatnonzero(told)
    if not len(seen):
        return None
    last = int(seen[-1])
    certain = _count(broken, threshold, last) >= threshold.for_periods and bool(at[last] >= stale_before)
    if not certain and not _may_be_broken(threshold, broken, told, last, newest):
        return None
    last_broken = int(np.flatnonzero(broken)[-1])
    first = start_of_run(broken, last_broken)
    return Breach(
        threshold,
        value=float(values[threshold.metric][last_broken]),
        since=int(at[first]),
        seconds=int(at[last_broken] - at[first] + at[1] - at[0]),
        whole_window=first == 0,
        certain=certain,
    )


def broken_at(threshold: Threshold, values: Mapping[str, Values]) -> Flags:
    """Where the metric is beyond the line, with enough volume for it to mean something."""
    metric = values[threshold.metric]
    with np.errstate(invalid="ignore"):
        broken = np.zeros(metric.shape, np.bool_)
        if threshold.above is not None:
            broken |= metric > threshold.above
        if threshold.below is not None:
            broken |= metric < threshold.below
        if threshold.floor:
            broken &= values[threshold.floor[0]] >= threshold.floor[1]
    return broken


def told_at(threshold: Threshold, values: Mapping[str, Values]) -> Flags:
    """Where it can be told whether the threshold holds: too little volume tells, even where the metric is missing."""
    told: Flags = ~np.isnan(values[threshold.metric])
    if threshold.floor:
        volume = values[threshold.floor[0]]
        with np.errstate(invalid="ignore"):
            told = (told & ~np.isnan(volume)) | (volume < threshold.floor[1])
    return told


def start_of_run(broken: Flags, last: int) -> int:
    """Where the run of breaches that ends at `last` began; single good points within it don't end it."""
    first = last
    for index in range(last, -1, -1):
        if broken[index]:
            first = index
        elif first - index > 1:
            break
    return first


def _may_be_broken(threshold: Threshold, broken: Flags, told: Flags, last: int, newest: int) -> bool:
    """Whether the missing points could complete a breach of which at least one point is known.

    After a good point nothing is expected to be broken; after a broken one, what is missing may be.
    """
    ends = range(last, max(newest, last) + 1) if broken[last] else (last,)
    return any(
        (known := _count(broken, threshold, end)) > 0 and known + _count(~told, threshold, end) >= threshold.for_periods
        for end in ends
    )


def _count(flags: Flags, threshold: Threshold, end: int) -> int:
    """How many of the periods that the threshold looks at, up to `end`."""
    return int(flags[max(0, end + 1 - (threshold.of_periods or threshold.for_periods)) : end + 1].sum())
