"""Rows of nodes and edges by what X-Ray calls them: found, added, moved to where their own account says they are."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from dashboard.inventory.models import Account
from dashboard.traces.canonical import Graph, GraphEdge, NodeKey
from dashboard.traces.models import Edge, Node
from dashboard.traces.write.join import join_nodes

SEEN_AGAIN = timedelta(hours=1)
"""How exactly it is noted when something was seen last."""

Arns = Mapping[NodeKey, Collection[str]]
Ends = tuple[NodeKey, NodeKey]


class Directory:
    """Ids of what one account's region tells of, read once for a run; what is new is added."""

    def __init__(self, account: Account, region: str) -> None:
        self.account, self.region = account, region
        self.connected = dict(Account.objects.values_list("account_id", "pk"))
        self._nodes: dict[NodeKey, Node] = {}
        self._edges: dict[tuple[int, int], Edge] = {}
        for node in Node.objects.filter(account=account, region=region):
            self._nodes[NodeKey(account.account_id, node.name, node.type)] = node
        self._load_edges()

    def ids(self, graph: Graph, at: datetime) -> tuple[dict[NodeKey, int], dict[Ends, int]]:
        """Ids of all nodes and edges of a graph that ended `at`."""
        arns = {one.key: one.arns for one in graph.nodes}
        self._adopt(self._missing(arns))
        self._find_others(self._missing(arns))
        self._add({key: arns[key] for key in self._missing(arns)}, at)
        nodes = {key: self._nodes[key] for key in arns}
        self._confirm(node for key, node in nodes.items() if key.account_id == self.account.account_id)
        ids = {key: node.pk for key, node in nodes.items()}
        edges = self._find_edges(graph.edges, ids, at)
        _touch(Node, nodes.values(), at)
        _touch(Edge, edges.values(), at)
        return ids, {ends: edge.pk for ends, edge in edges.items()}

    def _missing(self, keys: Iterable[NodeKey]) -> set[NodeKey]:
        return {key for key in keys if key not in self._nodes}

    def _adopt(self, missing: Collection[NodeKey]) -> None:
        """Take over own nodes that only another account had told of, in its own region."""
        own = {key.name for key in missing if key.account_id == self.account.account_id}
        if not own:
            return
        moved = []
        for node in Node.objects.filter(account=self.account, confirmed=False, name__in=own).order_by("pk"):
            key = NodeKey(self.account.account_id, node.name, node.type)
            if key in missing and key not in self._nodes:
                node.region, node.resource, node.confirmed = self.region, None, True
                self._nodes[key] = node
                moved.append(node)
        Node.objects.bulk_update(moved, ["region", "resource", "confirmed"], batch_size=200)
        join_nodes(Node.objects.filter(pk__in=[node.pk for node in moved]))

    def _find_others(self, missing: Collection[NodeKey]) -> None:
        """Find nodes of other accounts wherever those have them."""
        others = {key for key in missing if key.account_id != self.account.account_id}
        if not others:
            return
        accounts = {self.connected[key.account_id] for key in others}
        found = Node.objects.filter(account__in=accounts, name__in={key.name for key in others})
        likeliest_last = sorted(
            found.select_related("account"), key=lambda node: (node.confirmed, node.region == self.region, -node.pk)
        )
        for node in likeliest_last:
            key = NodeKey(node.account.account_id, node.name, node.type)
            if key in others:
                self._nodes[key] = node

    def _add(self, missing: Arns, at: datetime) -> None:
        if not missing:
            return
        rows = [
            Node(
                account_id=self.connected[key.account_id],
                region=self.region,
                name=key.name,
                type=key.type,
                confirmed=key.account_id == self.account.account_id,
                seen_at=at,
            )
            for key in missing
        ]
        Node.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)
        accounts = {row.account_id for row in rows}
        added = Node.objects.filter(account__in=accounts, region=self.region, name__in={row.name for row in rows})
        arns: dict[int, Collection[str]] = {}
        for node in added.select_related("account"):
            key = NodeKey(node.account.account_id, node.name, node.type)
            if key in missing:
                self._nodes[key] = node
                arns[node.pk] = missing[key]
        join_nodes(Node.objects.filter(pk__in=arns), arns)

    def _confirm(self, own: Iterable[Node]) -> None:
        """Note that the account's own graph tells of them."""
        news = [node for node in own if not node.confirmed]
        for node in news:
            node.confirmed = True
        Node.objects.bulk_update(news, ["confirmed"], batch_size=200)

    def _load_edges(self) -> None:
        """Edges that the region tells of begin in it, or at nodes of other accounts."""
        for edge in Edge.objects.filter(source__in=[node.pk for node in self._nodes.values()]):
            self._edges[edge.source_id, edge.target_id] = edge

    def _find_edges(self, edges: Iterable[GraphEdge], nodes: Mapping[NodeKey, int], at: datetime) -> dict[Ends, Edge]:
        ends = {(one.source, one.target): (nodes[one.source], nodes[one.target]) for one in edges}
        kinds = {(nodes[one.source], nodes[one.target]): one.kind for one in edges}
        if any(pair not in self._edges for pair in kinds):
            self._load_edges()
        missing = [
            Edge(source_id=source, target_id=target, kind=kind, seen_at=at)
            for (source, target), kind in kinds.items()
            if (source, target) not in self._edges
        ]
        if missing:
            Edge.objects.bulk_create(missing, batch_size=200, ignore_conflicts=True)
            self._load_edges()
        return {names: self._edges[pair] for names, pair in ends.items()}


def _touch(table: type[Node] | type[Edge], rows: Iterable[Node | Edge], at: datetime) -> None:
    """Note that they were seen; of most that is known already."""
    stale = [row for row in rows if row.seen_at < at - SEEN_AGAIN]
    if stale:
        table.objects.filter(pk__in=[row.pk for row in stale]).update(seen_at=at)
    for row in stale:
        row.seen_at = at
