"""Thresholds on what traces tell of nodes and connections: judged by the rule that metrics are judged by."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dashboard.catalog.shape import Severity, Threshold, Values
from dashboard.core.units import Unit
from dashboard.health.breaches import assess
from dashboard.health.telling import explain
from dashboard.thresholds.conditions.shape import Times
from dashboard.thresholds.finding import Finding, Outcome, Subject
from dashboard.traces.pieces import SLOT, Slots

P95, FAULTS, ERRORS, TRAFFIC = "p95", "fault_share", "error_share", "traffic"
REQUESTS = "requests"
"""Traced requests of a slot: the volume."""
UNITS = {P95: Unit.SECONDS, FAULTS: Unit.SHARE, ERRORS: Unit.SHARE, TRAFFIC: Unit.COUNT}
SAYS = {
    P95: "traces: the p95 is {value}",
    FAULTS: "traces: {value} of requests end in a fault",
    ERRORS: "traces: {value} of requests end in an error or a throttle",
    TRAFFIC: "traces: {value} requests per minute",
}
METRIC = "traced_"
"""What the alerts of a figure are called begins so."""


def values_of(slots: Slots) -> dict[str, Values]:
    """Every figure of a node or a connection, slot by slot; shares are unknown where nothing was requested."""
    requests = slots.requests
    with np.errstate(divide="ignore", invalid="ignore"):
        faults, errors = (np.where(requests > 0, some / requests, np.nan) for some in (slots.faults, slots.errors))
    return {REQUESTS: requests, TRAFFIC: requests * 60 / SLOT, FAULTS: faults, ERRORS: errors, P95: slots.p95()}


def threshold_of(
    figure: str,
    severity: Severity,
    line: tuple[float | None, float | None],
    periods: tuple[int, int],
    floor: float,
) -> Threshold:
    """A rule as the judge knows thresholds: `line` is above and below, `periods` m of n. Traffic has no floor."""
    above, below = line
    return Threshold(
        metric=figure,
        severity=severity,
        says=SAYS[figure],
        above=above,
        below=below,
        for_periods=periods[0],
        of_periods=periods[1],
        floor=(REQUESTS, floor) if floor and figure != TRAFFIC else None,
    )


def finding(
    subject: Subject, threshold: Threshold, at: Times, values: Mapping[str, Values], stale_before: int
) -> Finding:
    """What a threshold comes to in the slots up to the newest that is known; times are Unix seconds."""
    blank = Finding(
        subject, METRIC + threshold.metric, threshold.severity, Outcome.UNKNOWN, unit=UNITS[threshold.metric]
    )
    known = np.flatnonzero(~np.isnan(values[REQUESTS]))
    if not len(known) or at[known[-1]] < stale_before:
        return blank
    assessed = assess(threshold, at, values, stale_before, int(known[-1]))
    breach = assessed.breach
    if breach is None:
        return replace(blank, outcome=Outcome.HOLDS) if assessed.held else blank
    if not breach.certain:
        return blank
    return replace(
        blank,
        outcome=Outcome.BROKEN,
        reason=explain(breach, blank.unit),
        value=breach.value,
        line=breach.line,
        since=breach.since,
    )
