"""What of a service map is drawn: which nodes, which stacks as one box, which lines between them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.pages.map.expressions import Condition, Facts
from dashboard.pages.map.judging import tone_of, worst
from dashboard.traces.read.flows import sum_of
from dashboard.traces.read.shape import Coverage, Flow, MapEdge, MapNode, ServiceMap, Waiting

MANY = 40
"""Nodes above which stacks are collapsed unless asked otherwise: more are not readable at once."""
CLIENT, STACK, HIDDEN = "client", "stack", "hidden"


@dataclass(frozen=True, slots=True)
class Box:
    """A node, or all nodes of a collapsed stack."""

    id: str
    kind: str
    """service, client, remote, untraced, stack or hidden."""
    members: tuple[MapNode, ...]
    flow: Flow | None
    before: Flow | None
    tone: str
    """The worst of what metrics and traces say: critical, warning, ok or unknown."""
    entry: bool
    found: int
    """How many members the find expression holds for."""

    @property
    def first(self) -> MapNode:
        """The node; any of a stack's."""
        return self.members[0]

    @property
    def frame(self) -> int | None:
        """The open stack that it is drawn in."""
        return None if self.kind == STACK else self.first.stack_id


@dataclass(frozen=True, slots=True)
class Line:
    """Who calls whom among boxes."""

    id: str
    source: str
    target: str
    edges: tuple[MapEdge, ...]
    flow: Flow | None
    before: Flow | None
    waiting: Waiting | None

    @property
    def traced(self) -> bool:
        """Whether traces show any of it."""
        return any(edge.traced for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What is drawn."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    opened: Mapping[int, str]
    """Names of the stacks that are drawn as frames."""
    coverage: Mapping[int, Coverage]
    collapsing: bool
    """Whether stacks are collapsed unless they were opened."""
    left_out: int
    """Nodes that focus, hide or minimum traffic left out."""


def group(
    given: ServiceMap,
    *,
    collapse: str = "",
    opened: Collection[int] = (),
    focus: str = "",
    hops: int = 1,
    find: Condition | None = None,
    hide: Condition | None = None,
    least: float = 0,
    replayed: bool = False,
) -> Grouped:
    """Choose, collapse, sum up.

    `replayed`: the map was compared with a part of its window. What is drawn is chosen by the whole, figures are those
    of the part, beside those of the whole.
    """
    facts = facts_of(given) if find or hide else {}
    edges = [edge for edge in given.edges if edge.flow is None or edge.flow.per_minute >= least]
    kept = {node.id for node in given.nodes if _is_kept(node, least) and not (hide and hide(facts[node.id]))}
    if focus:
        kept &= within(focus, hops, [edge for edge in edges if {edge.source, edge.target} <= kept])
    nodes = [node for node in given.nodes if node.id in kept]
    collapsing = collapse == "all" or (collapse != "none" and len(nodes) > MANY)
    closed = _closed(nodes, opened) if collapsing else set()
    found = {node.id for node in nodes if find and find(facts[node.id])}
    belongs = _belongs(nodes, edges, closed)
    if replayed:
        nodes = [replace(node, flow=node.before, before=node.flow) for node in nodes]
        edges = [replace(edge, flow=edge.before, before=edge.flow, waiting=None) for edge in edges]
    names = {node.stack_id: node.stack_name for node in nodes if node.stack_id is not None and not node.hidden}
    return Grouped(
        boxes=_boxes(nodes, edges, belongs, found),
        lines=_lines(edges, belongs),
        opened={stack: name for stack, name in names.items() if stack not in closed},
        coverage=given.coverage,
        collapsing=collapsing,
        left_out=len(given.nodes) - len(nodes),
    )


def facts_of(given: ServiceMap) -> dict[str, Facts]:
    """What expressions may ask, by node."""
    waiting: dict[str, float] = {}
    for edge in given.edges:
        if edge.waiting:
            waiting[edge.source] = max(waiting.get(edge.source, 0.0), edge.waiting.worst)
    return {node.id: _facts(node, waiting.get(node.id)) for node in given.nodes}


def _facts(node: MapNode, waiting: float | None) -> Facts:
    flow = node.flow
    p50, _, p95, p99 = flow.percentiles() if flow else (None,) * 4
    total = flow.total if flow else 0

    def share(number: int) -> float | None:
        return number / total if total else None

    return {
        "name": "clients" if node.kind == CLIENT else node.name,
        "service": node.service or node.kind,
        "stack": node.stack_name,
        "account": f"{node.account_name} {node.account_id}",
        "region": node.region,
        "environment": node.environment,
        "kind": HIDDEN if node.hidden else node.kind,
        "health": worst((node.state, tone_of(flow))),
        "requests": flow.per_minute if flow else None,
        "errors": share(total - flow.ok) if flow else None,
        "faults": share(flow.fault) if flow else None,
        "throttles": share(flow.throttle) if flow else None,
        "p50": p50,
        "p95": p95,
        "p99": p99,
        "waiting": waiting,
        "traced": node.kind != "untraced",
        "entry": node.entry,
    }


def _is_kept(node: MapNode, least: float) -> bool:
    """What is known to have little traffic goes; of the rest nothing is known."""
    return node.flow is None or node.flow.per_minute >= least


def within(focus: str, hops: int, edges: Iterable[MapEdge]) -> set[str]:
    """Ids of a node and of its neighbours so many steps away, whichever way they call."""
    near: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        near[edge.source].add(edge.target)
        near[edge.target].add(edge.source)
    reached = {focus}
    for _ in range(hops):
        reached |= {other for one in reached for other in near[one]}
    return reached


def _closed(nodes: Iterable[MapNode], opened: Collection[int]) -> set[int]:
    """Stacks that are one box: those of several nodes that nobody has opened."""
    sizes = Counter(node.stack_id for node in nodes if node.stack_id is not None and not node.hidden)
    return {stack for stack, size in sizes.items() if size > 1 and stack not in opened}


def _belongs(nodes: Sequence[MapNode], edges: Iterable[MapEdge], closed: Collection[int]) -> dict[str, str]:
    """The box of each node. Clients that call one collapsed stack alone are part of it: its box says that they call."""
    belongs = {node.id: f"s{node.stack_id}" if node.stack_id in closed else node.id for node in nodes}
    called: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.source in belongs and edge.target in belongs:
            called[edge.source].add(belongs[edge.target])
    for node in nodes:
        if node.kind == CLIENT and len(called[node.id]) == 1 and (box := min(called[node.id])).startswith("s"):
            belongs[node.id] = box
    return belongs


def _boxes(
    nodes: Sequence[MapNode], edges: Iterable[MapEdge], belongs: Mapping[str, str], found: Collection[str]
) -> list[Box]:
    together: dict[str, list[MapNode]] = defaultdict(list)
    for node in nodes:
        together[belongs[node.id]].append(node)
    clients = {node.id for node in nodes if node.kind == CLIENT}
    called = {
        edge.target
        for edge in edges
        if belongs.get(edge.source) == belongs.get(edge.target) and not edge.link and edge.source not in clients
    }
    return [_box(ident, tuple(members), called, found) for ident, members in together.items()]


def _box(ident: str, members: tuple[MapNode, ...], called: Collection[str], found: Collection[str]) -> Box:
    """A collapsed stack's requests are those that nobody in it makes: calls from outside, messages, own beginnings."""
    number = sum(node.id in found for node in members)
    if not ident.startswith("s"):
        node = members[0]
        kind = HIDDEN if node.hidden else node.kind
        # What clients get is what they call that hurts.
        tone = "ok" if node.kind == CLIENT else worst((node.state, tone_of(node.flow)))
        return Box(ident, kind, members, node.flow, node.before, tone, node.entry, number)
    own = tuple(node for node in members if node.kind != CLIENT)
    front = [node for node in own if node.id not in called] or own
    return Box(
        id=ident,
        kind=STACK,
        members=own,
        flow=sum_of([node.flow for node in front]),
        before=sum_of([node.before for node in front]),
        tone=worst(state for node in own for state in (node.state, tone_of(node.flow))),
        entry=len(own) < len(members),
        found=number,
    )


def _lines(edges: Iterable[MapEdge], belongs: Mapping[str, str]) -> list[Line]:
    together: dict[tuple[str, str], list[MapEdge]] = defaultdict(list)
    for edge in edges:
        if edge.source in belongs and edge.target in belongs:
            pair = belongs[edge.source], belongs[edge.target]
            if pair[0] != pair[1] or edge.source == edge.target == pair[0]:
                together[pair].append(edge)
    return [_line(pair, tuple(some)) for pair, some in together.items()]


def _line(pair: tuple[str, str], edges: tuple[MapEdge, ...]) -> Line:
    waiting = [edge.waiting for edge in edges if edge.waiting]
    return Line(
        id=f"{pair[0]}-{pair[1]}",
        source=pair[0],
        target=pair[1],
        edges=edges,
        flow=sum_of([edge.flow for edge in edges]),
        before=sum_of([edge.before for edge in edges]),
        waiting=max(waiting, key=lambda one: one.worst, default=None),
    )
