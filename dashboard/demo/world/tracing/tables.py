"""Parameters of every call, minute by minute: read from the flow, in spans that are computed once."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from dashboard.demo.world.components import Component, Edge
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats, Noise, stable_number
from dashboard.demo.world.plan import Plan
from dashboard.demo.world.tracing.calls import Slot, continued, is_entry, slots_of, untraced
from dashboard.demo.world.tracing.chance import Codes
from dashboard.demo.world.tracing.places import Place, place_of
from dashboard.demo.world.tracing.versions import Release, releases_of

SPAN = 240
"""Minutes of one table: all values of a span come from one flow, so that they never depend on who asks."""
_KEPT = 24
_RESERVOIR, _RATE = 60.0, 0.05
"""X-Ray's default rule: one request a second, and five percent of the rest."""


@dataclass(frozen=True)
class CallTable:
    """One slot's parameters; arrays have one entry per minute of the span, None stands for always or never."""

    log_mean: Floats
    log_deviation: Floats
    chance: Floats | None
    fault: Floats | None
    slow_share: Floats | None
    slow_seconds: Floats | None


@dataclass(frozen=True)
class EntryTable:
    """How many requests of an entry are sampled per minute, and the parameters of their calls."""

    count: Codes
    throttled: Floats
    calls: tuple[CallTable, ...]
    poison: Floats
    hot: Floats
    refused: Floats
    """Share of the records that the entry's stream refuses."""
    looped: Floats
    waited: Floats
    """Seconds that a message has waited on average before the entry received it."""


@dataclass(frozen=True, eq=False)
class Entry:
    """Where traces begin: the component, and everything that a request may go through from there."""

    number: int
    component: Component
    slots: tuple[Slot, ...]
    feeds: tuple[Edge, ...]
    """Queues that hand over the ids of the traces which filled them."""
    key: int
    releases: tuple[Release, ...]

    @property
    def place(self) -> Place:
        """Where its traces begin."""
        return place_of(self.component)


def entries_of(plan: Plan, seed: int, origin: int) -> list[Entry]:
    """Every entry of the world."""
    starts = [component for component in plan.components if is_entry(plan, component)]
    return [
        Entry(
            number=number,
            component=one,
            slots=tuple(slots_of(plan, one)),
            feeds=_feeds(plan, one),
            key=stable_number("traces", seed, one.key),
            releases=releases_of(plan, one, origin),
        )
        for number, one in enumerate(starts)
    ]


def _feeds(plan: Plan, component: Component) -> tuple[Edge, ...]:
    return tuple(
        edge
        for edge in plan.into(component)
        if edge.kind == "queue" and any(continued(plan, filling) for filling in plan.into(edge.source))
    )


class Tables:
    """Tables of all entries; the latest spans are kept."""

    def __init__(self, plan: Plan, noise: Noise, origin: int) -> None:
        self._plan, self._noise, self._origin = plan, noise, origin
        self._flows: OrderedDict[int, tuple[Flow, dict[int, EntryTable]]] = OrderedDict()
        self._lock = Lock()

    def of(self, entry: Entry, span: int) -> EntryTable:
        """The entry's table of the span that begins at minute `span * SPAN`."""
        with self._lock:
            if span not in self._flows:
                start = span * SPAN
                self._flows[span] = (Flow(self._plan, self._noise, self._origin, start, start + SPAN), {})
                while len(self._flows) > _KEPT:
                    self._flows.popitem(last=False)
            self._flows.move_to_end(span)
            flow, known = self._flows[span]
            if entry.number not in known:
                known[entry.number] = _table(self._plan, entry, flow)
            return known[entry.number]


def _table(plan: Plan, entry: Entry, flow: Flow) -> EntryTable:
    component = entry.component
    batch = float(component.get("batch_size", 1))
    came_along = np.zeros(flow.count)
    for edge in plan.into(component):
        if continued(plan, edge):
            came_along = came_along + flow.sent(edge)
    worked = np.maximum(flow.served(component) - came_along, 0.0) / batch
    refused = flow.throttled(component) if component.kind == "lambda" else np.zeros(flow.count)
    attempts = worked + refused
    sampled = np.minimum(attempts, _RESERVOIR) + _RATE * np.maximum(attempts - _RESERVOIR, 0.0)
    chance = flow.noise.uniform(f"{component.key}/sampled", flow.start, flow.count)
    stream = next((edge.target for edge in plan.out_of(component) if edge.target.kind == "kinesis"), None)
    return EntryTable(
        count=np.floor(sampled + chance).astype(np.int64),
        throttled=refused / np.maximum(attempts, 1e-9),
        calls=tuple(_call(plan, slot, flow) for slot in entry.slots),
        poison=flow.poison_share(component) * batch,
        hot=_parameter(flow, stream, "hot_share"),
        refused=flow.throttled(stream) / np.maximum(flow.arrivals(stream), 1e-9) if stream else np.zeros(flow.count),
        looped=_looped(flow, component),
        waited=_waited(flow, component),
    )


