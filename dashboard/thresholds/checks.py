"""What a threshold must be to mean something; the admin's form and the YAML file ask the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.catalog.shape import LEVEL, Service, Threshold
from dashboard.core.units import Unit
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import Asked, Condition

MOST_PERIODS = 30
"""Of five minutes, less those that may be late: the judge looks three hours back, and more could never be broken."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A threshold before it is accepted; values in the metric's unit."""

    service: Service
    metric: str
    severity: str
    muted: bool = False
    condition: str = LEVEL
    above: float | None = None
    below: float | None = None
    recover: float | None = None
    for_periods: int | None = None
    of_periods: int | None = None
    floor: float | None = None

    @property
    def draws(self) -> bool:
        """Whether it has a line of its own, or needs none."""
        return self.above is not None or self.below is not None or self.how.absence

    @property
    def how(self) -> Condition:
        """Its condition."""
        return condition(self.condition)


def metrics_of(service: Service) -> dict[str, tuple[str, Unit]]:
    """Label and unit of every metric, derived ones included, by key."""
    stored = {one.key: (one.label or one.name, one.unit) for one in service.metrics}
    return stored | {one.key: (one.label, one.unit) for one in service.derived}


def unit_of_lines(service: Service, metric: str, key: str) -> Unit:
    """In what a condition's lines are written."""
    return condition(key).unit(metrics_of(service)[metric][1])


def suggested(service: Service, metric: str, severity: str) -> Threshold | None:
    """The catalogue's own threshold of that severity."""
    return next((one for one in service.thresholds if (one.metric, one.severity) == (metric, severity)), None)


def volume_of(service: Service, metric: str) -> str:
    """What tells whether there is enough to judge: as suggested, else the service's traffic, else the metric itself."""
    floors = (one.floor[0] for one in service.thresholds if one.metric == metric and one.floor)
    return next(floors, service.signals.traffic or metric)


def faults_of(draft: Draft) -> Mapping[str, str]:
    """What is wrong, by field; empty when nothing is."""
    return {**_line_faults(draft), **_recovery_faults(draft), **_period_faults(draft), **_volume_faults(draft)}


def _line_faults(draft: Draft) -> dict[str, str]:
    if draft.how.absence:
        return {
            side: "Absence has no line: it is broken when nothing comes."
            for side in ("above", "below")
            if getattr(draft, side) is not None
        }
    if draft.condition != LEVEL and not draft.draws and not draft.muted:
        return {"above": "Say how much is too much, in one direction or both."}
    if draft.how.amounts:
        return {
            side: "An amount is more than zero; its direction is in the name of the field."
            for side in ("above", "below")
            if (amount := getattr(draft, side)) is not None and amount <= 0
        }
    if draft.above is not None and draft.below is not None and draft.below >= draft.above:
        return {"below": "A band’s lower line lies below its upper one."}
    if not draft.draws and not draft.muted and not suggested(draft.service, draft.metric, draft.severity):
        return {"above": "Nothing is suggested for this metric and severity: draw a line above or below."}
    return {}


def _recovery_faults(draft: Draft) -> dict[str, str]:
    """A recovery value lies on the good side of its line."""
    drawn = draft if draft.draws else suggested(draft.service, draft.metric, draft.severity)
    if draft.recover is None or drawn is None:
        return {}
    told = _wrong_recovery(draft.how, drawn.above, drawn.below, draft.recover)
    return {"recover": told} if told else {}


def _wrong_recovery(how: Condition, above: float | None, below: float | None, recover: float) -> str:
    if how.absence:
        return "Absence ends when data comes: it has no recovery value."
    if how.amounts:
        least = min(line for line in (above, below) if line is not None)
        return "" if 0 <= recover < least else "It recovers at a smaller amount than that at which it alerts."
    if above is not None and below is not None:
        return "A band ends where it began: a recovery value needs a single line."
    if above is not None:
        return "" if recover < above else "The recovery value lies below the line above which it alerts."
    return "" if below is None or recover > below else "The recovery value lies above the line below which it alerts."


def _period_faults(draft: Draft) -> dict[str, str]:
    needed, of = draft.for_periods, draft.of_periods
    if of and not needed:
        return {"for_periods": "Say in how many of them."}
    if of and needed and needed > of:
        return {"of_periods": f"{needed} of {of} periods can’t be."}
    if max(of or 0, needed or 0) > MOST_PERIODS:
        name = "of_periods" if of else "for_periods"
        return {name: f"Three hours are looked at: at most {MOST_PERIODS} periods."}
    return {}


def _volume_faults(draft: Draft) -> dict[str, str]:
    """A share of few is noise."""
    if draft.how.absence:
        return {"floor": "Where nothing comes there is no volume: leave it out."} if draft.floor is not None else {}
    has_floor = draft.floor is not None or any(
        one.floor for one in draft.service.thresholds if one.metric == draft.metric
    )
    if draft.draws and (found := draft.how.faults(_asked(draft, has_floor=has_floor))):
        return dict(found)
    if has_floor or not draft.draws or not _is_share_of_counts(draft.service, draft.metric):
        return {}
    return {"floor": "A share needs a volume: one failure of two requests is 50 % and means nothing."}


def _asked(draft: Draft, *, has_floor: bool) -> Asked:
    labels = metrics_of(draft.service)
    return Asked(draft.metric, {key: labels[key][0] for key in draft.service.limited}, has_floor)


def _is_share_of_counts(service: Service, metric: str) -> bool:
    """Whether it divides what happened by what could have."""
    sums = {one.key for one in service.metrics if one.statistic == "Sum"}
    derived = next((one for one in service.derived if one.key == metric and one.unit == Unit.SHARE), None)
    return derived is not None and sums.issuperset(derived.needs)
