"""What thresholds on traces are about, and the figures of it: few queries for any number of rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse

from dashboard.catalog.shape import Severity, Threshold
from dashboard.health.episodes import Episode, episodes
from dashboard.health.traced import REQUESTS, threshold_of, values_of
from dashboard.metrics.calendar import floor_to
from dashboard.thresholds.conditions.shape import Times
from dashboard.thresholds.finding import Subject
from dashboard.thresholds.models import TraceRule
from dashboard.traces.models import Edge, Node
from dashboard.traces.pieces import SLOT, Slots
from dashboard.traces.read.grid import slots_of
from dashboard.traces.read.history import OF_EDGES, OF_NODES, Item

NODE, EDGE = "node", "edge"
"""Kinds of subjects."""
SIDES = {NODE: OF_NODES, EDGE: OF_EDGES}
HISTORY = timedelta(days=14)
MOST = 30
"""Nodes that a preview looks at."""
AROUND = timedelta(minutes=30)
"""The map shows so much before and after the beginning."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One rule of one node or connection."""

    rule: TraceRule
    kind: str
    item: Item
    subject: Subject
    stack: str
    """Name of the stack, blank without one."""

    @property
    def threshold(self) -> Threshold:
        """What is judged."""
        rule = self.rule
        return threshold_of(
            rule.figure,
            Severity(rule.severity),
            (rule.above, rule.below),
            (rule.for_periods, rule.of_periods),
            rule.floor,
        )


def watched(rules: Sequence[TraceRule]) -> list[Watched]:
    """Every node and connection of rules of one account; of several rules alike the nearest wins."""
    nodes, edges = _nodes(rules), _edges(rules)
    found: dict[tuple[str, str, str], Watched] = {}
    for rule in sorted(rules, key=_distance):
        chosen = edges if rule.edge_id else nodes
        for one in chosen:
            if _is_about(rule, one):
                made = _watched_edge(rule, one) if isinstance(one, Edge) else _watched_node(rule, one)
                found.setdefault((made.subject.key, rule.figure, rule.severity), made)
    return list(found.values())


def _distance(rule: TraceRule) -> tuple[int, int]:
    """How far a rule is from what it judges: its own, of its stack and type, of one of them, of the account."""
    own = bool(rule.node_id or rule.edge_id)
    return (0 if own else 3 - bool(rule.stack_id) - bool(rule.type)), rule.pk or 0


def _nodes(rules: Sequence[TraceRule]) -> list[Node]:
    accounts = {one.account_id for one in rules if not one.edge_id}
    rows = Node.objects.filter(account__in=accounts).exclude(type="client") if accounts else Node.objects.none()
    if all(one.node_id for one in rules if not one.edge_id):
        rows = rows.filter(pk__in=[one.node_id for one in rules])
    return list(rows.select_related("resource__stack").order_by("pk"))


def _edges(rules: Sequence[TraceRule]) -> list[Edge]:
    ids = [one.edge_id for one in rules if one.edge_id]
    rows = Edge.objects.filter(pk__in=ids) if ids else Edge.objects.none()
    return list(rows.select_related("source__resource__stack", "target__resource__stack").order_by("pk"))


def _is_about(rule: TraceRule, one: Node | Edge) -> bool:
    if isinstance(one, Edge):
        return rule.edge_id == one.pk
    if rule.node_id:
        return rule.node_id == one.pk
    in_stack = not rule.stack_id or (one.resource is not None and one.resource.stack_id == rule.stack_id)
    return in_stack and rule.type in {"", one.type} and rule.account_id == one.account_id


def _watched_node(rule: TraceRule, node: Node) -> Watched:
    resource = node.resource
    subject = Subject(
        key=f"{NODE}:{node.pk}",
        account_id=rule.account_id,
        name=node.name,
        stack_id=resource.stack_id if resource else None,
        resource_id=node.resource_id,
        page=f"{reverse('map')}?focus=n{node.pk}",
    )
    place = (node.account_id, node.region)
    return Watched(rule, NODE, Item(node.pk, place), subject, resource.stack.name if resource else "")


def _watched_edge(rule: TraceRule, edge: Edge) -> Watched:
    """A connection belongs to what is called, or else to what calls."""
    source, target = edge.source, edge.target
    resource = target.resource or source.resource
    subject = Subject(
        key=f"{EDGE}:{edge.pk}",
        account_id=rule.account_id,
        name=f"{source.name} → {target.name}"[:300],
        stack_id=resource.stack_id if resource else None,
        resource_id=resource.pk if resource else None,
        page=f"{reverse('map')}?focus=n{source.pk}&selected=n{source.pk}-n{target.pk}",
    )
    place = (source.account_id, source.region)
    return Watched(rule, EDGE, Item(edge.pk, place), subject, resource.stack.name if resource else "")


def page_at(subject: Subject, since: int) -> str:
    """The map focussed on the subject, around a Unix time."""
    around = int(AROUND.total_seconds())
    return f"{subject.page}&{urlencode({'range': 'custom', 'from': since - around, 'to': since + around})}"


def grids(chosen: Iterable[Watched], start: int, end: int) -> dict[str, Slots]:
    """Figures by subject's key, in [start, end)."""
    items: dict[str, dict[Item, str]] = {NODE: {}, EDGE: {}}
    for one in chosen:
        items[one.kind][one.item] = one.subject.key
    found: dict[str, Slots] = {}
    for kind, keys in items.items():
        slots = slots_of(SIDES[kind], list(keys), start, end) if keys else {}
        found |= {key: slots[item.pk] for item, key in keys.items()}
    return found


def times(start: int, end: int) -> Times:
    """Starts of the slots."""
    found: Times = np.arange(start, end, SLOT, dtype=np.int64)
    return found


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One node or connection, and when the rule would have fired for it."""

    name: str
    stack: str
    page: str
    episodes: Sequence[Episode]
    worst: float | None


@dataclass(frozen=True, slots=True)
class TracePreview:
    """The whole answer: most often fired first."""

    since: datetime | None
    """Start of the first slot of which anything is known; None without any."""
    rows: Sequence[TraceRow]
    in_scope: int

    @property
    def alerts(self) -> int:
        """How often it would have fired."""
        return sum(len(row.episodes) for row in self.rows)

    @property
    def longest(self) -> timedelta:
        """The longest time."""
        return timedelta(seconds=max((one.seconds for row in self.rows for one in row.episodes), default=0))


def preview_traced(rule: TraceRule, now: datetime) -> TracePreview:
    """Lay a rule, saved or not, over the last two weeks; where only hours are known, they lie evenly in their slots."""
    end = floor_to(now.timestamp(), SLOT)
    start = floor_to((now - HISTORY).timestamp(), 3600)
    chosen = watched([rule])
    told = grids(chosen[:MOST], start, end)
    at = times(start, end)
    rows, first = [], None
    for one in chosen[:MOST]:
        values = values_of(told[one.subject.key])
        known = np.flatnonzero(~np.isnan(values[REQUESTS]))
        if len(known):
            first = min(int(at[known[0]]), first or int(at[-1]))
            found = episodes(one.threshold, at, values)
            worst = [episode.worst for episode in found]
            pick = min if rule.below is not None else max
            rows.append(TraceRow(one.subject.name, one.stack, one.subject.page, found, pick(worst) if worst else None))
    rows.sort(key=lambda row: (-len(row.episodes), row.name))
    return TracePreview(datetime.fromtimestamp(first, UTC) if first else None, rows, len(chosen))
