"""Page: how does one objective stand? Its budget over the window, how it burns, its alerts, what does not count."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role, scope_of
from dashboard.alerts.models import Alert
from dashboard.alerts.read.listing import AlertRow
from dashboard.core.times import say_span
from dashboard.core.units import Unit, format_value, write_figures
from dashboard.core.windows import Window
from dashboard.inventory.models import Deploy, Stack
from dashboard.pages.alerts import line_of as alert_line
from dashboard.pages.charts import deploy_markers
from dashboard.pages.objectives import line_of, times
from dashboard.pages.refresh import refreshable
from dashboard.pages.silences import DAY_NAMES
from dashboard.slos.budget import left_over_time
from dashboard.slos.counts import STEP, Counts
from dashboard.slos.exclusions import ranges
from dashboard.slos.judging import Burn, knows_enough
from dashboard.slos.models import Slo, SloExclusion
from dashboard.slos.read import Status, statuses_of, visible
from dashboard.slos.read.days import exclusion_of

HOURLY = 3600 // STEP
ALERTS = 12
"""The newest that are shown."""
PILLS = {True: ("critical", "Fires"), False: ("ok", "Calm")}


@require_safe
@refreshable
def slo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one objective; somebody else's does not exist."""
    now, scope = timezone.now(), scope_of(request.user)
    shown = get_object_or_404(visible(scope), pk=pk)
    (status,) = statuses_of([shown], now)
    stack = shown.stack or (shown.resource.stack if shown.resource else None)
    window = _window(status)
    counted = status.standing.newest is not None
    alerts = Alert.objects.visible_to(scope).filter(subject=f"slo:{shown.pk}")
    context: dict[str, Any] = {
        "line": line_of(status),
        "slo": shown,
        "stack": stack,
        "window": window,
        "markers": deploy_markers(_deploys(stack, window)),
        "charts": _charts(status) if counted else [],
        "counted": counted,
        "events": write_figures(round(status.standing.events.total)),
        "bad": write_figures(round(status.standing.events.bad)),
        "allowed": write_figures(round(status.standing.budget.allowed, 1)),
        "known": None if knows_enough(status.standing) else format_value(status.standing.events.known, Unit.SHARE),
        "burns": [_burn_row(one) for one in status.standing.burns],
        "alerts": [alert_line(AlertRow(one, (), silenced=False)) for one in _newest(alerts)],
        "exclusions": [_exclusion_row(one, window, now) for one in shown.exclusions.all()],
        "change": reverse("admin:dashboard_slo_change", args=[pk]) if has_role(request.user, ADMIN) else "",
    }
    return render(request, "slo/page.html", context)


def _newest(alerts: Any) -> Sequence[Alert]:
    return list(alerts.select_related("account", "stack", "assignee").order_by("-opened_at")[:ALERTS])


def _window(status: Status) -> Window:
    """The objective's own window, up to what was counted."""
    counts = status.counts
    return Window(datetime.fromtimestamp(counts.start, UTC), datetime.fromtimestamp(counts.end, UTC))


def _deploys(stack: Stack | None, window: Window) -> Sequence[Deploy]:
    if stack is None:
        return ()
    return list(Deploy.objects.filter(stack=stack).between(window.start, window.end).select_related("stack"))


def _charts(status: Status) -> list[dict[str, Any]]:
    """What was left of the budget, and what used it, hour by hour."""
    left = [one for _, one in left_over_time(status.counts, status.objective.share, HOURLY)]
    noun = "failed" if status.slo.kind == Slo.Kind.AVAILABILITY else "were slow"
    budget: dict[str, Any] = {"title": "How much of the budget is left?", "kind": "line", "unit": Unit.SHARE.value}
    budget["threshold"] = {"value": 0, "above": False, "label": "budget gone"}
    used = {"title": f"What used it? Events that {noun}, by the hour", "kind": "bars", "unit": Unit.COUNT.value}
    start = status.counts.start
    return [
        budget | _lines("budget", {"id": "left", "label": "left"}, left, start),
        used | _lines("bad", {"id": "bad", "label": noun, "role": "errors"}, _bad(status.counts), start),
    ]


def _lines(key: str, line: dict[str, str], values: Sequence[float | None], start: int) -> dict[str, Any]:
    """One line by the hour, its points along with it."""
    points = {"start": start, "step": HOURLY * STEP, "series": [{"id": line["id"], "values": list(values)}]}
    return {"id": f"chart-{key}", "from_zero": True, "series": [line], "points": points}


def _bad(counts: Counts) -> list[float | None]:
    """Bad events of each hour; None where nothing is known."""
    whole = len(counts.bad) // HOURLY * HOURLY
    hours = counts.bad[:whole].reshape(-1, HOURLY)
    return [None if np.isnan(one).all() else round(float(np.nansum(one)), 3) for one in hours]


def _burn_row(one: Burn) -> dict[str, Any]:
    """A rule in words."""
    tone, label = PILLS[one.fires]
    return {
        "long": say_span(one.rule.long),
        "short": say_span(one.rule.short),
        "factor": f"{write_figures(one.rule.factor)}×",
        "long_rate": times(one.long),
        "short_rate": times(one.short),
        "bad": write_figures(round(one.bad, 1)),
        "severity": "critical" if one.rule.pages else "warning",
        "since": datetime.fromtimestamp(one.since, UTC) if one.fires else None,
        "tone": tone if one.fires and one.rule.pages else "warning" if one.fires else tone,
        "label": label,
    }


def _exclusion_row(one: SloExclusion, window: Window, now: datetime) -> dict[str, Any]:
    """A time that does not count, and how much of the window it takes."""
    start, end = int(window.start.timestamp()), int(window.end.timestamp())
    seconds = sum(last - first for first, last in ranges(exclusion_of(one), start, end))
    days = ", ".join(name for key, name in DAY_NAMES.items() if key in one.days)
    weekly = f"{days}, {one.start:%H:%M} to {one.end:%H:%M}, {one.time_zone}" if days and one.start and one.end else ""
    return {
        "exclusion": one,
        "weekly": weekly,
        "taken": seconds,
        "ended": one.ends_at is not None and one.ends_at <= now,
    }
