"""The map as tables: nodes and connections with their figures, worst first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.pages.map.costing import Burns
from dashboard.pages.map.grouping import CLIENT
from dashboard.pages.map.judging import ORDER, tone_of, trouble_of, worst
from dashboard.pages.map.words import noun_of_node, relation_of
from dashboard.spend.live import Burn
from dashboard.traces.read.shape import Flow, MapEdge, MapNode, Waiting

PILLS = {"critical": "Unhealthy", "warning": "Degraded", "ok": "Healthy"}
"""Words of states."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns that nodes and connections share; None where nothing is known."""

    per_minute: float | None
    bad_share: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    tone: str
    trouble: str

    @property
    def said(self) -> str:
        """What is bad, else the state's word."""
        return self.trouble or PILLS.get(self.tone, "No data")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node."""

    node: MapNode
    name: str
    icon: str
    noun: str
    figures: Figures
    burn: Burn | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One connection."""

    edge: MapEdge
    source: str
    target: str
    relation: str
    figures: Figures
    waiting: Waiting | None


def figures_of(flow: Flow | None, state: str = "") -> Figures:
    """A flow as columns; the tone is the worse of the flow's and the verdict's."""
    tone = worst((tone_of(flow), state or "unknown"))
    if flow is None or not flow.total:
        return Figures(flow.per_minute if flow else None, None, None, None, None, tone, "")
    p50, _, p95, p99 = flow.percentiles()
    return Figures(flow.per_minute, flow.bad_share, p50, p95, p99, tone, trouble_of(flow))


def node_rows(nodes: Iterable[MapNode], burns: Burns) -> list[NodeRow]:
    """Nodes, worst first, then busiest, with what their resources cost."""
    return sorted((node_row(node, burns) for node in nodes), key=lambda row: _rank(row.figures))


def line_rows(edges: Sequence[MapEdge], nodes: Iterable[MapNode]) -> list[LineRow]:
    """Connections, in the same order."""
    names: Mapping[str, str] = {node.id: name_of(node) for node in nodes}
    rows = [
        LineRow(
            edge=edge,
            source=names[edge.source],
            target=names[edge.target],
            relation=relation_of(edge.relation),
            figures=figures_of(edge.flow),
            waiting=edge.waiting,
        )
        for edge in edges
    ]
    return sorted(rows, key=lambda row: _rank(row.figures))


def _rank(figures: Figures) -> tuple[int, float]:
    return ORDER.get(figures.tone, 4), -(figures.per_minute or 0)


def node_row(node: MapNode, burns: Burns) -> NodeRow:
    """One node; clients are not ill: what they call is."""
    figures = figures_of(node.flow, node.state)
    return NodeRow(
        node=node,
        name=name_of(node),
        icon=node.service or "other",
        noun=noun_of_node(node).removesuffix(" of"),
        figures=figures if node.kind != CLIENT else replace(figures, tone="ok", trouble=""),
        burn=burns.get(node.resource_id) if node.resource_id is not None and not node.hidden else None,
    )


def name_of(node: MapNode) -> str:
    """A node's name as tables say it."""
    if node.hidden:
        return "Resource of another team"
    return f"Clients of {node.name}" if node.kind == "client" else node.name
