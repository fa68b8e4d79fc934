"""Applies a service's thresholds to the newest points of a resource. Missing data is never good news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dashboard.catalog.shape import Service, Severity, Threshold, Values
from dashboard.core.times import say_span
from dashboard.core.units import Unit, format_value
from dashboard.health.breaches import Breach, Times, find_breach

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
    speaks: bool = True
    """Whether it can stand for a stack of which the rest is silent."""


SELDOM = Judgement(OK, "Measured once a day: there is nothing to judge by the minute.", speaks=False)


def judge(
    service: Service,
    at: Times,
    values: Mapping[str, Values],
    stale_before: int,
    seen_at: int | None = None,
    *,
    others_speak: bool = False,
) -> Judgement:
    """Judge one resource from its metrics, derived ones included, on one grid of at least two times.

    `stale_before` is the Unix time that the newest point must reach; `seen_at` that of the newest point known from
    before, for a resource that has been silent for longer than the grid. `others_speak` tells that collecting works:
    only then is silence idleness.
    """
    data_at = newest_time(at, values)
    if data_at is None or data_at < stale_before:
        return be_silent(data_at or seen_at, int(at[-1]), idle=service.idles and others_speak)
    newest = int(np.searchsorted(at, data_at))
    breaches = [
        breach
        for threshold in service.thresholds
        if threshold.severity in STATES
        and (breach := find_breach(threshold, at, values, stale_before, newest)) is not None
    ]
    if not breaches:
        return Judgement(OK, "Within all thresholds.", data_at=data_at)
    worst = min(breaches, key=lambda breach: (not breach.certain, RANK[STATES[breach.threshold.severity]]))
    return Judgement(
        STATES[worst.threshold.severity] if worst.certain else UNKNOWN,
        explain(worst, unit_of(service, worst.threshold.metric)),
        worst.threshold.metric,
        worst.value,
        line_of(worst.threshold),
        worst.since if worst.certain else None,
        data_at,
    )


def be_silent(data_at: int | None, now: int, *, idle: bool) -> Judgement:
    """Nothing new has come: unknown, never good."""
    if data_at is None:
        return Judgement(UNKNOWN, "No data has come yet.")
    span = say_span(timedelta(seconds=now - data_at))
    return Judgement(UNKNOWN, f"Idle: no data for {span}." if idle else f"No data for {span}.", data_at=data_at)


def newest_time(at: Times, values: Mapping[str, Values]) -> int | None:
    """Time of the newest point of any metric."""
    known = [~np.isnan(array) for array in values.values()]
    seen = np.flatnonzero(np.logical_or.reduce(known)) if known else np.empty(0, np.int64)
    return int(at[seen[-1]]) if len(seen) else None


def explain(breach: Breach, unit: Unit) -> str:
    """A sentence for people: what, how much, against which line, for how long."""
    threshold = breach.threshold
    sentence = threshold.says.replace("{value}", write_value(breach.value, unit))
    side = "above" if threshold.above is not None else "below"
    limit = write_value(line_of(threshold), unit)
    line = "" if line_of(threshold) == 0 else f", {side} {limit}"
    if not breach.certain:
        return f"{sentence[0].upper()}{sentence[1:]}{line}, but too many points are missing to tell whether it lasts."
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
    told = [(owner, one) for owner, one in judgements if one.state != UNKNOWN and one.speaks]
    if not told:
        return _without_verdict(judgements)
    owner, worst = min(told, key=lambda pair: (RANK[pair[1].state], pair[1].since or 0))
    if worst.state == OK:
        return None, Judgement(OK, "Within all thresholds.", data_at=max(one.data_at or 0 for _, one in told))
    return owner, worst


def _without_verdict(judgements: Sequence[tuple[int, Judgement]]) -> tuple[int | None, Judgement]:
    """What a stack is of which no resource could be judged: in doubt, with nothing to judge, or silent."""
    doubt = next(((owner, one) for owner, one in judgements if one.metric), None)
    if doubt:
        return doubt
    if judgements and not any(one.speaks for _, one in judgements):
        return None, SELDOM
    newest = max((one.data_at or 0 for _, one in judgements), default=0)
    return None, Judgement(UNKNOWN, "None of its resources has recent data.", data_at=newest or None)
