"""What every threshold of a resource came to, one by one, to be told."""

from collections.abc import Sequence

from dashboard.catalog.shape import Service
from dashboard.core.units import Unit
from dashboard.health.breaches import Assessed
from dashboard.health.telling import tell
from dashboard.thresholds.checks import metrics_of
from dashboard.thresholds.finding import Finding, Outcome, Subject


def findings(subject: Subject, service: Service, assessed: Sequence[Assessed]) -> list[Finding]:
    """A finding for each."""
    units = {key: unit for key, (_, unit) in metrics_of(service).items()}
    return [_finding(subject, service, one, units[one.threshold.metric]) for one in assessed]


def _finding(subject: Subject, service: Service, assessed: Assessed, unit: Unit) -> Finding:
    threshold, breach = assessed.threshold, assessed.breach
    outcome = Outcome.HOLDS if assessed.held else Outcome.UNKNOWN
    if breach is None or not breach.certain:
        return Finding(subject, threshold.metric, threshold.severity, outcome, unit=unit)
    told = tell(breach, service)
    return Finding(
        subject,
        threshold.metric,
        threshold.severity,
        Outcome.BROKEN,
        reason=told.reason,
        value=told.value,
        line=told.line,
        unit=told.unit,
        since=breach.since,
        hint=threshold.hint,
        runbook=threshold.runbook,
    )
