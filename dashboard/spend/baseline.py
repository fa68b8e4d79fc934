"""What a day normally costs: the median of the same weekday in the weeks before, with a band as wide as they vary."""

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.float64]
Flags = NDArray[np.bool_]
WEEK, WEEKS = 7, 8
FEWEST = 2
"""Same weekdays that must be known; before that all days of the last three weeks speak."""
NARROWEST = 0.05
"""Of the normal amount: a band is never tighter, however regular the days were."""
TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation, for a normal distribution."""
WIDTH = 3.0


def normals(daily: Amounts, unusual: Flags | None = None) -> tuple[Amounts, Amounts, Amounts]:
    """Normal amount, and the band's low and high side, of each day, oldest first; NaN where too little is known.

    Days flagged `unusual` teach nothing. A level that has moved for good is followed within two weeks.
    """
    taught = np.where(unusual, np.nan, daily) if unusual is not None else daily
    middle, spread, count = _of_weekdays(taught)
    for day in np.flatnonzero(count < FEWEST):
        middle[day], spread[day] = _normal(taught, int(day))
    half = np.maximum(WIDTH * TO_SIGMA * spread, NARROWEST * np.abs(middle))
    return middle, np.maximum(middle - half, 0.0), middle + half


def _of_weekdays(taught: Amounts) -> tuple[Amounts, Amounts, NDArray[np.int64]]:
    """What `_normal` says of every day at once, and how many of the same weekday before it are known."""
    padded = np.concatenate([np.full(WEEK * WEEKS, np.nan), taught])
    same = np.stack([padded[WEEK * (WEEKS - week) :][: len(taught)] for week in range(1, WEEKS + 1)], axis=1)
    count = np.sum(~np.isnan(same), axis=1)
    known_first = np.take_along_axis(same, np.argsort(np.isnan(same), axis=1, kind="stable"), axis=1)
    middle = _medians(same, count)
    newest = known_first[:, :2]
    nearer = np.argmin(np.abs(np.nan_to_num(newest) - middle[:, None]), axis=1)
    recent = np.take_along_axis(newest, nearer[:, None], axis=1)[:, 0]
    spread = _medians(np.abs(same - middle[:, None]), count)
    moved = np.abs(recent - middle) > WIDTH * TO_SIGMA * spread + NARROWEST * middle
    return np.where(moved, recent, middle), spread, count


def _medians(rows: Amounts, count: NDArray[np.int64]) -> Amounts:
    """The median of what is known in each row; anything where nothing is."""
    ordered = np.sort(rows, axis=1)  # what isn't known goes last
    at = np.maximum(count, 1)
    low, high = (np.take_along_axis(ordered, one[:, None], axis=1)[:, 0] for one in ((at - 1) // 2, at // 2))
    middle: Amounts = (low + high) / 2
    return middle


def normal_of(daily: Amounts, day: int, unusual: Flags) -> float:
    """What one day normally costs, taught by the days before it that are not flagged; 0 where too little is known."""
    middle, _ = _normal(np.where(unusual, np.nan, daily), day)
    return 0.0 if np.isnan(middle) else middle


def _normal(taught: Amounts, day: int) -> tuple[float, float]:
    same = _known(taught[day - WEEK :: -WEEK][:WEEKS]) if day >= WEEK else np.empty(0)
    if len(same) >= FEWEST:
        middle = float(np.median(same))
        recent = min(same[:2], key=lambda one: abs(one - middle))  # both have moved, or neither: one alone is a spike
        moved = abs(recent - middle) > WIDTH * TO_SIGMA * _spread(same) + NARROWEST * middle
        return (float(recent) if moved else middle), _spread(same)
    before = _known(taught[max(day - 3 * WEEK, 0) : day])
    if len(before) < WEEK:
        return np.nan, np.nan
    return float(np.median(before)), _spread(before)


def _known(values: Amounts) -> Amounts:
    return values[~np.isnan(values)]


def _spread(values: Amounts) -> float:
    return float(np.median(np.abs(values - np.median(values))))


def unusual_days(daily: Amounts, share: float, floor: float) -> Flags:
    """Days that cost a share and an amount more than normal; what was found unusual does not become normal."""
    found = np.zeros(len(daily), np.bool_)
    taught = daily.copy()
    for day in range(len(daily)):
        middle, spread = _normal(taught, day)
        extra = daily[day] - middle
        least = max(floor, share * middle, WIDTH * TO_SIGMA * spread)
        if np.isnan(middle) or extra <= 0 or extra < least:
            continue
        found[day] = True
        taught[day] = np.nan if not _lasting(found, day) else daily[day]
    return found


def teaches_nothing(found: Flags) -> Flags:
    """Of days found unusual, those that are no new level yet."""
    return np.array([flag and not _lasting(found, day) for day, flag in enumerate(found)], np.bool_)


def _lasting(found: Flags, day: int) -> bool:
    """After a week of it, it is the new level."""
    return bool(found[max(day - WEEK, 0) : day + 1].sum() > WEEK)
