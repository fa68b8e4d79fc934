"""Findings of thresholds on traces: every node and connection of an account that a rule is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dashboard.health.read.traced import EDGE, NODE, grids, page_at, times, watched
from dashboard.health.traced import finding, values_of
from dashboard.inventory.models import Account
from dashboard.metrics.calendar import floor_to
from dashboard.thresholds.finding import Finding, Outcome
from dashboard.thresholds.models import TraceRule
from dashboard.traces.pieces import SLOT

LOOK_BACK = timedelta(hours=1)
STALE_AFTER = timedelta(minutes=30)
"""X-Ray's delay, a slot, and a collection that may be under way."""


def judge_traced(account: Account, now: datetime) -> Mapping[str, Sequence[Finding]]:
    """Judge what the account's rules are about, from its newest spans; findings by kind of subject."""
    rules = list(TraceRule.objects.filter(account=account, enabled=True))
    found: dict[str, list[Finding]] = {NODE: [], EDGE: []}
    if not rules:
        return found
    end = floor_to(now.timestamp(), SLOT)
    longest = timedelta(seconds=SLOT * (max(rule.of_periods for rule in rules) + 3))
    start = floor_to((now - max(LOOK_BACK, longest)).timestamp(), SLOT)
    chosen = watched(rules)
    told, at = grids(chosen, start, end), times(start, end)
    values = {key: values_of(slots) for key, slots in told.items()}
    stale_before = int((now - STALE_AFTER).timestamp())
    for one in chosen:
        judged = finding(one.subject, one.threshold, at, values[one.subject.key], stale_before)
        judged = replace(judged, hint=one.rule.hint, runbook=one.rule.runbook)
        if judged.outcome == Outcome.BROKEN:
            judged = replace(judged, subject=replace(one.subject, page=page_at(one.subject, judged.since)))
        found[one.kind].append(judged)
    return found
