"""What a request may go through: every call that can follow from an entry, as a flat tree."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dashboard.demo.world.components import Component, Edge
from dashboard.demo.world.plan import Plan
from dashboard.demo.world.tracing.places import CALLED, DATABASES, Place, carries, place_of
from dashboard.demo.world.tracing.stories import Remote, story_of

_CONTINUING = frozenset({"sync", "async", "task", "subscription", "rule", "bus", "notification"})
_RUNS = frozenset({"lambda", "apigateway_rest", "step_functions"})
_BATCHED = frozenset({"kinesis", "firehose"})
"""Kinds that take many records in one call."""
_LOOP_HOPS = 3


@dataclass(frozen=True, eq=False)
class Slot:
    """One call that a request may make; `number` is its place in the tree, parents come before their children.

    `part` counts calls along the same edge: the first happens with the edge's ratio, the second with what is left.
    `adds`: the caller's time grows by it; otherwise it happens within the caller's own time.
    """

    number: int
    parent: int
    component: Component | None
    edge: Edge | None = None
    part: int = 0
    ratio: float = 1.0
    adds: bool = False
    remote: Remote | None = None
    loops: int = 0
    operation: str = ""
    place: Place = field(default_factory=lambda: Place("", ""))

    @property
    def runs(self) -> bool:
        """Whether the callee sends a segment of its own."""
        return self.component is not None and self.component.kind in _RUNS and bool(self.component.get("traced"))

    @property
    def callee(self) -> Component:
        """What is called. Raises ValueError for somebody else's host."""
        if self.component is None:
            raise ValueError(f"call {self.number} goes out of the shop")
        return self.component

    @property
    def function(self) -> bool:
        """Whether it is a traced function."""
        return self.runs and self.component is not None and self.component.kind == "lambda"


def continued(plan: Plan, edge: Edge) -> bool:
    """Whether a trace goes on over an edge; queues and streams begin new ones."""
    return edge.kind in _CONTINUING and carries(plan, edge.source)


def is_entry(plan: Plan, component: Component) -> bool:
    """Whether traces begin at the component: it is traced, and something comes to it that isn't."""
    if not component.get("traced"):
        return False
    return component.get("traffic") is not None or any(not continued(plan, edge) for edge in plan.into(component))


def slots_of(plan: Plan, entry: Component) -> list[Slot]:
    """The whole tree, its root first."""
    slots: list[Slot] = []
    _grow(plan, slots, Slot(0, -1, entry, place=place_of(entry)))
    return slots


def _grow(plan: Plan, slots: list[Slot], wanted: Slot) -> None:
    """Add a slot and everything below it."""
    slot = replace(wanted, number=len(slots))
    slots.append(slot)
    component = slot.component
    if component is None:
        return
    for child in _below(plan, slot, component):
        _grow(plan, slots, replace(child, parent=slot.number, place=child.place if child.runs else slot.place))


def _below(plan: Plan, slot: Slot, component: Component) -> Iterator[Slot]:
    if slot.runs:
        yield from _written_back(plan, slot, component)
        yield from (Slot(0, 0, None, remote=one) for one in story_of(component.name).remotes if not one.twice)
    if component.kind == "s3":
        yield from _triggered(plan, slot, component)
    if slot.runs or component.kind in {"sns", "event_bus", "eventbridge"}:
        for edge in plan.out_of(component):
            if continued(plan, edge):
                yield from _along(plan, edge)
    if slot.runs:
        for remote in story_of(component.name).remotes:
            if remote.twice:
                yield from (Slot(0, 0, None, remote=remote, part=part) for part in (0, 1))


def _along(plan: Plan, edge: Edge) -> Iterator[Slot]:
    """The calls of one edge. A rule is no node: what it tells hangs below its bus."""
    target = edge.target
    if target.kind == "eventbridge":
        for following in plan.out_of(target):
            for slot in _along(plan, following):
                yield replace(slot, ratio=slot.ratio * edge.ratio)
        return
    runs = target.kind in _RUNS and bool(target.get("traced"))
    if not runs and target.kind not in CALLED:
        return
    batch = float(edge.source.get("batch_size", 1))
    ratio = 1.0 if target.kind in _BATCHED else edge.ratio * batch
    adds = edge.waits and batch == 1
    place = place_of(target)
    for part in range(max(math.ceil(min(ratio, 60.0) - 1e-9), 1)):
        yield Slot(0, 0, target, edge, part, ratio, adds, place=place)


def _written_back(plan: Plan, slot: Slot, component: Component) -> Iterator[Slot]:
    """A bucket that is read and written."""
    name = story_of(component.name).writes_back
    if name:
        bucket = next(one for one in plan.components if one.name == name)
        yield Slot(0, 0, bucket, operation="GetObject")
        yield Slot(0, 0, bucket, operation="PutObject", loops=slot.loops)


def _triggered(plan: Plan, slot: Slot, bucket: Component) -> Iterator[Slot]:
    """What is written into the folder that triggers a function makes it run again."""
    if slot.operation == "PutObject" and slot.loops < _LOOP_HOPS:
        for edge in plan.out_of(bucket):
            if edge.kind == "notification":
                yield Slot(0, 0, edge.target, loops=slot.loops + 1, place=place_of(edge.target))


def untraced(plan: Plan, component: Component) -> list[Edge]:
    """Calls that the component waits for and that no trace shows: their time is the component's own."""
    return [
        edge
        for edge in plan.out_of(component)
        if edge.waits
        and not (edge.target.kind in _RUNS and edge.target.get("traced"))
        and edge.target.kind not in CALLED
    ]


def is_database(slot: Slot) -> bool:
    """Whether the call is a query."""
    return slot.component is not None and slot.component.kind in DATABASES
