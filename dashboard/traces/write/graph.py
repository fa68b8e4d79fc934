"""Service graphs stored: a span to a row, added up into longer ones; storing a span again replaces it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dashboard.aws import XrayService
from dashboard.traces import spans
from dashboard.traces.canonical import canonical, told_by
from dashboard.traces.models import Edge, GraphSlice, Node
from dashboard.traces.tally import Tally, add_up, pack, tally_of, unpack
from dashboard.traces.write.directory import Directory


@transaction.atomic
def store_graph(directory: Directory, span: spans.Span, services: Collection[XrayService], *, group: str = "") -> int:
    """Store what X-Ray answered for a span; returns how many nodes and edges have figures."""
    period, at = span
    account_id = directory.account.account_id
    graph = canonical(services, account_id, directory.connected)
    nodes, edges = directory.ids(graph, datetime.fromtimestamp(at + period, UTC))
    own = told_by(graph, account_id)
    of_nodes = tally_of(
        [nodes[one.key] for one in own.nodes],
        [one.statistics for one in own.nodes],
        [one.times for one in own.nodes],
        [() for _ in own.nodes],
    )
    of_edges = tally_of(
        [edges[one.source, one.target] for one in own.edges],
        [one.statistics for one in own.edges],
        [one.times for one in own.edges],
        [one.ages for one in own.edges],
    )
    _store(directory, group, span, of_nodes, of_edges)
    return len(of_nodes.ids) + len(of_edges.ids)


def _store(directory: Directory, group: str, span: spans.Span, nodes: Tally, edges: Tally) -> None:
    period, at = span
    row = GraphSlice(
        account=directory.account,
        region=directory.region,
        group=group,
        period=period,
        at=at,
        nodes=pack(nodes),
        edges=pack(edges),
    )
    GraphSlice.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=("account", "region", "group", "period", "at"),
        update_fields=("nodes", "edges"),
    )


def roll_up(directory: Directory, stored: Iterable[spans.Span], *, group: str = "") -> int:
    """Add up the longer spans that these complete, and the still longer ones that those complete; returns how many."""
    wanted = sorted({(one, at // wide * wide) for one, at in stored if (wide := spans.COARSER.get(one))})
    built = [(spans.COARSER[one], at) for one, at in wanted if _add_up(directory, group, one, at)]
    return len(built) + (roll_up(directory, built, group=group) if built else 0)


def _add_up(directory: Directory, group: str, period: int, start: int) -> bool:
    """Store the span that begins at `start` from those of `period`, if all of them are there."""
    wide = spans.COARSER[period]
    rows = GraphSlice.objects.filter(
        account=directory.account,
        region=directory.region,
        group=group,
        period=period,
        at__gte=start,
        at__lt=start + wide,
    ).values_list("at", "nodes", "edges")
    parts = list(rows)
    if not spans.whole({at for at, _, _ in parts}, period, start):
        return False
    nodes = add_up([unpack(packed) for _, packed, _ in parts])
    edges = add_up([unpack(packed) for _, _, packed in parts])
    _store(directory, group, (wide, start), nodes, edges)
    return True


def expire_graph(now: datetime, keep: Mapping[int, timedelta]) -> int:
    """Drop spans that are older than their period is kept, and nodes and edges that no kept span has."""
    old = Q()
    for period, time in keep.items():
        old |= Q(period=period, at__lt=int((now - time).timestamp()))
    gone = now - max(keep.values())
    slices = GraphSlice.objects.filter(old).delete()[0]
    edges = Edge.objects.filter(seen_at__lt=gone).delete()[0]
    return slices + edges + Node.objects.filter(seen_at__lt=gone).delete()[0]
