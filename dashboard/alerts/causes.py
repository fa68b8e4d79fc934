"""Which alerts belong together, and which of them is the likely cause: one message for a broken database, not forty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.catalog.shape import Severity

TOGETHER = timedelta(hours=1)
"""Alerts that began further apart have different causes."""
GRADUAL = timedelta(hours=12)
"""The same for what grew slowly over its line: when that was says little of when it began."""
SAME_TIME = timedelta(minutes=10)
"""Metrics come by periods: what began closer together than this began at once."""
RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An alert that is not resolved."""

    id: int
    resource_id: int | None
    """None for what is no resource."""
    stack_id: int | None
    """None where the stack says nothing of what belongs together (resources of no stack)."""
    severity: Severity
    since: datetime
    told: bool
    cause_id: int | None
    gradual: bool = False
    """It grows: its line may be passed long after it began."""


def attachments(candidates: Sequence[Candidate], links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Alert by alert, the one that it is put down to; only alerts that nobody was told of are.

    `links` go from a resource to one that it calls, reads or feeds. The cause is what began first; of what began at
    once, the one that the others depend on, then the worst. A critical alert is never hidden behind a lesser one: where
    the cause is lesser, those that are graver have one among themselves.
    """
    pairs = set(links)
    found: dict[int, int] = {}
    for group in _groups(candidates, pairs):
        found |= _put_down(group, pairs)
    return found


def _put_down(group: Sequence[Candidate], links: set[tuple[int, int]]) -> dict[int, int]:
    root = _root(group, links)
    free = [one for one in group if not one.told and one.cause_id is None and one.id != root.id]
    found = {one.id: root.id for one in free if RANK[one.severity] >= RANK[root.severity]}
    graver = [one for one in free if one.id not in found]
    return found | _put_down(graver, links) if len(graver) > 1 else found


def _groups(candidates: Sequence[Candidate], links: set[tuple[int, int]]) -> list[list[Candidate]]:
    """Alerts that hang together through resources, stacks or links."""
    group_of = {one.id: {one.id} for one in candidates}
    for first, second in _related(candidates, links):
        if group_of[first.id] is not group_of[second.id]:
            joined = group_of[first.id] | group_of[second.id]
            for member in joined:
                group_of[member] = joined
    by_id = {one.id: one for one in candidates}
    distinct = {min(group): sorted(group) for group in group_of.values()}
    return [[by_id[member] for member in group] for group in distinct.values() if len(group) > 1]


def _related(candidates: Sequence[Candidate], links: set[tuple[int, int]]) -> Iterable[tuple[Candidate, Candidate]]:
    by_resource: dict[int, list[Candidate]] = defaultdict(list)
    by_stack: dict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.resource_id is not None:
            by_resource[one.resource_id].append(one)
        if one.stack_id is not None:
            by_stack[one.stack_id].append(one)
    pairs = [(one, other) for group in by_stack.values() for one in group for other in group if one.id < other.id]
    pairs += [(one, other) for group in by_resource.values() for one in group for other in group if one.id < other.id]
    pairs += [(one, other) for a, b in links for one in by_resource.get(a, ()) for other in by_resource.get(b, ())]
    return ((one, other) for one, other in pairs if abs(one.since - other.since) <= _apart(one, other))


def _apart(one: Candidate, other: Candidate) -> timedelta:
    return GRADUAL if one.gradual and other.gradual else TOGETHER


def _root(group: Sequence[Candidate], links: set[tuple[int, int]]) -> Candidate:
    """What was told first stays the cause; else what began first."""
    told = [one for one in group if one.told and one.cause_id is None]
    if told:
        return min(told, key=lambda one: (RANK[one.severity], one.since, one.id))
    first = min(one.since for one in group)
    at_once = [one for one in group if one.since - first <= SAME_TIME]
    depended_on = _dependants(at_once, links)
    return min(at_once, key=lambda one: (RANK[one.severity], -depended_on[one.id], one.since, one.id))


def _dependants(group: Sequence[Candidate], links: set[tuple[int, int]]) -> Mapping[int, int]:
    """How many alerts of the group stand on resources that lead, over links within it, to each one's resource."""
    resources = {one.resource_id for one in group if one.resource_id is not None}
    callers: dict[int, set[int]] = defaultdict(set)
    for source, target in links:
        if source in resources and target in resources:
            callers[target].add(source)
    return {one.id: len(_upstream(one.resource_id, callers)) if one.resource_id else 0 for one in group}


def _upstream(resource_id: int, callers: Mapping[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    waiting = [resource_id]
    while waiting:
        new = callers.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen - {resource_id}
