"""The stored traces of a window that somebody may see and asks for, ready to be counted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import numpy as np
from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.traces.chunk import Chunk, Ints, Mask, unpack
from dashboard.traces.facts import ANNOTATION, LONGEST_KEY, LONGEST_VALUE, clean
from dashboard.traces.models import TraceChunk, TraceFact
from dashboard.traces.read.found import Sampled, TraceQuery
from dashboard.traces.read.visibility import Chosen, KnownNode, Place, Rules, rules_for
from dashboard.traces.sampling import SPAN
from dashboard.traces.table import Table, table_of

MOST_LOOKED_AT = 500_000
"""Stored traces that one search looks at, newest first."""
CHUNKS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Accounts by AWS id, environments, and teams by name, as on every page; empty means all."""

    accounts: Collection[str] = ()
    environments: Collection[str] = ()
    teams: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Traces that match everything but result and duration."""

    places: Sequence[Place]
    """Of each chunk."""
    spans: Sequence[int]
    """Of each chunk: the Unix time of its span's start."""
    chunks: Sequence[Chunk]
    table: Table
    rules: Rules
    sampled: Sampled
    complete: bool
    since: datetime | None
    newest_at: datetime | None

    def through(self, chosen: Chosen) -> Mask:
        """Which traces went through any of the chosen nodes."""
        found = np.zeros(len(self.table), np.bool_)
        for place in set(self.places):
            named = self.rules.facts_naming(place, chosen)
            if len(named):
                here = np.array([one == place for one in self.places])
                found |= self.table.having_any(named) & here[self.table.chunk]
        return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored chunk, without what is in it."""

    pk: int
    place: Place
    at: int
    traces: int
    seen: int
    cut: bool


def load(scope: Scope, window: Window, query: TraceQuery, filters: Filters, *, nodes: bool = False) -> Loaded:
    """Read, limit and filter the chunks of a window; `nodes`: the rules must know them in any case."""
    listed = _listed(window, filters)
    chosen = _newest(listed)
    places = {one.place for one in chosen}
    rules = rules_for(scope, places, needed=nodes or _names_nodes(query, filters))
    conditions = _conditions(query, filters, rules, places)
    parts: list[tuple[Listed, Chunk]] = []
    kept = 0
    limited = rules.limit()
    for one, packed in _unpacked(chosen):
        visible = _inside(limited(one.place, packed), one.at, window)
        kept += len(visible)
        wanted = _matching(visible, conditions(one.place))
        if len(wanted):
            parts.append((one, wanted))
    return Loaded(
        places=[one.place for one, _ in parts],
        spans=[one.at for one, _ in parts],
        chunks=[chunk for _, chunk in parts],
        table=table_of([(one.at, chunk) for one, chunk in parts]),
        rules=rules,
        sampled=Sampled(
            seen=sum(one.seen for one in chosen) if scope.everything else None,
            kept=kept,
            cut=any(one.cut for one in chosen),
        ),
        complete=len(chosen) == len(listed),
        since=datetime.fromtimestamp(min(one.at for one in chosen), UTC) if chosen else None,
        newest_at=datetime.fromtimestamp(max(one.at for one in chosen) + SPAN, UTC) if chosen else None,
    )


def _listed(window: Window, filters: Filters) -> list[Listed]:
    """Chunks of the window, newest first."""
    rows = TraceChunk.objects.filter(
        at__gt=int(window.start.timestamp()) - SPAN, at__lt=int(np.ceil(window.end.timestamp()))
    ).order_by("-at", "account", "region")
    if filters.accounts:
        rows = rows.filter(account__account_id__in=set(filters.accounts))
    columns = rows.values_list("pk", "account_id", "account__account_id", "region", "at", "traces", "seen", "cut")
    return [
        Listed(pk, Place(account, account_id, region), at, traces, seen, cut)
        for pk, account, account_id, region, at, traces, seen, cut in columns
    ]


def _newest(listed: Sequence[Listed]) -> Sequence[Listed]:
    """As many as one search looks at, at least one."""
    reached = np.cumsum([one.traces for one in listed])
    return listed[: max(int(np.searchsorted(reached, MOST_LOOKED_AT, side="right")), 1)]


def _unpacked(chosen: Sequence[Listed]) -> Iterable[tuple[Listed, Chunk]]:
    """Chunks with their traces; those without any are not read."""
    filled = [one for one in chosen if one.traces]
    for start in range(0, len(filled), CHUNKS_AT_ONCE):
        some = filled[start : start + CHUNKS_AT_ONCE]
        packed = dict(TraceChunk.objects.filter(pk__in=[one.pk for one in some]).values_list("pk", "packed"))
        yield from ((one, unpack(packed[one.pk])) for one in some if one.pk in packed)


def _inside(chunk: Chunk, at: int, window: Window) -> Chunk:
    """Traces that started within the window."""
    started = at * 1000 + chunk.start
    return chunk.where((started >= window.start.timestamp() * 1000) & (started < window.end.timestamp() * 1000))


def _matching(chunk: Chunk, conditions: Iterable[Ints]) -> Chunk:
    """Traces that have at least one fact of each condition."""
    for wanted in conditions:
        if not len(chunk):
            break
        chunk = chunk.where(chunk.having_any(wanted))
    return chunk


def _names_nodes(query: TraceQuery, filters: Filters) -> bool:
    """Whether a condition can only be told by nodes."""
    return any((query.stack_id, query.node_id, query.edge, filters.environments, filters.teams))


def _conditions(
    query: TraceQuery, filters: Filters, rules: Rules, places: Collection[Place]
) -> Callable[[Place], list[Ints]]:
    """What a trace of a place must have: of each list of facts at least one."""
    everywhere = _fact_conditions(query, {place.account for place in places})
    by_node = list(_node_conditions(query, filters))

    @cache
    def conditions(place: Place) -> list[Ints]:
        return [*everywhere, *(rules.facts_naming(place, chosen) for chosen in by_node)]

    return conditions


def _node_conditions(query: TraceQuery, filters: Filters) -> Iterable[Chosen]:
    """Which nodes must be on the way: one of each kind."""
    if query.stack_id is not None:
        yield lambda node: node.resource__stack_id == query.stack_id
    for wanted in (query.node_id, *(query.edge or ())):
        if wanted is not None:
            yield _is_node(wanted)
    if filters.environments:
        yield lambda node: node.resource__stack__environment in filters.environments
    if filters.teams:
        yield lambda node: node.resource__stack__team__name in filters.teams


def _is_node(wanted: int) -> Chosen:
    def chosen(node: KnownNode) -> bool:
        return node.pk == wanted

    return chosen


def _fact_conditions(query: TraceQuery, accounts: Collection[int]) -> list[Ints]:
    """One list of fact ids per condition; an empty one where nothing stored fits it."""
    asked: list[tuple[str, Q]] = []
    if query.url:
        asked.append(("http.url", Q(value__icontains=clean(query.url, LONGEST_VALUE))))
    for key, values in _values_by_key(query).items():
        asked.append((clean(key, LONGEST_KEY), Q(value__in=[clean(value, LONGEST_VALUE) for value in values])))
    return [_ids(key, value, accounts) for key, value in asked]


def _values_by_key(query: TraceQuery) -> dict[str, list[str]]:
    """Values of which one is enough."""
    status = "" if query.status is None else str(query.status)
    single = (("http.method", query.method.upper()), ("http.status", status), ("user", query.user))
    annotations = ((ANNOTATION + key, value) for key, value in query.annotations)
    values: dict[str, list[str]] = defaultdict(list)
    for key, value in (*single, *annotations, *query.facts):
        if value:
            values[key].append(value)
    return values


def _ids(key: str, value: Q, accounts: Collection[int]) -> Ints:
    rows = TraceFact.objects.filter(value, account__in=accounts, key=key)
    return np.array(sorted(rows.values_list("pk", flat=True)), np.int64)
