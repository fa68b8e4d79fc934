"""Lines of the service map: what traces show, and what configuration knows beyond that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.traces.histogram import percentiles
from dashboard.traces.naming import carriers
from dashboard.traces.read.flows import Figures, Flows, sum_of
from dashboard.traces.read.map_boxes import Box
from dashboard.traces.read.map_rows import EdgeRow, LinkRow
from dashboard.traces.read.shape import MapEdge, Waiting
from dashboard.traces.read.slices import Place

REFERENCE, DEAD_LETTER = "reference", "dead_letter"
LINK = "link"

Pair = tuple[str, str]
Ages = Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Ends:
    """Two boxes and what connects them."""

    source: Box
    target: Box
    rows: tuple[EdgeRow, ...] = ()
    relation: str = ""

    @property
    def pair(self) -> Pair:
        """Ids of the boxes."""
        return self.source.id, self.target.id


def traced_ends(rows: Iterable[EdgeRow], by_node: Mapping[int, Box], flows: Flows) -> dict[Pair, Ends]:
    """Connections that traces show; several edges between the same boxes are one."""
    together: dict[Pair, list[EdgeRow]] = defaultdict(list)
    for row in rows:
        if row.pk in flows and row.source_id in by_node and row.target_id in by_node:
            together[by_node[row.source_id].id, by_node[row.target_id].id].append(row)
    return {
        pair: Ends(by_node[some[0].source_id], by_node[some[0].target_id], tuple(some))
        for pair, some in together.items()
    }


def configured_ends(
    links: Sequence[LinkRow], by_resource: Mapping[int, Box], traced: Mapping[Pair, Ends]
) -> dict[Pair, str]:
    """What configuration says of pairs of boxes that nothing better connects, and of traced pairs; with the relation.

    A queue or bus between two boxes that traces show says more than a link from end to end.
    """
    said: dict[Pair, str] = {}
    for link in sorted(links, key=lambda one: (one.kind == REFERENCE, one.kind == DEAD_LETTER)):
        if link.source_id not in by_resource or link.target_id not in by_resource:
            continue
        pair = by_resource[link.source_id].id, by_resource[link.target_id].id
        back = pair[1], pair[0]
        known = pair in said or (link.kind == REFERENCE and (pair in traced or back in traced or back in said))
        if pair[0] != pair[1] and not known:
            said[pair] = link.kind
    services = {box.id: box.service for box in by_resource.values()}
    services |= {box.id: box.service for ends in traced.values() for box in (ends.source, ends.target)}
    better = {pair for pair, kind in said.items() if kind != REFERENCE} | set(traced)
    steps, around = _steps(traced, services), _steps({*better, *((to, from_) for from_, to in better)}, services)
    return {
        pair: kind
        for pair, kind in said.items()
        if pair in traced or pair not in (around if kind == REFERENCE else steps)
    }


def _steps(pairs: Iterable[Pair], services: Mapping[str, str]) -> set[Pair]:
    """Pairs of boxes with one between them that passes on what it gets."""
    into: dict[str, set[str]] = defaultdict(set)
    out_of: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        if services[other] in carriers():
            into[other].add(one)
        if services[one] in carriers():
            out_of[one].add(other)
    return {(one, other) for middle in into for one in into[middle] for other in out_of[middle]}


def traced_edge(ends: Ends, now: Figures, before: Figures | None, ages: Ages) -> MapEdge:
    """A connection that traces show."""
    return MapEdge(
        id=f"{ends.source.id}-{ends.target.id}",
        source=ends.source.id,
        target=ends.target.id,
        traced=True,
        relation=ends.relation,
        link=any(row.kind == LINK for row in ends.rows),
        flow=sum_of([now.of_edge(row.pk, place_of(row)) for row in ends.rows]),
        before=sum_of([before.of_edge(row.pk, place_of(row)) for row in ends.rows]) if before else None,
        waiting=_waiting(ends, now.edges, ages),
    )


def untraced_edge(source: Box, target: Box, relation: str, ages: Ages) -> MapEdge:
    """A connection that configuration alone knows."""
    return MapEdge(
        id=f"{source.id}-{target.id}",
        source=source.id,
        target=target.id,
        traced=False,
        relation=relation,
        link=False,
        flow=None,
        before=None,
        waiting=None if relation in {REFERENCE, DEAD_LETTER} else _told_by_metric(source, ages),
    )


def place_of(row: EdgeRow) -> Place:
    """Whose graph tells of an edge."""
    return row.source__account_id, row.source__region


def _waiting(ends: Ends, flows: Flows, ages: Ages) -> Waiting | None:
    """As X-Ray saw it, else as the queue's own metric tells."""
    for row in ends.rows:
        buckets, numbers = flows.ages(row.pk)
        median, worst = percentiles(buckets, numbers, (0.5, 0.99))
        if median is not None and worst is not None:
            return Waiting(median, worst, "traces")
    return _told_by_metric(ends.source, ages)


def _told_by_metric(source: Box, ages: Ages) -> Waiting | None:
    if source.resource_id is None or source.resource_id not in ages:
        return None
    median, worst = ages[source.resource_id]
    return Waiting(median, worst, "metric")
