"""Finds where a threshold is broken now. What is missing counts neither as good nor as broken: it leaves doubt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dashboard.catalog.shape import Missing, Threshold, Values
from dashboard.health.course import Course, counted, follow
from dashboard.thresholds.conditions.shape import BLANK, Background, Bounds, Flags, Line, Times


@dataclass(frozen=True, slots=True)
class Breach:
    """A threshold that is broken now, or may be."""

    threshold: Threshold
    value: float
    """The newest value beyond the line, else the newest of all; NaN where none is known."""
    line: float
    """That it has crossed; NaN where it crossed none."""
    usual: float | None
    """What the line was reckoned from, at that time."""
    since: int
    seconds: int
    """How long it has lasted."""
    whole_window: bool
    """Broken for as long as was looked at: it may have begun earlier."""
    certain: bool
    """False where it depends on points that are missing."""
    silent: int
    """Seconds without data, where its newest period is broken because nothing came; else 0."""
    step: int
    """Seconds between periods."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a threshold comes to: broken, or doubtful; else whether a fresh period says that it holds."""

    threshold: Threshold
    breach: Breach | None = None
    held: bool = False


def find_breach(
    threshold: Threshold,
    at: Times,
    values: Mapping[str, Values],
    stale_before: int,
    newest: int,
    *,
    background: Background = BLANK,
) -> Breach | None:
    """The breach of a threshold in the periods up to its metric's newest point; None when it holds, or can't be told.

    Metrics of one resource come at different times: a point that is late must not end a breach. `newest` is the index
    of the resource's newest point.
    """
    return assess(threshold, at, values, stale_before, newest, background=background).breach


def assess(
    threshold: Threshold,
    at: Times,
    values: Mapping[str, Values],
    stale_before: int,
    newest: int,
    *,
    background: Background = BLANK,
) -> Assessed:
    """The same, with whether it holds."""
    course = course_now(threshold, at, values, stale_before, background)
    seen = np.flatnonzero(course.told) if course else np.empty(0, np.int64)
    if course is None or not len(seen):
        return Assessed(threshold)
    last = int(seen[-1])
    firing, fresh = bool(course.firing[last]), bool(at[last] >= stale_before)
    if not firing and not _may_be_broken(threshold, course, last, newest):
        return Assessed(threshold, held=fresh)
    certain = firing and (fresh or threshold.missing == Missing.KEEP)
    return Assessed(threshold, _described(threshold, at, values[threshold.metric], course, last, certain=certain))


def course_now(
    threshold: Threshold, at: Times, values: Mapping[str, Values], stale_before: int, background: Background = BLANK
) -> Course | None:
    """The course up to now: a point that may yet come is not missing."""
    expected = int(at[min(int(np.searchsorted(at, stale_before)), len(at) - 1)])
    due = expected if background.due is None else min(expected, background.due)
    return follow(threshold, at, values, replace(background, due=due))


def _described(threshold: Threshold, at: Times, metric: Values, course: Course, last: int, *, certain: bool) -> Breach:
    """What is told of it. A breach that has not recovered goes on between its line and its recovery value."""
    run = course.broken if threshold.recover is None else course.broken | course.firing
    found = np.flatnonzero(run[: last + 1])
    index = int(found[-1]) if len(found) else last
    first, step = start_of_run(run, index), int(at[1] - at[0])
    shown = int(known[-1]) if len(known := np.flatnonzero(~np.isnan(metric[: index + 1]))) else index
    value = float(metric[shown])
    return Breach(
        threshold,
        value=value,
        line=line_at(course.bounds if course.broken[index] else course.back, value, shown),
        usual=_at(course.usual, shown),
        since=int(at[first]),
        seconds=int(at[index] - at[first]) + step,
        whole_window=first == 0,
        certain=certain,
        silent=(int(at[index] - at[shown]) or int(at[index] - at[0]) + step) if course.missing[index] else 0,
        step=step,
    )


def line_at(bounds: Bounds, value: float, index: int) -> float:
    """The line that a value has crossed: of a band, the one on its side. NaN where there is none."""
    upper, lower = _at(bounds.upper, index), _at(bounds.lower, index)
    if upper is not None and (lower is None or value > upper):
        return upper
    return float("nan") if lower is None else lower


def _at(line: Line, index: int) -> float | None:
    return float(line[index]) if isinstance(line, np.ndarray) else line


def start_of_run(broken: Flags, last: int) -> int:
    """Where the run of breaches that ends at `last` began; single good points within it don't end it."""
    first = last
    for index in range(last, -1, -1):
        if broken[index]:
            first = index
        elif first - index > 1:
            break
    return first


def _may_be_broken(threshold: Threshold, course: Course, last: int, newest: int) -> bool:
    """Whether the missing points could complete a breach of which at least one point is known.

    After a good point nothing is expected to be broken; after a broken one, what is missing may be.
    """
    until = max(newest, last) if course.broken[last] else last
    known = counted(course.broken, threshold)[last : until + 1]
    doubtful = counted(~course.told, threshold)[last : until + 1]
    return bool(np.any((known > 0) & (known + doubtful >= threshold.for_periods)))
