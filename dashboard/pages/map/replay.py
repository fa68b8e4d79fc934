"""Replaying a window column by column: how long a column is, and where each begins."""

from datetime import UTC, datetime, timedelta

from dashboard.core.windows import Window

STEPS = (60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400, 604_800)
"""Lengths of columns in seconds."""
MOST = 60
"""Columns at most."""


def step_of(window: Window) -> int:
    """Seconds of a column, so that the window has at most as many columns as a slider can point at."""
    seconds = window.length.total_seconds()
    return next((step for step in STEPS if seconds <= step * MOST), STEPS[-1])


def starts_of(window: Window) -> list[int]:
    """Unix times at which the window's columns begin."""
    step = step_of(window)
    first = -(-int(window.start.timestamp()) // step) * step
    return list(range(first, int(window.end.timestamp()), step)) or [int(window.start.timestamp())]


def column_at(window: Window, at: datetime) -> Window:
    """The column that holds a moment of the window."""
    starts = starts_of(window)
    begun = [start for start in starts if start <= at.timestamp()]
    start = datetime.fromtimestamp(begun[-1] if begun else starts[0], tz=UTC)
    return Window(start, min(start + timedelta(seconds=step_of(window)), window.end))
