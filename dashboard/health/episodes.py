"""When a threshold would have fired over a stretch of history: the judge's own rule, applied at every period."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.catalog.shape import Threshold, Values
from dashboard.health.course import Course, follow
from dashboard.thresholds.conditions.shape import BLANK, Background, Flags, Line, Times


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that a threshold would have fired: Unix times, and the value furthest beyond the line."""

    start: int
    end: int
    worst: float

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return self.end - self.start


def firing_at(threshold: Threshold, at: Times, values: Mapping[str, Values], background: Background = BLANK) -> Flags:
    """Where the judge, looking at that period, would call the threshold broken. Missing points change nothing."""
    course = follow(threshold, at, values, background)
    return course.firing if course else np.zeros(len(at), np.bool_)


def episodes(
    threshold: Threshold, at: Times, values: Mapping[str, Values], background: Background = BLANK
) -> list[Episode]:
    """Every time that it would have fired, oldest first; `at` has the regular times of the values."""
    course = follow(threshold, at, values, background) if len(at) > 1 else None
    if course is None:
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], course.firing, [False])).astype(np.int8)))
    step = int(at[1] - at[0])
    return [
        Episode(int(at[first]), int(at[last - 1]) + step, _worst(course, values[threshold.metric], first, last))
        for first, last in edges.reshape(-1, 2).tolist()
    ]


def _worst(course: Course, values: Values, first: int, last: int) -> float:
    """The value furthest beyond its line; NaN where none came."""
    part = values[first:last]
    over = _distance(part, course.bounds.upper, first, last)
    under = -_distance(part, course.bounds.lower, first, last)
    beyond = np.fmax(over, under)
    return float("nan") if np.isnan(beyond).all() else float(part[np.nanargmax(beyond)])


def _distance(values: Values, line: Line, first: int, last: int) -> Values:
    """How far above a line values are; NaN without one."""
    if line is None:
        return np.full(values.shape, np.nan)
    found: Values = values - (line[first:last] if isinstance(line, np.ndarray) else line)
    return found
