"""Page: can I trust what I see? What is collected, how it goes, what fails and what it costs."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import ADMIN, OPERATOR, has_role, require_role, scope_of
from dashboard.catalog import all_services
from dashboard.core.money import format_money
from dashboard.inventory.models import Account, Stack
from dashboard.inventory.policy import policy
from dashboard.pages.context import page_address
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.polls.models import Heartbeat, Target
from dashboard.polls.months import project
from dashboard.polls.read import Collector, State, cap_of, spent_by_account
from dashboard.polls.read import collectors as read_collectors
from dashboard.polls.read.collectors import is_catching_up, visible_targets
from dashboard.polls.write import pause, poll_now, resume
from dashboard.traces.read import in_transaction_search

PILLS = {
    State.OK: ("ok", "Working"),
    State.RUNNING: ("running", "Collecting"),
    State.NEW: ("unknown", "Not yet collected"),
    State.PAUSED: ("paused", "Paused"),
    State.LATE: ("warning", "Late"),
    State.PARTIAL: ("warning", "Partly"),
    State.FAILING: ("critical", "Failing"),
    State.QUARANTINED: ("critical", "Quarantined"),
}
"""State of a target to state and label of its pill."""
REASONS = {
    "access_denied": "access is denied",
    "throttled": "AWS throttles",
    "credentials": "credentials are missing or expired",
    "region_disabled": "the region is not enabled",
    "clock_skew": "this machine's clock is wrong",
    "unreachable": "AWS can't be reached",
    "invalid_answer": "AWS's answer could not be read",
    "capped": "the monthly cap is reached",
    "service": "AWS answered with an error",
}
"""Kinds of errors in few words."""
HEARTBEATS = (("beat", "Beat", timedelta(minutes=2)), ("worker", "Worker", timedelta(minutes=5)))
"""Name, label, and how old the last sign of life may be."""
REASON = "Paused by {}"


@dataclass(frozen=True, slots=True)
class Row:
    """One target as the table shows it."""

    collector: Collector
    tone: str
    label: str
    paused: bool
    note: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that fails, and its remedy."""

    title: str
    text: str
    action: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """What observing one account costs this month, in USD."""

    account: Account
    spent: Decimal
    projected: Decimal | None
    """At the end of the month; nothing while history is being read, which costs more than going on does."""
    cap: Decimal

    @property
    def share(self) -> float:
        """Of the cap, at most 1."""
        return min(float(self.spent / self.cap), 1.0) if self.cap else 1.0

    @property
    def text(self) -> str:
        """'3.42 USD of 50.00 USD'."""
        return f"{format_money(self.spent)} of {format_money(self.cap)}"

    @property
    def tone(self) -> str:
        """Warning when the cap will be passed this month, critical when it has been."""
        if self.spent >= self.cap:
            return "critical"
        return "warning" if self.projected is not None and self.projected >= self.cap else ""


@dataclass(frozen=True, slots=True)
class Life:
    """When a part of the product was last seen."""

    label: str
    at: datetime | None
    state: str
    text: str


@require_safe
@refreshable
def collectors(request: HttpRequest) -> HttpResponse:
    """Show every target of the accounts in which the user sees a stack."""
    now = timezone.now()
    scope = scope_of(request.user)
    searched = in_transaction_search()
    rows = [_row(one, searched) for one in read_collectors(scope, now)]
    accounts = _accounts(request)
    context = {
        "rows": sorted(rows, key=lambda row: list(State).index(row.collector.state)),
        "problems": problems(rows),
        "counts": {tone: sum(row.tone == tone for row in rows) for tone in ("critical", "warning")},
        "working": sum(row.collector.state in (State.OK, State.RUNNING) for row in rows),
        "late": sum(row.collector.state in (State.LATE, State.PARTIAL) for row in rows),
        "totals": totals(rows),
        "connect_url": page_address("connect") if has_role(request.user, ADMIN) else "",
        "costs": costs(accounts, targets_of(request), now),
        "lives": lives(now),
        "policy": _policy_text(),
        "may_operate": has_role(request.user, OPERATOR),
        "accounts": accounts,
    }
    return render(request, "collectors/page.html", context)


@cache
def _policy_text() -> str:
    """The IAM policy for all sources, as text to copy."""
    return orjson.dumps(policy(all_services().values()), option=orjson.OPT_INDENT_2).decode()


