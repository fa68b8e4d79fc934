"""How objectives stand now, for pages and for the judge: few queries for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from dashboard.access.roles import Scope
from dashboard.metrics.calendar import DAY, ceil_to, floor_to
from dashboard.slos.burn import Objective
from dashboard.slos.counts import Counts, part, without
from dashboard.slos.exclusions import Exclusion, kept
from dashboard.slos.judging import Standing, knows_enough, standing
from dashboard.slos.models import Slo
from dashboard.slos.read.days import exclusions_of, stored

CRITICAL, WARNING, OK, UNKNOWN, OFF = "critical", "warning", "ok", "unknown", "off"
ORDER = {CRITICAL: 0, WARNING: 1, OK: 2, UNKNOWN: 3, OFF: 4}
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Status:
    """One objective and how it stands."""

    slo: Slo
    objective: Objective
    counts: Counts
    """Of its window, without what is excluded."""
    standing: Standing

    @property
    def state(self) -> str:
        """Critical while a fast burn fires, warning while another one does or the budget is gone.

        Unknown while too little of the window is known for its budget to mean anything.
        """
        found = self.standing
        if not self.slo.enabled:
            return OFF
        if found.newest is None or not found.fresh or found.budget.used is None:
            return UNKNOWN
        if any(one.fires and one.rule.pages for one in found.burns):
            return CRITICAL
        if found.spent or any(one.fires for one in found.burns):
            return WARNING
        if not knows_enough(found):
            return UNKNOWN
        return WARNING if (found.budget.left or 0.0) < 0 else OK


def objective_of(slo: Slo) -> Objective:
    """What arithmetic needs of it."""
    return Objective(slo.objective, timedelta(days=slo.window_days), slo.least_bad)


def window_of(slo: Slo, now: int) -> tuple[int, int]:
    """Whole UTC days that its window touches, as Unix times; one more, as the newest counts may be old."""
    return floor_to(now - (slo.window_days + 1) * DAY, DAY), ceil_to(now + 1, DAY)


def status_of(slo: Slo, counts: Counts, exclusions: Sequence[Exclusion], now: int) -> Status:
    """How an objective stands by counts from which nothing has been taken yet."""
    objective = objective_of(slo)
    counted = without(counts, kept(counts.start, len(counts.total), exclusions))
    found = standing(counted, objective, now)
    end = found.newest or counted.end
    return Status(slo, objective, part(counted, end - slo.window_days * DAY, end), found)


def statuses_of(slos: Iterable[Slo], now: datetime) -> list[Status]:
    """Of any objectives, in their order; two queries."""
    chosen, at = list(slos), int(now.timestamp())
    if not chosen:
        return []
    start = min(window_of(one, at)[0] for one in chosen)
    counts = stored((one.pk for one in chosen), start, window_of(chosen[0], at)[1])
    exclusions = exclusions_of(one.pk for one in chosen)
    return [status_of(one, counts[one.pk], exclusions.get(one.pk, ()), at) for one in chosen]


def visible(scope: Scope) -> QuerySet[Slo]:
    """Objectives that somebody may see, with what they are about."""
    return Slo.objects.visible_to(scope).select_related(
        "account", "stack__team", "stack__account", "resource__stack__team"
    )


def worst_first(found: Iterable[Status]) -> list[Status]:
    """By state, then by what is left of the budget."""
    return sorted(found, key=_urgency)


def _urgency(one: Status) -> tuple[int, float, str]:
    left = one.standing.budget.left
    return ORDER[one.state], 2.0 if left is None else left, one.slo.name