def _parameter(flow: Flow, component: Component | None, name: str, default: float = 0.0) -> Floats:
    value = flow.parameter(component, name, default) if component is not None else 0.0
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (flow.count,))


def _looped(flow: Flow, component: Component) -> Floats:
    """Share of the calls that the function brought upon itself."""
    arrivals = flow.arrivals(component)
    into = sum((flow.sent(edge) for edge in flow.plan.into(component)), np.zeros(flow.count))
    traffic = component.get("traffic")
    if traffic is not None:
        return np.zeros(flow.count)
    result: Floats = np.clip(1.0 - into / np.maximum(arrivals, 1e-9), 0.0, 1.0)
    return result


def _waited(flow: Flow, component: Component) -> Floats:
    """The mean wait in the queue before the component: what stands in it over what leaves it."""
    queue = next((edge.source for edge in flow.plan.into(component) if edge.kind == "queue"), None)
    if queue is None:
        return np.zeros(flow.count)
    result: Floats = flow.backlog(queue) / np.maximum(flow.drained(queue), 0.01) * 60.0
    return result


def _call(plan: Plan, slot: Slot, flow: Flow) -> CallTable:
    component = slot.component
    if component is None:
        nothing = np.zeros(flow.count)
        return CallTable(nothing, nothing + 0.25, None, None, None, None)
    mean, variance, slow_share, slow_seconds = _time(plan, slot, component, flow)
    log_variance = np.log1p(variance / np.maximum(mean, 1e-9) ** 2)
    return CallTable(
        log_mean=np.log(np.maximum(mean, 1e-9) / 1000.0) - log_variance / 2,
        log_deviation=np.sqrt(log_variance),
        chance=_chance(slot, flow),
        fault=_fault(plan, slot, component, flow),
        slow_share=slow_share,
        slow_seconds=slow_seconds,
    )


def _time(
    plan: Plan, slot: Slot, component: Component, flow: Flow
) -> tuple[Floats, Floats, Floats | None, Floats | None]:
    """Mean and variance of the milliseconds, and the slow requests apart where an incident makes some."""
    if not slot.runs:
        return (*flow.time(component), None, None)
    mean, variance = flow.own_time(component)
    for edge in untraced(plan, component):
        more, spread = flow.time(edge.target)
        mean, variance = mean + edge.ratio * more, variance + edge.ratio * spread
    share, slow = _parameter(flow, component, "slow_share"), _parameter(flow, component, "slow_milliseconds")
    if not share.any():
        return mean, variance, None, None
    base = _parameter(flow, component, "milliseconds")
    factor = base / (base + share * slow)
    return mean * factor, np.maximum(variance - share * (1 - share) * slow**2, 0.01), share, slow / 1000.0


def _chance(slot: Slot, flow: Flow) -> Floats | None:
    """How likely the call is, given that its parent happened; None for always."""
    if slot.loops and slot.function:
        return _looped(flow, slot.callee)
    if slot.edge is None:
        return None
    chance: Floats | float = slot.ratio - slot.part
    if slot.edge.unless is not None:
        chance = slot.ratio * (1.0 - flow.hit_share(slot.edge.unless)) - slot.part
    if np.all(np.asarray(chance) >= 1.0):
        return None
    return np.broadcast_to(np.clip(chance, 0.0, 1.0), (flow.count,))


def _fault(plan: Plan, slot: Slot, component: Component, flow: Flow) -> Floats | None:
    """The share that fails by its own doing; later calls of an edge don't fail."""
    if slot.part or (slot.edge is not None and slot.edge.unless is not None):
        return None
    if not slot.runs:
        return flow.fault_share(component)
    good = 1.0 - _parameter(flow, component, "fault_share", 0.0004)
    for edge in untraced(plan, component):
        if edge.unless is None:
            good = good * (1.0 - np.minimum(edge.ratio, 1.0) * flow.fault_share(edge.target))
    return 1.0 - good