def _row(collector: Collector, searched: Container[tuple[int, str]]) -> Row:
    """`searched` are accounts and regions with Transaction Search."""
    tone, label = PILLS[collector.state]
    elsewhere = collector.source == Target.Source.TRACES and (collector.account_id, collector.region) in searched
    paused = collector.state in (State.PAUSED, State.QUARANTINED)
    return Row(collector, tone, label, paused, "Transaction Search" if elsewhere else "")


def problems(rows: Iterable[Row]) -> list[Problem]:
    """What fails and what to do, once for each error, account and missing permission."""
    groups: dict[tuple[str, str, str], list[Collector]] = {}
    for row in rows:
        one = row.collector
        if one.error:
            groups.setdefault((one.account, one.error, one.error_action), []).append(one)
    return [
        Problem(
            title=f"{account}: {REASONS.get(error, error)} ({_listed(found)})",
            text=found[0].error_text,
            action=action if error == "access_denied" else "",
            critical=any(PILLS[one.state][0] == "critical" for one in found),
        )
        for (account, error, action), found in groups.items()
    ]


def _listed(found: Sequence[Collector]) -> str:
    """'Inventory, Metrics 5 minutes in eu-west-1, us-east-1'."""
    labels = ", ".join(dict.fromkeys(one.label for one in found))
    regions = ", ".join(dict.fromkeys(one.region for one in found))
    return f"{labels} in {regions}"


def totals(rows: Iterable[Row]) -> dict[str, Any]:
    """Calls, throttled calls, points and cost of the last 24 hours."""
    found = [row.collector for row in rows]
    return {
        "calls": sum(one.calls for one in found),
        "throttles": sum(one.throttles for one in found),
        "points": sum(one.points for one in found),
        "cost": sum((one.cost for one in found), Decimal(0)),
    }


def _accounts(request: HttpRequest) -> list[Account]:
    """Accounts in which the user sees a stack."""
    scope = scope_of(request.user)
    if scope.everything:
        return list(Account.objects.all())
    return list(Account.objects.filter(pk__in=Stack.objects.visible_to(scope).values("account")))


def costs(accounts: Sequence[Account], targets: Iterable[Target], now: datetime) -> list[Cost]:
    """Month to date, projection and cap of each account."""
    spent = spent_by_account(now, *accounts) if accounts else {}
    running = [target for target in targets if not target.paused_at]
    return [
        _cost(one, spent.get(one.pk, Decimal(0)), [target for target in running if target.account_id == one.pk], now)
        for one in accounts
    ]


def _cost(account: Account, spent: Decimal, targets: Sequence[Target], now: datetime) -> Cost:
    """`targets` are those of the account that are not paused."""
    if any(is_catching_up(target) for target in targets):
        return Cost(account, spent, None, cap_of(account))
    projected = spent
    for target in targets:
        projected = project(projected, target.last_cost, target.every, now)
    return Cost(account, spent, projected, cap_of(account))


def lives(now: datetime) -> list[Life]:
    """Beat and worker: without them nothing is collected."""
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    return [_life(label, seen.get(name), now, longest) for name, label, longest in HEARTBEATS]


def _life(label: str, at: datetime | None, now: datetime, longest: timedelta) -> Life:
    if at is None:
        return Life(label, None, "unknown", "has not been seen yet")
    return Life(label, at, "ok", "is alive") if now - at <= longest else Life(label, at, "critical", "is silent")


def _act(request: HttpRequest, pk: int, act: Callable[[Target, datetime], str]) -> HttpResponse:
    """Do something with a target that the user may see, say what was done, and go back."""
    target = get_object_or_404(visible_targets(scope_of(request.user)).select_related("account"), pk=pk)
    messages.success(
        request, f"{target.account.name} {target.region}, {target.get_source_display()}: {act(target, timezone.now())}"
    )
    return redirect("collectors")


@require_POST
@require_role(OPERATOR)
def poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a target due now."""

    def act(target: Target, now: datetime) -> str:
        return "due now." if poll_now(target, now) else "already being collected, or paused."

    return _act(request, pk, act)


@require_POST
@require_role(OPERATOR)
def pause_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop collecting a target until somebody resumes it."""

    def act(target: Target, now: datetime) -> str:
        pause(target, REASON.format(request.user.get_username()), now)
        return "paused."

    return _act(request, pk, act)


@require_POST
@require_role(OPERATOR)
def resume_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Collect a paused target again."""

    def act(target: Target, now: datetime) -> str:
        resume(target, now)
        return "resumed, due now."

    return _act(request, pk, act)
