"""Which facts name nodes that somebody may see: summaries know nodes by name, stacks own them by resource."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from dashboard.access.roles import Scope
from dashboard.traces import facts
from dashboard.traces.chunk import Chunk, Ints
from dashboard.traces.models import Node, TraceFact

AT_ONCE = 400
"""Values in one question."""


class Place(NamedTuple):
    """Whose X-Ray told of traces: primary key and AWS id of the account, and the region."""

    account: int
    account_id: str
    region: str


class KnownNode(NamedTuple):
    """What visibility and filters need of a node."""

    pk: int
    account__account_id: str
    region: str
    name: str
    type: str
    resource_id: int | None
    resource__service: str | None
    resource__stack_id: int | None
    resource__stack__team_id: int | None
    resource__stack__environment: str | None
    resource__stack__team__name: str | None

    def is_hidden_from(self, scope: Scope) -> bool:
        """Whether it belongs to a stack that may not be seen; what belongs to none is nobody's secret."""
        owned = self.resource__stack_id is not None
        return owned and not scope.everything and self.resource__stack__team_id not in scope.team_ids

    def is_shown_to(self, scope: Scope) -> bool:
        """Whether it belongs to a stack that may be seen: such a node makes its traces visible."""
        return self.resource__stack_id is not None and not self.is_hidden_from(scope)

    @property
    def name_and_type(self) -> tuple[str, str]:
        """What summaries and segments know it by."""
        return self.name, self.type

    def label_in(self, place: Place) -> str:
        """What facts of a place call it."""
        other = self.account__account_id if self.account__account_id != place.account_id else ""
        return facts.node_label(self.name, self.type, other)


Chosen = Callable[[KnownNode], bool]


@dataclass(frozen=True)
class Rules:
    """What of each place's traces somebody may see; everything for those who may see all stacks."""

    scope: Scope
    nodes: Mapping[str, Sequence[KnownNode]]
    """By region."""
    ids: Mapping[tuple[int, str], Mapping[str, int]]
    """By account and label: the fact's id by key."""
    exceptions: Mapping[int, Ints]
    """By account: facts that quote exceptions."""

    def facts_naming(self, place: Place, chosen: Chosen, keys: Collection[str] = (facts.NODE,)) -> Ints:
        """Ids of facts of a place that name any of the chosen nodes."""
        labels = {node.label_in(place) for node in self.nodes.get(place.region, ()) if chosen(node)}
        found = (self.ids.get((place.account, label), {}) for label in labels)
        return np.array(sorted(pk for by_key in found for key, pk in by_key.items() if key in keys), np.int64)

    def limit(self) -> Callable[[Place, Chunk], Chunk]:
        """A function that leaves of a chunk what may be seen."""
        if self.scope.everything:
            return lambda place, chunk: chunk
        shown = cache(lambda place: self.facts_naming(place, lambda node: node.is_shown_to(self.scope)))
        hidden = cache(lambda place: self._hidden(place, facts.NODE_KEYS))
        telling = cache(lambda place: self._hidden(place, tuple(facts.CAUSES.values())))

        def limited(place: Place, chunk: Chunk) -> Chunk:
            seen = chunk.where(chunk.having_any(shown(place)))
            return seen.without_facts(hidden(place), telling(place), self.exceptions[place.account])

        return limited

    def _hidden(self, place: Place, keys: Collection[str]) -> Ints:
        return self.facts_naming(place, lambda node: node.is_hidden_from(self.scope), keys)


def rules_for(scope: Scope, places: Collection[Place], *, needed: bool) -> Rules:
    """Read what tells which traces of these places may be seen; nothing is read where it is not `needed`."""
    if not needed and scope.everything:
        return Rules(scope, {}, {}, {})
    nodes = known_nodes({place.region for place in places})
    labels: dict[int, set[str]] = defaultdict(set)
    for place in places:
        labels[place.account] |= {node.label_in(place) for node in nodes.get(place.region, ())}
    ids: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for account, wanted in labels.items():
        for pk, key, value in _facts_of(account, wanted):
            ids[account, value][key] = pk
    quoting = {} if scope.everything else {account: _quoting(account) for account in labels}
    return Rules(scope, nodes, ids, quoting)


def known_nodes(regions: Iterable[str]) -> dict[str, list[KnownNode]]:
    """All nodes by region; in one question."""
    rows = Node.objects.filter(region__in=set(regions)).order_by("pk").values_list(*KnownNode._fields)
    nodes: dict[str, list[KnownNode]] = defaultdict(list)
    for row in rows:
        nodes[row[2]].append(KnownNode(*row))
    return nodes


def _facts_of(account: int, labels: Collection[str]) -> Iterable[tuple[int, str, str]]:
    ordered = sorted(labels)
    for start in range(0, len(ordered), AT_ONCE):
        rows = TraceFact.objects.filter(
            account=account, key__in=facts.NODE_KEYS, value__in=ordered[start : start + AT_ONCE]
        )
        yield from rows.values_list("pk", "key", "value")


def _quoting(account: int) -> Ints:
    rows = TraceFact.objects.filter(account=account, key__in=tuple(facts.EXCEPTIONS.values()))
    return np.array(sorted(rows.values_list("pk", flat=True)), np.int64)
