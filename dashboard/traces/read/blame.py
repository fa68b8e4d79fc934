"""Path blame: on which node failures and extra time arise, by X-Ray's summaries and by the stored documents."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dashboard.traces import analysis, sampling
from dashboard.traces.chunk import Ints, Mask, ids_of
from dashboard.traces.facts import CAUSES, EXCEPTIONS, Fact, name_and_type
from dashboard.traces.models import TraceDocument, TraceFact
from dashboard.traces.read.documents import nodes_named, segments_of
from dashboard.traces.read.found import Blame
from dashboard.traces.read.loading import Loaded
from dashboard.traces.read.visibility import KnownNode
from dashboard.traces.table import Table
from dashboard.traces.waterfall import Node, Waterfall, mask, read_trace

MOST_BLAMED = 10
MOST_DOCUMENTS = 40
"""Whole traces that are looked into, newest first."""
SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Whole:
    """A stored document, and the position of its trace in the table."""

    at: int
    waterfall: Waterfall


def blame_of(loaded: Loaded, bad: Mask, good: Mask) -> list[Blame]:
    """Nodes to blame for bad traces, most frequent first; paths and extra time come from stored documents."""
    reported = _reported(loaded.table, bad, _telling(loaded))
    failed, slow = _looked_into(loaded, bad, good)
    blames = [*_joined([one for one in reported if one.kind != SLOW], failed, "fault")]
    blames += _joined([one for one in reported if one.kind == SLOW], slow, SLOW)
    known = _known(loaded)
    located = [_located(one, known.get(Node(one.name, one.type))) for one in blames]
    return sorted(located, key=lambda one: (-one.traces, one.name, one.type))[:MOST_BLAMED]


def _telling(loaded: Loaded) -> dict[int, Fact]:
    """Facts that say where something arose, or with which exception."""
    keys = (*CAUSES.values(), *EXCEPTIONS.values())
    rows = TraceFact.objects.filter(account__in={place.account for place in loaded.places}, key__in=keys)
    occurring = set(loaded.table.facts.tolist())
    return {pk: (key, value) for pk, key, value in rows.values_list("pk", "key", "value") if pk in occurring}


def _reported(table: Table, bad: Mask, facts: Mapping[int, Fact]) -> list[Blame]:
    """What the summaries say, per kind and node."""
    nodes: dict[tuple[str, str], list[int]] = defaultdict(list)
    kinds = {key: kind for kind, key in CAUSES.items()}
    for pk, (key, value) in facts.items():
        if key in kinds:
            nodes[kinds[key], value].append(pk)
    concerned = {kind: bad & (~table.bad if kind == SLOW else table.bad) for kind in CAUSES}
    found = {(kind, value): concerned[kind] & table.having_any(_array(ids)) for (kind, value), ids in nodes.items()}
    telling = int(np.count_nonzero(np.any([*found.values()], axis=0))) if found else 0
    return [
        _blame(kind, value, blamed, telling, _most_frequent(table, blamed, kind, facts))
        for (kind, value), blamed in found.items()
        if blamed.any()
    ]


def _array(ids: Iterable[int]) -> Ints:
    return np.array(list(ids), np.int64)


def _blame(kind: str, value: str, blamed: Mask, telling: int, exception: str) -> Blame:
    name, type_ = name_and_type(value)
    traces = int(np.count_nonzero(blamed))
    return Blame(
        name=name,
        type=type_,
        node_id=None,
        resource_id=None,
        kind=kind,
        traces=traces,
        share=traces / telling,
        path=(name,),
        seconds=None,
        exception=exception,
        parameter=("fact", f"{CAUSES[kind]}:{value}"),
    )


def _most_frequent(table: Table, blamed: Mask, kind: str, facts: Mapping[int, Fact]) -> str:
    """The exception that most of these traces tell of; blank where none does."""
    counts = table.counts(blamed)
    said: Counter[str] = Counter()
    for position in np.flatnonzero(counts):
        key, value = facts.get(int(table.facts[position]), ("", ""))
        if key and key == EXCEPTIONS.get(kind):
            said[value] += int(counts[position])
    return min(said, key=lambda text: (-said[text], text), default="")


def _looked_into(loaded: Loaded, bad: Mask, good: Mask) -> tuple[list[analysis.Blame], list[analysis.Blame]]:
    """What whole traces say of failed ones, and of slow ones."""
    whole = list(_whole(loaded, bad | good))
    failed = [one.waterfall for one in whole if bad[one.at] and loaded.table.bad[one.at]]
    slow = [one.waterfall for one in whole if bad[one.at] and not loaded.table.bad[one.at]]
    usual = analysis.usual_times(one.waterfall for one in whole if good[one.at])
    return analysis.blame_failed(failed), analysis.blame_slow(slow, usual)


def _whole(loaded: Loaded, wanted: Mask) -> Iterable[Whole]:
    """Stored documents of the wanted traces, without what may not be seen."""
    if not loaded.spans:
        return
    first, last = min(loaded.spans), max(loaded.spans) + sampling.SPAN
    rows = TraceDocument.objects.filter(
        account__in={place.account for place in loaded.places},
        trace_id__range=(f"1-{first:08x}", f"1-{last:08x}"),
        error="",
    ).exclude(fetched_at=None)
    columns = rows.order_by("-trace_id").values_list("account_id", "region", "trace_id", "segments")
    for account, region, trace_id, packed in columns[:MOST_DOCUMENTS]:
        at = _position(loaded, account, region, trace_id)
        if at is not None and wanted[at]:
            yield Whole(at, _masked(loaded, account, region, read_trace(trace_id, segments_of(packed))))


def _position(loaded: Loaded, account: int, region: str, trace_id: str) -> int | None:
    """Where in the table a trace is; None where it is not, or its id does not tell its span."""
    span, wanted = sampling.span_of(trace_id), ids_of([trace_id])
    for number, (place, at) in enumerate(zip(loaded.places, loaded.spans, strict=True)):
        if at == span and (place.account, place.region) == (account, region):
            rows = np.flatnonzero((loaded.chunks[number].ids == wanted).all(axis=1))
            return int(np.searchsorted(loaded.table.chunk, number) + rows[0]) if len(rows) else None
    return None


def _masked(loaded: Loaded, account: int, region: str, waterfall: Waterfall) -> Waterfall:
    scope = loaded.rules.scope
    if scope.everything:
        return waterfall
    number = next(place.account_id for place in loaded.places if place.account == account)
    named = nodes_named(loaded.rules.nodes.get(region, ()), {row.node for row in waterfall.rows}, number)
    return mask(waterfall, {name for name, nodes in named.items() if any(one.is_hidden_from(scope) for one in nodes)})


def _joined(reported: Sequence[Blame], looked_into: Sequence[analysis.Blame], kind: str) -> list[Blame]:
    """Summaries tell of all traces, documents of a few, but more: how they got there, and how much time it took.

    Where summaries tell nothing, documents alone do.
    """
    deeper = {one.path[-1]: one for one in reversed(looked_into)}
    if not reported:
        return [_from_document(one, kind) for one in deeper.values()]
    return [_deepened(one, deeper.get(Node(one.name, one.type))) for one in reported]


def _deepened(blame: Blame, more: analysis.Blame | None) -> Blame:
    if more is None:
        return blame
    exception = blame.exception or next(iter(more.exceptions), "")
    path = tuple(node.name for node in more.path)
    return replace(blame, path=path, seconds=more.extra_seconds, exception=exception)


def _from_document(one: analysis.Blame, kind: str) -> Blame:
    node = one.path[-1]
    return Blame(
        name=node.name,
        type=node.type,
        node_id=None,
        resource_id=None,
        kind=kind,
        traces=one.traces,
        share=one.share,
        path=tuple(node.name for node in one.path),
        seconds=one.extra_seconds,
        exception=next(iter(one.exceptions), ""),
        parameter=("fact", f"node:{node.name} ({node.type})" if node.type else f"node:{node.name}"),
    )


def _known(loaded: Loaded) -> dict[Node, KnownNode]:
    """Nodes that may be seen by name and type; those of the account that told of the traces come first."""
    found: dict[Node, KnownNode] = {}
    for place in set(loaded.places):
        nodes = [one for one in loaded.rules.nodes.get(place.region, ()) if not one.is_hidden_from(loaded.rules.scope)]
        own_first = sorted(nodes, key=lambda one: one.account__account_id != place.account_id)
        for node in own_first:
            found.setdefault(Node(node.name, node.type), node)
    return found


def _located(blame: Blame, node: KnownNode | None) -> Blame:
    return replace(blame, node_id=node.pk, resource_id=node.resource_id) if node else blame
