"""Objectives in words: what was promised, how much of the budget is left, how fast it burns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from dashboard.access.roles import Scope
from dashboard.core.times import say_span
from dashboard.core.units import NO_DATA, Unit, format_value, write_exact, write_figures
from dashboard.inventory.models import Stack
from dashboard.pages.freshness import Fresh
from dashboard.slos.budget import say_share
from dashboard.slos.judging import Burn, knows_enough
from dashboard.slos.models import Slo
from dashboard.slos.read import Status, statuses_of, visible, worst_first
from dashboard.slos.read.standings import CRITICAL, OFF, OK, UNKNOWN, WARNING

PILLS = {
    CRITICAL: (CRITICAL, "Burning fast"),
    WARNING: (WARNING, "Over budget"),
    OK: (OK, "Within budget"),
    UNKNOWN: (UNKNOWN, "No data"),
    OFF: ("paused", "Switched off"),
}
"""Tone and words of each state."""
BURNING = "Burning"
TOO_LITTLE = "not known yet"
"""Of a budget of whose window too little is known."""


@dataclass(frozen=True, slots=True)
class Line:
    """An objective's row."""

    status: Status
    slo: Slo
    href: str
    tone: str
    label: str
    what: str
    objective: str
    actual: str
    left: float | None
    """Share of the budget for the bar, 0 to 1."""
    left_text: str
    burn: float | None
    """Burn rate that counts: of the rule that fires, else of the last hour."""
    burn_text: str
    burn_over: str
    gone: str
    """'in 2 d', 'gone', or blank while nothing burns."""
    gone_seconds: float
    fresh: Fresh


def line_of(status: Status) -> Line:
    """One objective with its figures written out."""
    slo, found = status.slo, status.standing
    tone, label = PILLS[status.state]
    if status.state == WARNING and not found.spent and (found.budget.left or 0) >= 0:
        label = BURNING
    early = found.budget.used is not None and not knows_enough(found)
    if early and status.state == UNKNOWN and found.fresh:
        label = "Little known yet"
    burn = burn_that_counts(found.burns)
    left = None if early else found.budget.left
    return Line(
        status=status,
        slo=slo,
        href=reverse("slo", args=[slo.pk]),
        tone=tone,
        label=label,
        what=what_of(slo),
        objective=write_exact(slo.objective, Unit.SHARE),
        actual=say_share(found.events.good_share),
        left=None if left is None else min(max(left, 0.0), 1.0),
        left_text=TOO_LITTLE if early else say_left(found.budget.used),
        burn=burn.long,
        burn_text=times(burn.long),
        burn_over=say_span(burn.rule.long),
        gone=TOO_LITTLE if early else say_gone(found.gone_in),
        gone_seconds=found.gone_in.total_seconds() if found.gone_in is not None else 1e12,
        fresh=freshness_of(status),
    )


def lines_of_stack(stack: Stack, scope: Scope, now: datetime) -> list[Line]:
    """Objectives of a stack and its resources, worst first."""
    mine = visible(scope)
    found = mine.filter(Q(stack=stack) | Q(resource__stack=stack))
    return [line_of(one) for one in worst_first(statuses_of(found, now))]


def burn_that_counts(burns: Sequence[Burn]) -> Burn:
    """The most urgent rule that fires, or the first."""
    return next((one for one in burns if one.fires), burns[0])


def what_of(slo: Slo) -> str:
    """What is promised of what."""
    if slo.kind == Slo.Kind.AVAILABILITY:
        return "requests without an error"
    target = format_value(slo.target, Unit.SECONDS)
    if slo.kind == Slo.Kind.LATENCY:
        return f"traced requests within {target}"
    return f"five minutes whose p95 is within {target}"


def times(rate: float | None) -> str:
    """A burn rate."""
    return NO_DATA if rate is None else f"{write_figures(round(rate, 2))}×"


def say_left(used: float | None) -> str:
    """'42 % left', or by how much it is overspent."""
    if used is None:
        return NO_DATA
    if used > 1:
        return f"{format_value(used, Unit.SHARE)} used"
    return f"{format_value(1 - used, Unit.SHARE)} left"


def say_gone(left: timedelta | None) -> str:
    """When the budget will be gone."""
    if left is None:
        return ""
    return f"in {say_span(left)}" if left else "gone"


def freshness_of(status: Status) -> Fresh:
    """How old the newest event is that was counted."""
    newest = status.standing.newest
    if newest is None:
        return Fresh(None, "never", "nothing has been counted yet", "Objective")
    at = datetime.fromtimestamp(newest, UTC)
    fresh = status.standing.fresh
    return Fresh(at, "fresh" if fresh else "stale", "" if fresh else "no new data has come", "Objective")
