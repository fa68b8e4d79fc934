"""What a run came to, and what follows from it for its target."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dashboard.aws.errors import AwsError
from dashboard.polls import due
from dashboard.polls.models import Run, Target
from dashboard.polls.write.targets import offset_of

Usage = Mapping[str, tuple[int, int, Decimal]]
"""Calls, throttles and cost in USD by API action."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run went. A run that brought something is `ok` even if a part of it failed with `error`."""

    ok: bool
    points: int = 0
    error: AwsError | None = None
    usage: Usage = field(default_factory=dict)
    unfinished: bool = False
    """More is due than one run asks for: the next one comes soon."""

    @property
    def cost(self) -> Decimal:
        """USD."""
        return sum((cost for _, _, cost in self.usage.values()), Decimal(0))


def state_after(target: Target, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """The target's columns after a run."""
    error = outcome.error
    failures = 0 if outcome.ok else target.failures + 1
    state: dict[str, Any] = {
        "lease_until": None,
        "lease_token": None,
        "attempts": 0,
        "failures": failures,
        "last_cost": outcome.cost,
        "last_error": error.kind.value if error else "",
        "last_error_action": error.action if error else "",
        "last_error_text": str(error) if error else "",
    }
    if outcome.ok:
        due_at = now + due.SOON if outcome.unfinished else due.next_due(now, target.every, offset_of(target))
        return {**state, "last_success_at": now, "due_at": due_at}
    luck = random.random()  # noqa: S311 - spreads retries, guards nothing
    return {**state, "due_at": due.retry_due(now, target.every, failures, state["last_error"], luck)}


def record_run(target: Target, outcome: Outcome, started_at: datetime, now: datetime) -> None:
    """Write the run down."""
    Run.objects.create(
        target=target,
        started_at=started_at,
        duration=now - started_at,
        ok=outcome.ok,
        calls=sum(calls for calls, _, _ in outcome.usage.values()),
        throttles=sum(throttles for _, throttles, _ in outcome.usage.values()),
        points=outcome.points,
        cost=outcome.cost,
        error=outcome.error.kind.value if outcome.error else "",
        error_text=str(outcome.error) if outcome.error else "",
    )


def expire_runs(now: datetime, keep: timedelta) -> int:
    """Delete the records of old runs."""
    return Run.objects.filter(started_at__lt=now - keep).delete()[0]
