"""Page: is anything wrong? Six figures, the stacks worst first, what changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role, scope_of
from dashboard.alerts.models import Alert
from dashboard.alerts.read.listing import concerning
from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit, format_value, split_value
from dashboard.health.models import State
from dashboard.health.read import Overview, StackRow
from dashboard.health.read import overview as read_overview
from dashboard.health.summary import change
from dashboard.inventory.models import Account, Deploy, Stack
from dashboard.pages.context import filters_of, page_address
from dashboard.pages.figures import Tile, per_minute, trend
from dashboard.pages.freshness import Fresh, of_stack, say_what_is_missing
from dashboard.pages.links import resource_link
from dashboard.pages.refresh import page_freshness, refreshable, targets_of
from dashboard.pages.spend.elsewhere import rises_within
from dashboard.pages.state import PageState, parse_state
from dashboard.pages.timeline import Entry, alert_entries, deploy_entry, newest_first
from dashboard.pages.verdicts import say_verdict
from dashboard.polls.read import Freshness
from dashboard.spend.write.unexpected import METRIC as UNEXPECTED

SHOWN_CHANGES = 30
LEAST_REQUESTS = 1
"""Requests a minute below which an entry's p95 does not make the headline."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: the stack's figures, how fresh they are, and where its reason leads."""

    row: StackRow
    place: str
    reason: str
    fresh: Fresh
    href: str
    reason_href: str
    errors: dict[str, Any] | None
    latency: dict[str, Any] | None
    requests: dict[str, Any] | None


@require_safe
@refreshable
def overview(request: HttpRequest) -> HttpResponse:
    """Show the state of all stacks that the user may see."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    scope = scope_of(request.user)
    found = read_overview(
        scope,
        state.window,
        state.compared,
        accounts=state.accounts,
        environments=state.environments,
        teams=state.teams,
    )
    account_ids = {stack.account_id for stack in found.visible}
    by_account = page_freshness(request, account_ids, now)
    deploys = _deploys(found.rows, state)
    alerts = concerning(scope_of(request.user), [row.stack.pk for row in found.rows], state.window)
    happened = newest_first(changes(alerts, deploys, by_account.values(), state) + rises_within(scope, state.window))
    context = {
        "state": state,
        "tiles": tiles(found, state, alerts),
        "lines": [_line(row, by_account, state) for row in found.rows],
        "missing": say_what_is_missing(targets_of(request), account_ids, now),
        "changes": happened[:SHOWN_CHANGES],
        "happened": len(happened),
        "filters": filters_of(found.visible),
        "empty": None if found.rows else _why_empty(request, found, state, by_account),
    }
    return render(request, "overview/page.html", context)


def _deploys(rows: Sequence[StackRow], state: PageState) -> list[Deploy]:
    ids = [row.stack.pk for row in rows]
    found = Deploy.objects.filter(stack__in=ids).between(state.window.start, state.window.end)
    stacks = {row.stack.pk: row.stack for row in rows}
    deploys = list(found.order_by("-started_at"))
    for deploy in deploys:
        deploy.stack = stacks[deploy.stack_id]
    return deploys


def _line(row: StackRow, by_account: Mapping[int, Freshness], state: PageState) -> Line:
    return Line(
        row=row,
        place=_place(row.stack),
        reason=_reason(row),
        fresh=of_stack(row.stack, by_account),
        href=reverse("stack", args=[row.stack.pk]),
        reason_href=resource_link(row.guilty.id, row.guilty.service, row.metric) if row.guilty else "",
        errors=trend(row.errors_change, state, more_is_worse=True),
        latency=trend(row.latency_change, state, more_is_worse=True),
        requests=trend(row.requests_change, state),
    )


def _reason(row: StackRow) -> str:
    """What is wrong with a stack; nothing to say of one that is well."""
    if row.state == State.OK:
        return ""
    return say_verdict(row.reason, row.guilty.name if row.guilty else "", row.since, row.deployed_at)


def _place(stack: Stack) -> str:
    """Environment, region and account; the environment is left out where the stack's name ends with it."""
    environment = "" if stack.name.lower().endswith(stack.environment.lower()) else stack.environment
    return " · ".join(part for part in (environment, stack.region or "several regions", stack.account.name) if part)


def tiles(found: Overview, state: PageState, alerts: Sequence[Alert]) -> list[Tile]:
    """The six figures on top."""
    return [
        _alerts_tile(alerts),
        _health_tile(found),
        _requests_tile(found, state),
        _errors_tile(found, state),
        _latency_tile(found.rows),
        _saturation_tile(found.rows),
    ]


def _health_tile(found: Overview) -> Tile:
    counts = found.counts
    worst = next((one for one in (State.CRITICAL, State.WARNING, State.OK) if counts.get(one)), State.UNKNOWN)
    words = {
        State.CRITICAL: "Unhealthy stacks",
        State.WARNING: "Degraded stacks",
        State.OK: "Healthy stacks",
        State.UNKNOWN: "Stacks without data",
    }
    names = {State.CRITICAL: "unhealthy", State.WARNING: "degraded", State.OK: "healthy", State.UNKNOWN: "no\u00a0data"}
    others = [f"{counts[one]}\u00a0{names[one]}" for one in State if one != worst and counts.get(one)]
    total = len(found.rows)
    return Tile(
        label=words[worst],
        value=str(counts.get(worst, 0)) if total else None,
        unit=f"of {total}" if total else "",
        detail=" · ".join(others) or "all of them",
        tone=worst.value if worst in (State.CRITICAL, State.WARNING) else "",
    )


