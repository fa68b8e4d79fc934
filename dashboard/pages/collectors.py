"""Page: can I trust what I see? What is collected, how it goes, what fails and what it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import OPERATOR, has_role, require_role, scope_of
from dashboard.inventory.models import Account, Stack
from dashboard.pages.refresh import refreshable
from dashboard.polls.models import Heartbeat, Target
from dashboard.polls.read import Collector, State, cap_of, projected, spent_by_account
from dashboard.polls.read import collectors as read_collectors
from dashboard.polls.read.collectors import visible_targets
from dashboard.polls.write import pause, poll_now, resume

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


@dataclass(frozen=True, slots=True)
class Cost:
    """What observing one account costs this month, in USD."""

    account: Account
    spent: Decimal
    projected: Decimal
    cap: Decimal

    @property
    def share(self) -> float:
        """Of the cap, at most 1."""
        return min(float(self.spent / self.cap), 1.0) if self.cap else 1.0

    @property
    def tone(self) -> str:
        """Warning when the cap will be passed this month, critical when it has been."""
        if self.spent >= self.cap:
            return "critical"
        return "warning" if self.projected >= self.cap else ""


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
    rows = [_row(one) for one in read_collectors(scope, now)]
    accounts = _accounts(request)
    context = {
        "rows": sorted(rows, key=lambda row: list(State).index(row.collector.state)),
        "failing": [row for row in rows if row.collector.error],
        "counts": {tone: sum(row.tone == tone for row in rows) for tone in ("critical", "warning", "ok")},
        "costs": costs(accounts, now),
        "lives": lives(now),
        "may_operate": has_role(request.user, OPERATOR),
        "accounts": accounts,
    }
    return render(request, "collectors/page.html", context)


def _row(collector: Collector) -> Row:
    tone, label = PILLS[collector.state]
    return Row(collector, tone, label, paused=collector.state in (State.PAUSED, State.QUARANTINED))


def _accounts(request: HttpRequest) -> list[Account]:
    """Accounts in which the user sees a stack."""
    scope = scope_of(request.user)
    if scope.everything:
        return list(Account.objects.all())
    return list(Account.objects.filter(pk__in=Stack.objects.visible_to(scope).values("account")))


def costs(accounts: Sequence[Account], now: datetime) -> list[Cost]:
    """Month to date, projection and cap of each account."""
    spent = spent_by_account(now, *accounts) if accounts else {}
    return [Cost(one, spent.get(one.pk, Decimal(0)), projected(one, now), cap_of(one)) for one in accounts]


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
