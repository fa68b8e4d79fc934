"""What comes every month isn't news: fees of its first day, and the days on which a free tier is used up."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from dashboard.spend.baseline import Amounts, Flags

AROUND = 2
"""Days by which what comes every month may come earlier or later."""
TAUGHT = 21
"""Days of history below which nobody could say whether a day was unusual."""


def comes_monthly(
    days: Sequence[date], values: Amounts, unusual: Flags, place: int, enough: tuple[float, float]
) -> bool:
    """Whether a rise came in the months before too, as large as this one.

    `days` run without gaps. `enough`: the share and the amount from which on more than then is news after all.
    """
    share, floor = enough

    def is_news(then: float) -> bool:
        return float(values[place]) - then >= max(floor, share * then)

    firsts = [float(values[other]) for other in range(place) if days[other].day == 1]
    if days[place].day == 1 and firsts and not is_news(max(firsts)):
        return True
    earlier = [_highest(values, unusual, window) for window in _same_days(days, place)]
    return bool(earlier) and not any(is_news(then) for then in earlier)


def _same_days(days: Sequence[date], place: int) -> Iterator[range]:
    """Places of the days around the same day of each earlier month that history is long enough to judge."""
    for other in range(TAUGHT + AROUND, place - 2 * AROUND):
        if days[other].day == min(days[place].day, 28):
            yield range(other - AROUND, other + AROUND + 1)


def _highest(values: Amounts, unusual: Flags, window: range) -> float:
    """The highest of the days that were unusual; 0 when none was."""
    found = values[window.start : window.stop][unusual[window.start : window.stop]]
    return float(np.max(found, initial=0.0))
