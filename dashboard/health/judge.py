"""Applies a service's thresholds to the newest points of a resource. Missing data is never good news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.catalog.shape import Service, Severity, Threshold, Values
from dashboard.core.times import say_span
from dashboard.core.units import Unit, format_value

Times = NDArray[np.int64]
CRITICAL, WARNING, OK, UNKNOWN = "critical", "warning", "ok", "unknown"
RANK = {CRITICAL: 0, WARNING: 1, OK: 2, UNKNOWN: 3}
SECONDS = {Unit.SECONDS: 1.0, Unit.MILLISECONDS: 1e-3, Unit.MICROSECONDS: 1e-6}
"""Of units of time."""
STATES = {Severity.CRITICAL: CRITICAL, Severity.WARNING: WARNING}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of a resource and why; times are Unix seconds."""

    state: str
    reason: str = ""
    metric: str = ""
    value: float | None = None
    threshold: float | None = None
    since: int | None = None
    data_at: int | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A threshold that is broken now."""

    threshold: Threshold
    value: float
    since: int
    seconds: int
    """How long it has lasted."""
    whole_window: bool
    """Broken for as long as was looked at: it may have begun earlier."""


SELDOM = Judgement(UNKNOWN, "Measured once a day: too seldom to be judged.")


def judge(
    service: Service, at: Times, values: Mapping[str, Values], stale_before: int, seen_at: int | None = None
) -> Judgement:
    """Judge one resource from its metrics, derived ones included, on one grid of at least two times.

    `stale_before` is the Unix time that the newest point must reach; `seen_at` that of the newest point known from
    before, for a resource that has been silent for longer than the grid.
    """
    data_at = newest_time(at, values) or seen_at
    if data_at is None:
        return Judgement(UNKNOWN, "No data has come yet.")
    if data_at < stale_before:
        return Judgement(UNKNOWN, f"No data for {say_span(timedelta(seconds=int(at[-1]) - data_at))}.", data_at=data_at)
    breaches = [
        breach
        for threshold in service.thresholds
        if threshold.severity in STATES and (breach := find_breach(threshold, at, values, stale_before)) is not None
    ]
    if not breaches:
        return Judgement(OK, "Within all thresholds.", data_at=data_at)
    worst = min(breaches, key=lambda breach: RANK[STATES[breach.threshold.severity]])
    return Judgement(
        STATES[worst.threshold.severity],
        explain(worst, unit_of(service, worst.threshold.metric)),
        worst.threshold.metric,
        worst.value,
        line_of(worst.threshold),
        worst.since,
        data_at,
    )


def newest_time(at: Times, values: Mapping[str, Values]) -> int | None:
    """Time of the newest point of any metric."""
    known = [~np.isnan(array) for array in values.values()]
    seen = np.flatnonzero(np.logical_or.reduce(known)) if known else np.empty(0, np.int64)
    return int(at[seen[-1]]) if len(seen) else None


def find_breach(threshold: Threshold, at: Times, values: Mapping[str, Values], stale_before: int) -> Breach | None:
    """The breach of a threshold in the periods up to its metric's newest point; None when it holds, or can't be told.

    Metrics of one resource come at different times: a point that is late must not end a breach.
    """
    if threshold.metric not in values or (threshold.floor and threshold.floor[0] not in values):
        return None
    told = ~np.isnan(values[threshold.metric])
    if threshold.floor:
        told &= ~np.isnan(values[threshold.floor[0]])
    seen = np.flatnonzero(told)
    if not len(seen) or at[seen[-1]] < stale_before:
        return None
    broken = broken_at(threshold, values)[: seen[-1] + 1]
    recent = broken[-(threshold.of_periods or threshold.for_periods) :]
    if recent.sum() < threshold.for_periods:
        return None
    last = int(np.flatnonzero(broken)[-1])
    first = start_of_run(broken, last)
    seconds = int(at[last] - at[first] + at[1] - at[0])
    value = float(values[threshold.metric][last])
    return Breach(threshold, value, int(at[first]), seconds, whole_window=first == 0)


def broken_at(threshold: Threshold, values: Mapping[str, Values]) -> NDArray[np.bool_]:
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


def start_of_run(broken: NDArray[np.bool_], last: int) -> int:
    """Where the run of breaches that ends at `last` began; single good points within it don't end it."""
    first = last
    for index in range(last, -1, -1):
        if broken[index]:
            first = index
        elif first - index > 1:
            break
    return first


def explain(breach: Breach, unit: Unit) -> str:
    """A sentence for people: what, how much, against which line, for how long."""
    threshold = breach.threshold
    sentence = threshold.says.replace("{value}", write_value(breach.value, unit))
    side = "above" if threshold.above is not None else "below"
    limit = write_value(line_of(threshold), unit)
    line = "" if line_of(threshold) == 0 else f", {side} {limit}"
    lasted = f"{'more than ' if breach.whole_window else ''}{say_span(timedelta(seconds=breach.seconds))}"
    return f"{sentence[0].upper()}{sentence[1:]}{line} for {lasted}."


def write_value(value: float, unit: Unit) -> str:
    """A value in a sentence: long waits in hours and minutes, the rest as everywhere."""
    seconds = value * SECONDS.get(unit, 0)
    return say_span(timedelta(seconds=seconds)) if seconds >= 3600 else format_value(value, unit)


def line_of(threshold: Threshold) -> float:
    """The value of the line."""
    return float(threshold.above if threshold.above is not None else threshold.below or 0.0)


def unit_of(service: Service, key: str) -> Unit:
    """The unit of a metric, derived or not."""
    units = {one.key: one.unit for one in service.metrics} | {one.key: one.unit for one in service.derived}
    return units.get(key, Unit.COUNT)


def worst_of(judgements: Sequence[tuple[int, Judgement]]) -> tuple[int | None, Judgement]:
    """The judgement that speaks for a stack, and whose it is: the worst; unknown only where all are.

    Among equals the one that began first is the likelier cause.
    """
    told = [(owner, one) for owner, one in judgements if one.state != UNKNOWN]
    if not told:
        newest = max((one.data_at or 0 for _, one in judgements), default=0)
        return None, Judgement(UNKNOWN, "None of its resources has recent data.", data_at=newest or None)
    owner, worst = min(told, key=lambda pair: (RANK[pair[1].state], pair[1].since or 0))
    if worst.state == OK:
        return None, Judgement(OK, "Within all thresholds.", data_at=max(one.data_at or 0 for _, one in told))
    return owner, worst
