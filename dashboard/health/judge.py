"""Applies a service's thresholds to the newest points of a resource. Missing data is never good news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dashboard.catalog.shape import Missing, Service, Severity, Threshold, Values
from dashboard.core.times import say_span
from dashboard.health.breaches import Assessed, assess
from dashboard.health.telling import tell
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import BLANK, Background, Times

CRITICAL, WARNING, OK, UNKNOWN = "critical", "warning", "ok", "unknown"
RANK = {CRITICAL: 0, WARNING: 1, OK: 2, UNKNOWN: 3}
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
    assessed: Sequence[Assessed] | None = None,
    others_speak: bool = False,
) -> Judgement:
    """Judge one resource from its metrics, derived ones included, on one grid of at least two times.

    `stale_before` is the Unix time that the newest point must reach; `seen_at` that of the newest point known from
    before, for a resource that has been silent for longer than the grid. `assessed` is what the thresholds in force
    come to, by default the catalogue's suggestions. `others_speak` tells that collecting works: only then is silence
    idleness.
    """
    data_at = newest_time(at, values)
    silent = data_at is None or data_at < stale_before
    known = assess_all(service.thresholds, at, values, stale_before) if assessed is None else assessed
    breaches = [
        one.breach
        for one in known
        if one.breach and one.threshold.severity in STATES and (one.breach.certain or not silent)
    ]
    if silent and not breaches:
        return be_silent(data_at or seen_at, int(at[-1]), idle=service.idles and others_speak)
    if not breaches:
        return Judgement(OK, "Within all thresholds.", data_at=data_at)
    worst = min(breaches, key=lambda breach: (not breach.certain, RANK[STATES[breach.threshold.severity]]))
    told = tell(worst, service)
    return Judgement(
        STATES[worst.threshold.severity] if worst.certain else UNKNOWN,
        told.reason,
        worst.threshold.metric,
        told.value,
        told.line,
        worst.since if worst.certain else None,
        data_at or seen_at,
    )


def assess_all(
    thresholds: Sequence[Threshold],
    at: Times,
    values: Mapping[str, Values],
    stale_before: int,
    background: Background = BLANK,
) -> list[Assessed]:
    """What each threshold of a resource comes to; times as for `judge`. Of a silent one, most can't be told."""
    data_at = newest_time(at, values)
    silent = data_at is None or data_at < stale_before
    newest = len(at) - 1 if data_at is None else int(np.searchsorted(at, data_at))
    return [
        Assessed(one)
        if silent and not speaks_of_silence(one)
        else assess(one, at, values, stale_before, newest, background=background)
        for one in thresholds
    ]


def speaks_of_silence(threshold: Threshold) -> bool:
    """Whether it says something of a resource from which nothing comes."""
    return condition(threshold.condition).absence or threshold.missing != Missing.UNKNOWN


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
