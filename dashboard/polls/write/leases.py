"""Leases: one worker per target, by conditional updates whose count is checked; works on every database.

A lease is taken when the work is queued, begun when a worker starts on it, and finished by the same token. Whoever
comes with an old token (a message that lay about, a worker that was taken over) changes nothing.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from dashboard.aws.errors import ErrorKind
from dashboard.polls.models import SIDE_SOURCES, Target
from dashboard.polls.read.costs import budget_of
from dashboard.polls.write.control import pause_for_cap
from dashboard.polls.write.outcomes import Outcome, record_run, state_after
from dashboard.polls.write.usage import record_usage

LEASE = timedelta(minutes=4)
"""Longer than a task may run (CELERY_TASK_TIME_LIMIT), shorter than the broker waits for it (visibility timeout)."""
MOST_ATTEMPTS = 3
QUARANTINE = "Quarantined: started 3 times and never ended. Look for what it does to the worker, then resume it."
DEAF = (ErrorKind.UNREACHABLE, ErrorKind.CREDENTIALS)
"""Errors of a whole account: while they last, one target of the account is tried at a time."""

FIRST_LOOK = Case(When(~Q(source__in=SIDE_SOURCES), last_attempt_at=None, then=Value(0)), default=Value(1))
"""What no verdict can do without comes first as long as it was never asked: a new account has one within seconds."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one target; `token` fences whoever held it before."""

    target_id: int
    token: UUID


@dataclass(frozen=True, slots=True)
class Started:
    """A begun run. `budget` is what it may cost in USD before the account's monthly cap is passed; None: no cap."""

    lease: Lease
    target: Target
    budget: Decimal | None
    at: datetime


def lease_due(now: datetime, limit: int) -> list[Lease]:
    """Lease targets that are due, healthy ones first, until `limit` are under way; quarantine what never ends."""
    _quarantine(now)
    under_way = Counter(Target.objects.filter(lease_until__gt=now).values_list("account_id", flat=True))
    deaf = set(Target.objects.filter(last_error__in=DEAF, failures__gt=0).values_list("account_id", flat=True))
    leases: list[Lease] = []
    room = limit - under_way.total()
    due = _due(now).filter(account__paused_at=None).order_by("failures", FIRST_LOOK, "due_at")
    for target_id, account_id in due.values_list("pk", "account_id"):
        if len(leases) >= room:
            break
        if account_id in deaf and under_way[account_id]:
            continue
        taken = _take(_due(now), target_id, now)
        if taken:
            leases.append(taken)
            under_way[account_id] += 1
    return leases


def lease(target: Target, now: datetime) -> Lease | None:
    """Lease one target whether it is due or not; None when it is paused or somebody holds it."""
    return _take(Target.objects.filter(_is_free(now), paused_at=None), target.pk, now)


def _due(now: datetime) -> QuerySet[Target]:
    return Target.objects.filter(_is_free(now), due_at__lte=now, paused_at=None, attempts__lt=MOST_ATTEMPTS)


def _is_free(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=now)


def _take(free: QuerySet[Target], target_id: int, now: datetime) -> Lease | None:
    """Take one target if it is still among the free ones: a single UPDATE decides between those who try."""
    taken = Lease(target_id, uuid4())
    won = free.filter(pk=target_id).update(lease_until=now + LEASE, lease_token=taken.token)
    return taken if won else None


def _quarantine(now: datetime) -> None:
    Target.objects.filter(attempts__gte=MOST_ATTEMPTS, lease_until__lte=now, paused_at=None).update(
        paused_at=now, paused_reason=QUARANTINE, lease_until=None, lease_token=None
    )


def release(lease: Lease) -> bool:
    """Give back a lease whose work could not be queued."""
    return bool(_held(lease).update(lease_until=None, lease_token=None))


def begin(lease: Lease, now: datetime) -> Started | None:
    """Start work on a lease; None when it is somebody else's by now, or the account's monthly cap is reached."""
    begun = (
        _held(lease)
        .filter(paused_at=None)
        .update(lease_until=now + LEASE, attempts=F("attempts") + 1, last_attempt_at=now)
    )
    if not begun:
        return None
    target = Target.objects.select_related("account").get(pk=lease.target_id)
    budget = budget_of(target.account, now) if target.source != Target.Source.INVENTORY else None
    if budget is not None and budget <= target.last_cost:
        pause_for_cap(target, now)
        return None
    return Started(lease, target, budget, now)


def finish(started: Started, outcome: Outcome, now: datetime) -> bool:
    """Store how a run went and when the target is due next; False when the lease had been taken over.

    What the run cost is recorded in any case: AWS bills it.
    """
    with transaction.atomic():
        record_usage(started.target.account, outcome.usage, now)
        ended = _held(started.lease).update(**state_after(started.target, outcome, now))
        if ended:
            record_run(started.target, outcome, started.at, now)
    if ended and outcome.error and outcome.error.kind == ErrorKind.CAPPED:
        pause_for_cap(started.target, now)
    return bool(ended)


def _held(lease: Lease) -> QuerySet[Target]:
    return Target.objects.filter(pk=lease.target_id, lease_token=lease.token)
