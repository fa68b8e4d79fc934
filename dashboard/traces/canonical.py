"""One answer of GetServiceGraph as nodes and edges with lasting names, each once: ReferenceIds end here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dashboard.aws.trace_values import Durations, XrayEdge, XrayService, XrayServiceId, XrayStatistics

FUNCTION, FUNCTION_SERVICE = "AWS::Lambda::Function", "AWS::Lambda"
"""X-Ray tells of a function twice: as itself, and as the service that runs it, which is what callers see."""
CLIENT = "client"
LONGEST_NAME, LONGEST_TYPE = 255, 128


class NodeKey(NamedTuple):
    """What makes a node the same in every answer."""

    account_id: str
    """Of AWS; the asking account's where X-Ray does not know it, and where nobody has connected it."""
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node. `arns` are those among its names."""

    key: NodeKey
    arns: frozenset[str]
    statistics: XrayStatistics
    times: Durations


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """One call path. `kind` is blank, or link: the target received what the source had been handed earlier."""

    source: NodeKey
    target: NodeKey
    kind: str
    statistics: XrayStatistics
    times: Durations
    ages: Durations


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole answer; `dropped` edges led to references that the answer does not have."""

    nodes: Sequence[GraphNode]
    edges: Sequence[GraphEdge]
    dropped: int


@dataclass(slots=True)
class _Part:
    """What one node gathers. `outer` are figures of the service that runs a function, `own` all others."""

    arns: set[str] = field(default_factory=set)
    own: list[XrayService] = field(default_factory=list)
    outer: list[XrayService] = field(default_factory=list)


def canonical(services: Iterable[XrayService], account_id: str, connected: Collection[str] = ()) -> Graph:
    """Nodes and edges of an answer that `account_id` gave; `connected` are other accounts that are known, by AWS id."""
    listed = list(services)
    keys = _keys(listed, account_id, {account_id, *connected})
    parts: dict[NodeKey, _Part] = defaultdict(_Part)
    calls: dict[tuple[NodeKey, NodeKey], list[XrayEdge]] = defaultdict(list)
    by_reference = {one.reference: position for position, one in enumerate(listed)}
    dropped = 0
    for one, key in zip(listed, keys, strict=True):
        part = parts[key]
        part.arns.update(name for name in (one.name, *one.names) if name.startswith("arn:"))
        (part.outer if one.type == FUNCTION_SERVICE else part.own).append(one)
        for edge in one.edges:
            position = by_reference.get(edge.reference)
            if position is None:
                dropped += 1
            elif not _is_inside(one, listed[position], key, keys[position]):
                calls[key, keys[position]].append(edge)
    edges = [_edge(source, target, some) for (source, target), some in sorted(calls.items(), key=lambda one: one[0])]
    nodes = [_node(key, part) for key, part in sorted(parts.items())]
    return Graph([_client(one, edges) if one.key.type == CLIENT else one for one in nodes], edges, dropped)


def _keys(services: Sequence[XrayService], account_id: str, known: Collection[str]) -> list[NodeKey]:
    """The key of each. One of unknown account is the one that the answer knows by the same name, if there is one."""
    named = [(name_of(one), FUNCTION if one.type == FUNCTION_SERVICE else one.type[:LONGEST_TYPE]) for one in services]
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one, name in zip(services, named, strict=True):
        owners[name] |= {one.account_id} & set(known)
    return [
        NodeKey(one.account_id if one.account_id in known else _only(owners[name], account_id), *name)
        for one, name in zip(services, named, strict=True)
    ]


def _only(owners: set[str], otherwise: str) -> str:
    return next(iter(owners)) if len(owners) == 1 else otherwise


def name_of(service: XrayService | XrayServiceId) -> str:
    """The node's name; a function's without ARN, version and alias."""
    name = service.name
    if service.type in {FUNCTION, FUNCTION_SERVICE}:
        name = name.split(":")[6] if name.startswith("arn:") and name.count(":") >= 6 else name.split(":")[0]
    return name[:LONGEST_NAME]


def _is_inside(source: XrayService, target: XrayService, source_key: NodeKey, target_key: NodeKey) -> bool:
    """Whether an edge leads from the service that runs a function to that function: both are one node here."""
    return source_key == target_key and (source.type, target.type) == (FUNCTION_SERVICE, FUNCTION)


def _node(key: NodeKey, part: _Part) -> GraphNode:
    """Callers see the service that runs a function: its figures count, the function's own where it is alone."""
    telling = part.outer or part.own
    times = tuple(pair for one in telling for pair in one.times)
    return GraphNode(key, frozenset(part.arns), added(one.statistics for one in telling), times)


def _client(node: GraphNode, edges: Iterable[GraphEdge]) -> GraphNode:
    """Clients don't report: what they did is what they called."""
    calls = [edge for edge in edges if edge.source == node.key]
    times = tuple(pair for edge in calls for pair in edge.times)
    return replace(node, statistics=added(edge.statistics for edge in calls), times=times)


def _edge(source: NodeKey, target: NodeKey, calls: Sequence[XrayEdge]) -> GraphEdge:
    return GraphEdge(
        source,
        target,
        max(one.kind for one in calls)[:16],
        added(one.statistics for one in calls),
        tuple(pair for one in calls for pair in one.times),
        tuple(pair for one in calls for pair in one.ages),
    )


def added(each: Iterable[XrayStatistics]) -> XrayStatistics:
    """The sum."""
    ok = error = throttle = fault = 0
    seconds = 0.0
    for one in each:
        ok, error, throttle, fault = ok + one.ok, error + one.error, throttle + one.throttle, fault + one.fault
        seconds += one.seconds
    return XrayStatistics(ok, error, throttle, fault, seconds)


def told_by(graph: Graph, account_id: str) -> Graph:
    """Of a graph that an account gave, what it alone may tell: its own nodes, and the edges that begin at them.

    Other connected accounts tell of theirs, so that nothing counts twice.
    """
    return Graph(
        [one for one in graph.nodes if one.key.account_id == account_id],
        [one for one in graph.edges if one.source.account_id == account_id],
        graph.dropped,
    )
