"""What becomes of alerts when findings come in. Missing data changes nothing; only a good period resolves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.thresholds.finding import Finding, Outcome

FLAP = timedelta(minutes=30)
"""What breaks again so soon after it was resolved is the same alert."""
Key = tuple[str, str, str]
"""Subject, metric, severity."""


class Step(StrEnum):
    """What happens to one alert."""

    OPEN = "open"
    REOPEN = "reopen"
    KEEP = "keep"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Known:
    """An alert that may be meant by a finding: unresolved, or the last one that was resolved."""

    id: int
    key: Key
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """A step, with the alert it is about (None: a new one) and the finding behind it (None: it is no longer judged)."""

    step: Step
    alert_id: int | None
    finding: Finding | None


def changes(findings: Iterable[Finding], known: Iterable[Known], judged: Iterable[str], now: datetime) -> list[Change]:
    """What follows for alerts of the subjects that were `judged`, by their keys.

    An unresolved alert of one of them without any finding is no longer judged: its threshold was muted or removed.
    """
    by_key: dict[Key, Known] = {}
    for one in known:
        before = by_key.get(one.key)
        if before is None or (before.resolved_at or now) < (one.resolved_at or now):
            by_key[one.key] = one
    found = {finding.key: finding for finding in findings}
    listed = [
        change for key, finding in found.items() if (change := _change(finding, by_key.get(key), now)) is not None
    ]
    return listed + _orphans(by_key, found, set(judged))


def _change(finding: Finding, before: Known | None, now: datetime) -> Change | None:
    is_open = before is not None and before.resolved_at is None
    if finding.outcome is Outcome.BROKEN:
        if before is not None and is_open:
            return Change(Step.KEEP, before.id, finding)
        if before is not None and before.resolved_at is not None and now - before.resolved_at <= FLAP:
            return Change(Step.REOPEN, before.id, finding)
        return Change(Step.OPEN, None, finding)
    if finding.outcome is Outcome.HOLDS and before is not None and is_open:
        return Change(Step.RESOLVE, before.id, finding)
    return None


def _orphans(by_key: Mapping[Key, Known], found: Mapping[Key, Finding], judged: set[str]) -> list[Change]:
    return [
        Change(Step.RESOLVE, one.id, None)
        for key, one in by_key.items()
        if one.resolved_at is None and key not in found and key[0] in judged
    ]
