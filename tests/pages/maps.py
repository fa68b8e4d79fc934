"""Service maps made by hand, for everything that is worked out from one."""

from collections.abc import Mapping, Sequence

from dashboard.traces.histogram import counted
from dashboard.traces.read.shape import Coverage, Flow, MapEdge, MapNode, ServiceMap, Waiting

STACKS = {"checkout": 1, "orders": 2, "payments": 3}


def flow(
    ok: int = 100, error: int = 0, throttle: int = 0, fault: int = 0, *, seconds: float = 0.1, minutes: float = 10
) -> Flow:
    total = ok + error + throttle + fault
    return Flow(ok, error, throttle, fault, total * seconds, minutes, *counted([(seconds, total)] if total else []))


def node(
    ident: str, flows: Flow | None = None, *, stack: str = "", before: Flow | None = None, **columns: object
) -> MapNode:
    given = {
        "id": ident, "name": ident, "type": "AWS::Lambda::Function", "service": "lambda", "kind": "service",
        "entry": False, "resource_id": None, "stack_id": STACKS.get(stack), "stack_name": stack,
        "account_id": "000000000001", "account_name": "Shop", "region": "eu-west-1", "environment": "prod",
        "state": "unknown", "reason": "", "hidden": False, "flow": flows, "before": before,
    }  # fmt: skip
    return MapNode(**(given | columns))  # type: ignore[arg-type]


def edge(
    source: str, target: str, flows: Flow | None = None, *, traced: bool = True, link: bool = False,
    relation: str = "", waited: float | None = None, before: Flow | None = None,
) -> MapEdge:  # fmt: skip
    waiting = None if waited is None else Waiting(waited / 2, waited, "traces")
    return MapEdge(f"{source}-{target}", source, target, traced, relation, link, flows, before, waiting)


def a_map(
    nodes: Sequence[MapNode], edges: Sequence[MapEdge] = (), coverage: Mapping[int, Coverage] | None = None
) -> ServiceMap:
    return ServiceMap(nodes, edges, coverage or {}, None, "1")
