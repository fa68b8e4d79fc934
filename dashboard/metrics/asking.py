"""What is asked of GetMetricData in one call: which window, and how many series fit."""

from datetime import UTC, datetime, timedelta

from dashboard.core.windows import Window
from dashboard.metrics import calendar

MOST_QUERIES = 500
ONE_PAGE = 100_800
"""Values in one page of an answer."""
CATCH_UP = timedelta(hours=24)
"""How far back fine points are asked for, at first and after an interruption."""
HOURS_AGAIN = timedelta(hours=25)
"""How far back hourly values are asked for each time: AWS charges by query, not by window."""
DAYS_AGAIN = timedelta(days=3)
"""The same for daily metrics, which may come two days late."""


def closed_until(now: datetime, period: int, delay: timedelta) -> int:
    """Unix time before which periods have ended and settled; the end of a window is exclusive."""
    return calendar.floor_to((now - delay).timestamp(), period)


def fine_window(asked_until: int | None, end: int, period: int, overlap: timedelta) -> Window:
    """From a bit before what was asked for last (late data), at most a day back, at least one period long."""
    first = end - int(CATCH_UP.total_seconds())
    if asked_until is not None:
        first = max(first, asked_until - int(overlap.total_seconds()))
    return window_of(min(first, end - period), end, period)


def window_of(start: int, end: int, period: int) -> Window:
    """A window between Unix times, on whole periods."""
    return Window(
        datetime.fromtimestamp(calendar.floor_to(start, period), UTC),
        datetime.fromtimestamp(calendar.floor_to(end, period), UTC),
    )


def back(end: int, length: timedelta, period: int) -> Window:
    """A window of whole periods that ends at `end`."""
    return window_of(end - max(int(length.total_seconds()), period), end, period)


def queries_in_one_call(window: Window, period: int) -> int:
    """How many series to ask for at once, so that the answer fits on one page."""
    values = max(int(window.length.total_seconds()) // period, 1)
    return max(1, min(MOST_QUERIES, ONE_PAGE // values))
