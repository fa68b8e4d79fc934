"""The collectors page: each target with its state, its last day and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from dashboard.access.roles import Scope
from dashboard.inventory.models import Stack
from dashboard.polls.due import SOON
from dashboard.polls.models import Run, Target

DAY = timedelta(days=1)
LATE_AFTER = 2
"""Intervals without a success after which a target is late."""


class State(StrEnum):
    """What a target is doing, worst first."""

    QUARANTINED = "quarantined"
    FAILING = "failing"
    LATE = "late"
    PARTIAL = "partial"  # the last run brought something, but not all
    PAUSED = "paused"
    NEW = "new"
    RUNNING = "running"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Collector:
    """One target. Figures without another word are of the last 24 hours; costs in USD."""

    target_id: int
    account_id: int
    account: str
    region: str
    source: str
    label: str
    part: int
    state: State
    every: timedelta
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    due_at: datetime
    lag: timedelta
    """How long it has been due; nothing while it is paused."""
    runs: int
    calls: int
    points: int
    throttles: int
    cost: Decimal
    slowest: timedelta | None
    """How long its slowest run took."""
    failures: int
    error: str
    error_action: str
    error_text: str
    paused_reason: str


def collectors(scope: Scope, now: datetime) -> list[Collector]:
    """All targets of the accounts in which the scope sees a stack; two queries."""
    targets = visible_targets(scope).select_related("account")
    runs = Run.objects.filter(started_at__gte=now - DAY, target__in=targets.values("pk")).order_by()
    summed = runs.values("target").annotate(
        runs=Count("pk"), calls=Sum("calls"), points=Sum("points"), throttles=Sum("throttles"), cost=Sum("cost"),
        slowest=Max("duration"),
    )  # fmt: skip
    figures: dict[int, dict[str, Any]] = {row["target"]: dict(row) for row in summed}
    return [_collector(target, figures.get(target.pk, {}), now) for target in targets]


def _collector(target: Target, figures: Mapping[str, Any], now: datetime) -> Collector:
    return Collector(
        target_id=target.pk,
        account_id=target.account_id,
        account=target.account.name,
        region=target.region,
        source=target.source,
        label=target.get_source_display(),
        part=target.part,
        state=state_of(target, now),
        every=target.every,
        last_attempt_at=target.last_attempt_at,
        last_success_at=target.last_success_at,
        due_at=target.due_at,
        lag=_lag(target, now),
        runs=figures.get("runs", 0),
        calls=figures.get("calls", 0),
        points=figures.get("points", 0),
        throttles=figures.get("throttles", 0),
        cost=figures.get("cost", Decimal(0)),
        slowest=figures.get("slowest"),
        failures=target.failures,
        error=target.last_error,
        error_action=target.last_error_action,
        error_text=target.last_error_text,
        paused_reason=target.paused_reason or ("The account is paused." if target.account.paused_at else ""),
    )


def visible_targets(scope: Scope) -> QuerySet[Target]:
    """Targets of the accounts in which the scope sees a stack."""
    if scope.everything:
        return Target.objects.all()
    return Target.objects.filter(account__in=Stack.objects.visible_to(scope).values("account"))


def is_late(target: Target, now: datetime) -> bool:
    """Whether its last success lies more than two intervals back; a new target has that long for its first."""
    since = target.last_success_at or target.last_attempt_at
    return since is not None and now - since > LATE_AFTER * target.every


def is_catching_up(target: Target) -> bool:
    """Whether it has not had its first turn, or its last run left history over for the next ones."""
    if target.last_attempt_at is None:
        return True
    return target.last_success_at is not None and target.due_at == target.last_success_at + SOON


def state_of(target: Target, now: datetime) -> State:
    """What a target is doing. Its account must be loaded."""
    if target.paused_at or target.account.paused_at:
        return State.QUARANTINED if target.attempts else State.PAUSED
    if target.failures:
        return State.FAILING
    checks = (
        (target.lease_until is not None and target.lease_until > now, State.RUNNING),
        (is_late(target, now), State.LATE),
        (target.last_success_at is None, State.NEW),
        (bool(target.last_error), State.PARTIAL),
    )
    return next((state for holds, state in checks if holds), State.OK)


def _lag(target: Target, now: datetime) -> timedelta:
    paused = target.paused_at or target.account.paused_at
    return timedelta(0) if paused else max(now - target.due_at, timedelta(0))
