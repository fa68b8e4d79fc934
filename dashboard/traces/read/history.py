"""How a single node or connection did over a window, as a whole and column by column."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.inventory.models import Resource, Stack
from dashboard.traces.models import Edge, Node
from dashboard.traces.read.flows import Flows, sum_of
from dashboard.traces.read.shape import Column, Flow, History
from dashboard.traces.read.slices import Listed, Place, covering, packed_slices, slices_of
from dashboard.traces.spans import DAY, HOUR, MINUTE, TEN_MINUTES
from dashboard.traces.tally import add_up, only, unpack

STEPS = ((timedelta(hours=2), MINUTE), (timedelta(days=2), TEN_MINUTES), (timedelta(days=8), HOUR))
"""Windows up to these lengths have columns of so many seconds; longer ones have days."""
OF_NODES, OF_EDGES = 0, 1
NOTHING_YET = Flow(0, 0, 0, 0, 0.0, 1.0, np.empty(0, np.int16), np.empty(0, np.uint32))
"""Of a window in which nothing has been collected."""


class Item(NamedTuple):
    """A node or an edge, and whose graph tells of it."""

    pk: int
    place: Place


def node_history(
    scope: Scope, node_pk: int, window: Window, compared: Window | None = None, *, group: str = ""
) -> History | None:
    """A node over a window; None where there is none that the user may see."""
    node = Node.objects.select_related("resource__stack").filter(pk=node_pk).first()
    if node is None or not _may_see(scope, node):
        return None
    reader = Reader((window, compared), group, OF_NODES)
    # Where several nodes are one resource, the one that saw most tells, as on the map.
    histories = [reader.history([item]) for item in _items_of(node)]
    return max(histories, key=lambda one: one.whole.total)


def edge_history(
    scope: Scope, source_pk: int, target_pk: int, window: Window, compared: Window | None = None, *, group: str = ""
) -> History | None:
    """A connection over a window; None where there is none, or neither end is the user's."""
    nodes = Node.objects.select_related("resource__stack").in_bulk([source_pk, target_pk])
    if len(nodes) < 2 or not any(_owns(scope, node) for node in nodes.values()):
        return None
    sources, targets = ([item.pk for item in _items_of(nodes[pk])] for pk in (source_pk, target_pk))
    rows = Edge.objects.filter(source__in=sources, target__in=targets).order_by("pk")
    items = [
        Item(pk, (account, region))
        for pk, account, region in rows.values_list("pk", "source__account_id", "source__region")
    ]
    return Reader((window, compared), group, OF_EDGES).history(items) if items else None


def nodes_of_resource(resource: Resource) -> list[Node]:
    """Nodes of traces that are a resource."""
    return list(Node.objects.filter(resource=resource).order_by("pk"))


def nodes_of_stack(stack: Stack) -> list[Node]:
    """Nodes of traces that are resources of a stack."""
    return list(Node.objects.filter(resource__stack=stack).order_by("pk"))


def _items_of(node: Node) -> list[Item]:
    nodes = nodes_of_resource(node.resource) if node.resource else [node]
    return [Item(one.pk, (one.account_id, one.region)) for one in nodes]


def _owns(scope: Scope, node: Node) -> bool:
    """Whether it belongs to a stack that the user may see."""
    return scope.everything or (node.resource is not None and node.resource.stack.team_id in scope.team_ids)


def _may_see(scope: Scope, node: Node) -> bool:
    """Whether it is the user's own, or belongs to nobody and stands next to something of theirs."""
    if _owns(scope, node) or node.resource is not None:
        return _owns(scope, node)
    theirs = scope.team_ids
    beside = Q(source=node, target__resource__stack__team__in=theirs)
    return Edge.objects.filter(beside | Q(target=node, source__resource__stack__team__in=theirs)).exists()


def step_of(window: Window) -> int:
    """Seconds of a column."""
    return next((step for length, step in STEPS if window.length <= length), DAY)


@dataclass(frozen=True)
class Reader:
    """Reads items of a group's graph in a window and, where there is one, in the compared window."""

    windows: tuple[Window, Window | None]
    group: str
    side: int

    def history(self, items: Sequence[Item]) -> History:
        """Those items together."""
        window, compared = self.windows
        listed = self._listed(items)
        step = step_of(window)
        fine = {place: covering(window, some, step) for place, some in listed.items()}
        rough = {place: covering(window, some) for place, some in listed.items()}
        earlier = {place: covering(compared, some) for place, some in listed.items()} if compared else {}
        chosen = {one[0] for by_place in (fine, rough, earlier) for some in by_place.values() for one in some}
        packed = {pk: both[self.side] for pk, both in packed_slices(chosen).items()}

        def flow(item: Item, slices: Iterable[Listed]) -> Flow | None:
            there = list(slices)
            total = add_up([only(unpack(packed[one[0]]), item.pk) for one in there])
            return Flows(total).of(item.pk, minutes_of(there)) or nothing(minutes_of(there))

        return History(
            step=step,
            whole=sum_of([flow(item, rough[item.place]) for item in items]) or NOTHING_YET,
            before=sum_of([flow(item, earlier[item.place]) for item in items]) if compared else None,
            columns=_columns(items, fine, step, flow),
        )

    def _listed(self, items: Sequence[Item]) -> dict[Place, list[Listed]]:
        places: dict[Place, list[Listed]] = {item.place: [] for item in items}
        asked = [one for one in self.windows if one]
        for account, region in list(places):
            places[account, region] = slices_of(asked, self.group, account=account, region=region)
        return places


def _columns(
    items: Sequence[Item],
    slices: Mapping[Place, Sequence[Listed]],
    step: int,
    flow: Callable[[Item, Iterable[Listed]], Flow | None],
) -> list[Column]:
    """Columns in which something was collected, in order of time."""
    by_start: dict[int, dict[Item, list[Listed]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        for one in slices[item.place]:
            by_start[one[4] // step * step][item].append(one)
    flows = {at: sum_of([flow(item, some) for item, some in each.items()]) for at, each in by_start.items()}
    return [Column(at, one) for at, one in sorted(flows.items()) if one is not None]


def minutes_of(slices: Sequence[Listed]) -> float:
    """How many minutes they hold."""
    return sum(one[3] for one in slices) / MINUTE


def nothing(minutes: float) -> Flow | None:
    """No request in so many minutes; None where nothing was collected."""
    return replace(NOTHING_YET, minutes=minutes) if minutes else None
