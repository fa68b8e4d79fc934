"""Page: what needs me now? Alerts that nobody has taken first; what was resolved; which thresholds are noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import OPERATOR, has_role, scope_of
from dashboard.alerts.models import Alert
from dashboard.alerts.read.listing import PER_PAGE, AlertRow, Noise, needing_somebody, noise, resolved_within
from dashboard.catalog import all_services
from dashboard.core.units import Unit, format_beside, format_value
from dashboard.pages.links import resource_link
from dashboard.pages.refresh import refreshable
from dashboard.pages.state import StateError, parse_state
from dashboard.thresholds.checks import metrics_of

MOST_PAGES = 10_000
VIEWS = ("open", "resolved", "noise")
OTHERS = {
    "budget_cap": "Cap of a budget is near",
    "budget_actual": "Share of a budget spent",
    "budget_forecast": "Share of a budget expected",
    "unexpected_spend": "Unexpected spend",
    "runaway_cost": "Runaway cost",
    "burn_fast": "Fast burn of an error budget",
    "burn_slow": "Burn of an error budget",
    "burn_drift": "Slow burn of an error budget",
    "budget_spent": "Error budget spent",
    "traced_p95": "p95 seen by traces",
    "traced_fault_share": "Faults seen by traces",
    "traced_error_share": "Errors seen by traces",
    "traced_traffic": "Traffic seen by traces",
}
"""What is judged and is no metric of the catalogue."""


@dataclass(frozen=True, slots=True)
class Line:
    """An alert's row, in words."""

    alert: Alert
    effects: Sequence["Line"]
    silenced: bool
    value: str
    limit: str
    tone: str
    href: str
    chart: str
    lasted: timedelta
    """Until it was resolved, or last judged broken."""


@dataclass(frozen=True, slots=True)
class NoiseLine:
    """A threshold's row."""

    noise: Noise
    service: str
    metric: str


@require_safe
@refreshable
def alerts(request: HttpRequest) -> HttpResponse:
    """Show the alerts that the user may see."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    view = request.GET.get("view") or "open"
    if view not in VIEWS:
        raise StateError(f"“view” is {view[:40]!r}; it can be {', '.join(VIEWS)}.")
    scope = scope_of(request.user)
    wanted = {"accounts": state.accounts, "environments": state.environments, "teams": state.teams}
    context: dict[str, Any] = {"state": state, "view": view, "may_operate": has_role(request.user, OPERATOR)}
    if view == "noise":
        context["noise"] = [_noise_line(one) for one in noise(scope, now)]
    elif view == "resolved":
        context["lines"] = [line_of(row) for row in resolved_within(scope, state.window, **wanted)]
    else:
        page = _page(request.GET.get("page", "1"))
        found = needing_somebody(scope, now, **wanted, page=page)
        context |= {"lines": [line_of(row) for row in found.rows], "pager": _pager(page, found.total)}
    return render(request, "alerts/page.html", context)


def _page(text: str) -> int:
    """Raises StateError for what is no page."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PAGES:
        raise StateError(f"“page” is {text[:40]!r}; it is a number from 1 up.")
    return int(text)


def _pager(page: int, total: int) -> dict[str, int] | None:
    """Where a page of the list stands; None where one page shows all."""
    if total <= PER_PAGE:
        return None
    last = -(-total // PER_PAGE)
    first = (page - 1) * PER_PAGE
    following = page + 1 if page < last else 0
    return {
        "first": first + 1,
        "last": min(first + PER_PAGE, total),
        "total": total,
        "before": page - 1,
        "after": following,
    }


def line_of(row: AlertRow) -> Line:
    """One alert with its figures written out."""
    alert = row.alert
    unit = Unit(alert.unit)
    side = "above" if alert.value > alert.line else "below"
    return Line(
        alert=alert,
        effects=[line_of(AlertRow(one, (), silenced=False)) for one in row.effects],
        silenced=row.silenced,
        value=format_beside(alert.value, alert.line, unit),
        limit=f"{side} {format_value(alert.line, unit)}",
        tone="ok" if alert.state == Alert.State.RESOLVED else alert.severity,
        href=reverse("alert", args=[alert.pk]),
        chart=alert.page or _chart(alert),
        lasted=(alert.resolved_at or alert.seen_at) - alert.since,
    )


def _chart(alert: Alert) -> str:
    """The chart of the resource's metric."""
    return resource_link(alert.resource.pk, alert.resource.service, alert.metric) if alert.resource else ""


def _noise_line(one: Noise) -> NoiseLine:
    service = all_services().get(one.service)
    label = OTHERS.get(one.metric, one.metric)
    label = metrics_of(service).get(one.metric, (label, Unit.COUNT))[0] if service else label
    return NoiseLine(one, service.label if service else one.service.capitalize(), label)
