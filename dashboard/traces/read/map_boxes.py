"""Boxes of the service map: nodes of traces, those of one resource together, and resources without traces."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.catalog.tracing import REMOTE, plain_name
from dashboard.traces import naming
from dashboard.traces.canonical import CLIENT
from dashboard.traces.read.map_rows import NodeRow, ResourceRow

SERVICE, UNTRACED = "service", "untraced"
DATABASE_PREFIX = "Database::"


@dataclass(frozen=True, slots=True)
class Box:
    """One box before it is known what it may show. `members` are ids of nodes, the first stands for all."""

    id: str
    members: tuple[int, ...]
    name: str
    type: str
    service: str
    kind: str
    resource_id: int | None
    stack_id: int | None
    stack_name: str
    team_id: int | None
    team_name: str
    environment: str
    account: int
    account_id: str
    account_name: str
    region: str


def boxes_of_nodes(rows: Sequence[NodeRow]) -> list[Box]:
    """Nodes of one resource are one box: X-Ray may know it in several regions, or under two types."""
    together: dict[tuple[str, int], list[NodeRow]] = defaultdict(list)
    for row in rows:
        key = ("n", row.pk) if row.resource_id is None else ("r", row.resource_id)
        together[key].append(row)
    return [_box(sorted(some, key=_distance)) for some in together.values()]


def _distance(row: NodeRow) -> tuple[bool, int]:
    """How far a node is from being the resource itself."""
    at_home = (row.account_id, row.region) == (row.resource__account_id, row.resource__region)
    return not (row.confirmed and at_home), row.pk


def _box(rows: Sequence[NodeRow]) -> Box:
    first = rows[0]
    return Box(
        id=f"n{first.pk}",
        members=tuple(row.pk for row in rows),
        name=first.resource__name or _short(first.name),
        type=first.type,
        service=first.resource__service or naming.service_of(first.type),
        kind=_kind(first),
        resource_id=first.resource_id,
        stack_id=first.resource__stack_id,
        stack_name=first.resource__stack__name or "",
        team_id=first.resource__stack__team_id,
        team_name=first.resource__stack__team__name or "",
        environment=first.resource__stack__environment or "",
        account=first.account_id,
        account_id=first.account__account_id,
        account_name=first.account__name,
        region=first.resource__region or first.region,
    )


def _short(name: str) -> str:
    """A queue's name instead of its URL."""
    return name.rstrip("/").rpartition("/")[2] or name if "://" in name else name


def _kind(row: NodeRow) -> str:
    if row.type == CLIENT:
        return CLIENT
    outside = row.type == REMOTE or row.type.startswith(DATABASE_PREFIX) or not row.type
    return REMOTE if outside and row.resource_id is None else SERVICE


def box_of_resource(row: ResourceRow) -> Box:
    """The box of a resource that traces don't know."""
    return Box(
        id=f"r{row.pk}",
        members=(),
        name=row.name,
        type="",
        service=row.service,
        kind=UNTRACED,
        resource_id=row.pk,
        stack_id=row.stack_id,
        stack_name=row.stack__name,
        team_id=row.stack__team_id,
        team_name=row.stack__team__name or "",
        environment=row.stack__environment,
        account=row.account_id,
        account_id=row.account__account_id,
        account_name=row.account__name,
        region=row.region,
    )


def boxes_by_resource(boxes: Iterable[Box], rows: Mapping[int, NodeRow], ends: Iterable[ResourceRow]) -> dict[int, Box]:
    """The box of each resource at the end of a link; several may share one: X-Ray knows a bus, not its rules."""
    found: dict[int, Box] = {}
    unjoined: dict[tuple[int, str, str], list[Box]] = defaultdict(list)
    for box in boxes:
        if box.resource_id is not None:
            found[box.resource_id] = box
        else:
            node = rows[box.members[0]]
            unjoined[node.account_id, node.type, plain_name(node.name)].append(box)
    for row in ends:
        if row.pk not in found:
            found[row.pk] = _named(row, unjoined) or box_of_resource(row)
    return found


def _named(row: ResourceRow, unjoined: Mapping[tuple[int, str, str], Sequence[Box]]) -> Box | None:
    """The node in a resource's region that goes by one of its names."""
    named = naming.Named(*row[:5])
    candidates = (box for key in naming.keys_of(named) for box in unjoined.get((row.account_id, *key), ()))
    return next((box for box in candidates if box.region == row.region), None)