def _requests_tile(found: Overview, state: PageState) -> Tile:
    before = found.total_before
    share = change(found.total.requests_per_minute, before.requests_per_minute) if before else None
    number, unit = per_minute(found.total.requests_per_minute)
    return Tile(
        label="Requests",
        value=number,
        unit=unit,
        detail="on average" if number else "",
        trend=trend(share, state),
        values=found.traffic_values,
    )


def _errors_tile(found: Overview, state: PageState) -> Tile:
    total, before = found.total, found.total_before
    share = change(total.error_rate, before.error_rate) if before else None
    number, unit = split_value(total.error_rate, Unit.SHARE)
    failed = None if total.errors is None else f"{format_value(total.errors, Unit.COUNT)} failed"
    return Tile(
        label="Error rate",
        value=number if total.error_rate is not None else None,
        unit=unit.strip(),
        detail=failed or "",
        trend=trend(share, state, more_is_worse=True),
        values=found.error_rate_values,
        spark="errors",
    )


def _latency_tile(rows: Sequence[StackRow]) -> Tile:
    """The slowest entry point that is really asked something, named."""
    known = [row for row in rows if row.figures.latency is not None]
    busy = [row for row in known if (row.figures.requests_per_minute or 0) >= LEAST_REQUESTS] or known
    slowest = max(busy, key=lambda row: row.figures.latency or 0, default=None)
    if slowest is None:
        return Tile(label="Slowest p95", value=None)
    number, unit = split_value(slowest.figures.latency, Unit.MILLISECONDS)
    return Tile(
        label="Slowest p95",
        value=number,
        unit=unit.strip(),
        detail=slowest.slowest.name if slowest.slowest else slowest.stack.name,
        href=reverse("stack", args=[slowest.stack.pk]),
        values=slowest.latency_values,
        spark="latency",
    )


def _saturation_tile(rows: Sequence[StackRow]) -> Tile:
    """The resource that is nearest to its limit."""
    known = [row for row in rows if row.figures.saturation is not None]
    fullest = max(known, key=lambda row: row.figures.saturation or 0, default=None)
    if fullest is None:
        return Tile(label="Nearest to its limit", value=None)
    number, unit = split_value(fullest.figures.saturation, Unit.SHARE)
    named = fullest.fullest
    return Tile(
        label="Nearest to its limit",
        value=number,
        unit=unit.strip(),
        detail=named.name if named else fullest.stack.name,
        href=resource_link(named.id, named.service) if named else reverse("stack", args=[fullest.stack.pk]),
    )


def _alerts_tile(alerts: Iterable[Alert]) -> Tile:
    """Open alerts by severity; those that somebody has are counted apart."""
    open_ones = Counter(alert.severity for alert in alerts if alert.state == Alert.State.OPEN)
    taken = sum(alert.state == Alert.State.ACKNOWLEDGED for alert in alerts)
    worst = next((one.value for one in Severity if open_ones[one.value]), "")
    parts = [f"{open_ones[one.value]}\u00a0{one.value}" for one in Severity if open_ones[one.value]]
    parts += [f"{taken}\u00a0acknowledged"] * bool(taken)
    return Tile(
        label="Open alerts",
        value=str(open_ones.total()),
        detail=" · ".join(parts) or "nothing needs you",
        tone=worst,
        href=reverse("alerts"),
    )


def changes(
    alerts: Iterable[Alert], deploys: Iterable[Deploy], fresh: Iterable[Freshness], state: PageState
) -> list[Entry]:
    """What happened in the window: deploys, alerts that began and ended, collectors that stopped bringing data.

    Days of unexpected spend are told as days (spend/elsewhere.py), not as their alerts too.
    """
    told = [alert for alert in alerts if alert.metric != UNEXPECTED]
    entries = [deploy_entry(deploy) for deploy in deploys]
    entries += [entry for alert in told for entry in alert_entries(alert) if _within(entry.at, state)]
    entries += [
        Entry(
            at=late.since,
            icon="stale",
            tone="warning",
            title=f"{late.account} {late.region}: {late.label} stopped",
            detail=late.reason,
            url=reverse("collectors"),
        )
        for one in fresh
        for late in one.late
        if late.since and _within(late.since, state)
    ]
    return entries


def _within(at: datetime, state: PageState) -> bool:
    return state.window.start <= at < state.window.end


def _why_empty(
    request: HttpRequest, found: Overview, state: PageState, by_account: Mapping[int, Freshness]
) -> dict[str, str]:
    """Why there is no stack to show, and what to do next."""
    if state.is_filtered and found.visible:
        return {
            "title": "No stack matches these filters",
            "text": f"{len(found.visible)} stacks are hidden by account, environment or team.",
            "url": reverse("overview"),
            "action": "Clear filters",
        }
    if not Account.objects.exists():
        if not has_role(request.user, ADMIN):
            return {"title": "No AWS account is connected", "text": "An admin can connect the first one."}
        return {
            "title": "Connect your first AWS account",
            "text": "Stackdeck reads CloudFormation and CloudWatch with a read-only role, and shows your stacks here.",
            "url": page_address("connect"),
            "action": "Connect an account",
        }
    if Stack.objects.exists():
        return {
            "title": "None of the stacks belongs to a team of yours",
            "text": "You see the stacks of your teams. An admin can add you to a team, or let you see all stacks.",
        }
    return {
        "title": "No stack has been found yet",
        "text": "The first discovery takes about a minute. The collectors page shows how far it is, and what failed.",
        "url": reverse("collectors"),
        "action": "Open collectors",
    }
