"""Alarms that can't tell anybody anything any more, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.core.times import say_duration

PATIENCE = timedelta(days=14)
"""A metric that is missing for so long is not coming back."""
NEVER_JUDGED = "Unchecked: Initial alarm creation"
"""CloudWatch's reason of an alarm whose metric has had no point since it was made."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one alarm."""

    silent: bool
    """Whether CloudWatch has too little data to judge it."""
    since: datetime
    state_reason: str
    actions: int
    enabled: bool
    told_by_parent: bool = False
    """Whether a composite alarm that it is part of tells somebody."""
    missing: str = ""
    absent: Sequence[str] = ()


def reasons(facts: Facts, now: datetime) -> list[str]:
    """Why the alarm is dead, a sentence each, the cause before its effects; empty for one that works."""
    found = [f"Its rule names the alarm {name}, which does not exist." for name in facts.absent]
    if facts.missing:
        found.append(f"It watches the {facts.missing}, which does not exist.")
    elif facts.silent and now - facts.since > PATIENCE:
        found.append(_silence(facts, now))
    if facts.told_by_parent:
        return found
    if not facts.actions:
        found.append("It has no action: nobody is told when it goes off.")
    elif not facts.enabled:
        found.append("Its actions are switched off: nobody is told when it goes off.")
    return found


def _silence(facts: Facts, now: datetime) -> str:
    if facts.state_reason.startswith(NEVER_JUDGED):
        return f"Its metric was never seen since it was set up {say_duration(now - facts.since)} ago."
    return f"It has had no data for {say_duration(now - facts.since)}."
