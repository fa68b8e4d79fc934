"""The service map of a window: what traces show, what configuration knows beyond that, and how much that is."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from types import MappingProxyType

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.traces.canonical import CLIENT
from dashboard.traces.read.flows import Figures, figures_of
from dashboard.traces.read.map_boxes import SERVICE, Box, boxes_by_resource, boxes_of_nodes
from dashboard.traces.read.map_edges import (
    Ages,
    Ends,
    Pair,
    configured_ends,
    traced_edge,
    traced_ends,
    untraced_edge,
)
from dashboard.traces.read.map_rows import edge_rows, link_rows, linked_resources, node_rows
from dashboard.traces.read.map_view import Seen, View, seen
from dashboard.traces.read.shape import Coverage, Flow, MapEdge, MapNode, ServiceMap
from dashboard.traces.read.slices import Place, totals

States = Mapping[int, tuple[str, str]]
HIDDEN_NAME = "Hidden"
UNKNOWN = ("unknown", "")
NO_STATES: States = MappingProxyType({})
NO_AGES: Ages = MappingProxyType({})


def service_map(
    scope: Scope,
    window: Window,
    *,
    compared: Window | None = None,
    accounts: Collection[str] = (),
    environments: Collection[str] = (),
    teams: Collection[str] = (),
    group: str = "",
    stack_ids: Collection[int] | None = None,
    states: States = NO_STATES,
    ages: Ages = NO_AGES,
) -> ServiceMap:
    """The map as the user may see it, in six queries.

    `states` are verdicts and their reasons by resource id; `ages` how long messages wait, median and worst in seconds,
    by the id of a queue or stream. Filters keep what they pick and its direct neighbours.
    """
    windows = [window] if compared is None else [window, compared]
    now, *earlier = (figures_of(total) for total in totals(windows, group))
    picture = _picture(window, now)
    view = View(scope, accounts, environments, teams, stack_ids)
    shown = seen(view, picture.boxes.values(), picture.pairs())
    before = earlier[0] if earlier else None
    edges = [edge for edge in _edges(picture, now, before, ages) if _is_shown(edge, shown, picture.boxes, view)]
    entries = _entries(edges, picture.boxes)
    nodes = [
        _hidden(picture.boxes[one])
        if how == Seen.HIDDEN
        else _shown(picture, one, now, before, states, entry=one in entries)
        for one, how in sorted(shown.items(), key=lambda one: (one[0][0], int(one[0][1:])))
    ]
    return ServiceMap(
        nodes=nodes,
        edges=edges,
        coverage=_coverage(picture, view),
        newest_at=now.total.newest_at,
        version=_version(nodes, edges, [now, *earlier]),
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """All boxes that are drawn, and what connects them, whoever looks."""

    boxes: Mapping[str, Box]
    places: Mapping[int, Place]
    """Whose graph tells of a node, by its id."""
    traced: Mapping[Pair, Ends]
    untraced: Mapping[Pair, str]

    def pairs(self) -> Iterable[Pair]:
        """Everything that is connected."""
        return [*self.traced, *self.untraced]


def _picture(window: Window, now: Figures) -> Picture:
    rows = {row.pk: row for row in node_rows(window.start)}
    boxes = boxes_of_nodes(list(rows.values()))
    by_node = {pk: box for box in boxes for pk in box.members}
    traced = traced_ends(edge_rows(window.start), by_node, now.edges)
    busy = {by_node[pk].id for pk in now.nodes.ids() if pk in by_node} | {one for pair in traced for one in pair}
    ends = linked_resources()
    drawable = [box for box in boxes if box.id in busy or box.resource_id is not None]
    by_resource = boxes_by_resource(drawable, rows, ends.values())
    said = configured_ends(link_rows(), by_resource, traced)
    untraced = {pair: kind for pair, kind in said.items() if pair not in traced}
    drawn = busy | {one for pair in untraced for one in pair}
    known = {box.id: box for box in (*drawable, *by_resource.values())}
    related = {pair: replace(one, relation=said.get(pair, "")) for pair, one in traced.items()}
    places = {row.pk: (row.account_id, row.region) for row in rows.values()}
    return Picture({one: known[one] for one in drawn}, places, related, untraced)


def _edges(picture: Picture, now: Figures, before: Figures | None, ages: Ages) -> list[MapEdge]:
    traced = [traced_edge(one, now, before, ages) for one in picture.traced.values()]
    boxes = picture.boxes
    untraced = [untraced_edge(boxes[one], boxes[other], kind, ages) for (one, other), kind in picture.untraced.items()]
    return [*traced, *untraced]


def _is_shown(edge: MapEdge, shown: Mapping[str, Seen], boxes: Mapping[str, Box], view: View) -> bool:
    """Whether both ends are drawn, and one of them for its own sake."""
    if edge.source not in shown or edge.target not in shown:
        return False
    return view.is_centre(boxes[edge.source]) or view.is_centre(boxes[edge.target])


def _entries(edges: Iterable[MapEdge], boxes: Mapping[str, Box]) -> set[str]:
    """Where traces begin: what clients call, and callers that nobody calls."""
    traced = [edge for edge in edges if edge.traced]
    called = {edge.target for edge in traced if boxes[edge.source].kind != CLIENT}
    by_clients = {edge.target for edge in traced if boxes[edge.source].kind == CLIENT}
    alone = {edge.source for edge in traced if edge.source not in called and boxes[edge.source].kind == SERVICE}
    return by_clients | alone


def _shown(picture: Picture, one: str, now: Figures, before: Figures | None, states: States, *, entry: bool) -> MapNode:
    """A box with its figures; where several nodes tell of it, those of the one that saw most."""
    box = picture.boxes[one]
    telling = max(box.members, key=now.nodes.total, default=None)
    flow, earlier = (
        figures.of_node(telling, picture.places[telling]) if figures and telling is not None else None
        for figures in (now, before)
    )
    return _node(box, states.get(box.resource_id or 0, UNKNOWN), flow, earlier, entry=entry)


def _node(box: Box, state: tuple[str, str], flow: Flow | None, before: Flow | None, *, entry: bool) -> MapNode:
    return MapNode(
        id=box.id,
        name=box.name,
        type=box.type,
        service=box.service,
        kind=box.kind,
        entry=entry,
        resource_id=box.resource_id,
        stack_id=box.stack_id,
        stack_name=box.stack_name,
        account_id=box.account_id,
        account_name=box.account_name,
        region=box.region,
        environment=box.environment,
        state=state[0],
        reason=state[1],
        hidden=False,
        flow=flow,
        before=before,
    )


def _hidden(box: Box) -> MapNode:
    """That there is something, and nothing else of it."""
    unknown = replace(
        box, name=HIDDEN_NAME, type="", service="", kind=SERVICE, resource_id=None, stack_id=None, stack_name="",
        environment="", account_id="", account_name="", region="",
    )  # fmt: skip
    return replace(_node(unknown, UNKNOWN, None, None, entry=False), hidden=True)


def _coverage(picture: Picture, view: View) -> dict[int, Coverage]:
    """Connections at each stack that may be seen, and how many of them traces show."""
    traced, known = Counter[int](), Counter[int]()
    for pair in picture.pairs():
        stacks = {picture.boxes[one].stack_id for one in pair if view.owns(picture.boxes[one])} - {None}
        known.update(one for one in stacks if one is not None)
        if pair in picture.traced:
            traced.update(one for one in stacks if one is not None)
    return {stack: Coverage(traced[stack], number) for stack, number in known.items()}


def _version(nodes: Sequence[MapNode], edges: Sequence[MapEdge], figures: Sequence[Figures]) -> str:
    """Changes with anything that is drawn."""
    drawn = (
        [one.total.read for one in figures],
        [(one.id, one.name, one.state, one.reason, one.stack_name, one.hidden) for one in nodes],
        [(one.id, one.traced, one.relation, one.waiting) for one in edges],
    )
    return blake2s(repr(drawn).encode(), digest_size=8).hexdigest()
