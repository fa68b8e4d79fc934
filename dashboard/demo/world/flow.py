"""What flows through each component, minute by minute: demand, served, faults, time taken, backlog.

Demand enters where a component has traffic and follows the edges; incidents move parameters; everything else
(throttles, backlogs, saturation, the latency of whoever waits) follows from these.
"""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from dashboard.demo.world.components import Component, Edge, Incident
from dashboard.demo.world.noise import Floats, Noise
from dashboard.demo.world.plan import Plan

_P = ParamSpec("_P")
_T = TypeVar("_T")
Moments = tuple[Floats, Floats]
"""Mean and variance, per minute."""

CONCURRENCY_QUOTA = 1000
SHARD_BYTES_PER_MINUTE = 60 * 1_048_576
SHARD_RECORDS_PER_MINUTE = 60 * 1000


def _remembered(
    method: "Callable[Concatenate[Flow, Component, _P], _T]",
) -> "Callable[Concatenate[Flow, Component, _P], _T]":
    def remembering(self: "Flow", component: Component, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        key = (method.__name__, component.key, *args)
        if key not in self.memory:
            self.memory[key] = method(self, component, *args, **kwargs)
        found: _T = self.memory[key]
        return found

    return remembering


class Flow:
    """The flow in the minutes [start, stop) since 1970; arrays have one entry per minute."""

    def __init__(self, plan: Plan, noise: Noise, origin: int, start: int, stop: int) -> None:
        self.plan = plan
        self.noise = noise
        self.origin = origin
        self.start = start
        self.stop = stop
        self.count = stop - start
        self.memory: dict[tuple[Any, ...], Any] = {}

    # Causes

    def begins(self, incident: Incident) -> int:
        """The minute in which the incident starts."""
        return self.origin - incident.minutes_ago

    def strength(self, incident: Incident) -> Floats:
        """0 before the incident, rising to 1 within its ramp."""
        elapsed = np.arange(self.start, self.stop) - self.begins(incident)
        return np.clip(elapsed / max(incident.ramp, 1), 0.0, 1.0)

    def parameter(self, component: Component, name: str, default: float = 0.0) -> Floats | float:
        """A setting of the component, as moved by incidents; a plain number while nothing touches it."""
        base = float(component.get(name, default))
        value: Floats | float = base
        for incident in self.plan.touching(component):
            if name in incident.changes and self.stop > self.begins(incident):
                value = value + (incident.changes[name] - base) * self.strength(incident)
        return value

    def disturbed_since(self, component: Component) -> int | None:
        """The minute in which the first incident at this component starts, or None."""
        return min((self.begins(incident) for incident in self.plan.touching(component)), default=None)

    # Demand

    @_remembered
    def arrivals(self, component: Component) -> Floats:
        """Requests, messages or records that come in per minute."""
        total = np.zeros(self.count)
        traffic = component.get("traffic")
        if traffic is not None:
            total = total + traffic.rate(component.key, self.start, self.count, self.noise, self.origin)
        for edge in self.plan.into(component):
            total = total + self.sent(edge)
        return total + self._looped(component, total)

    def sent(self, edge: Edge) -> Floats:
        """What an edge delivers per minute."""
        amount = self.served(edge.source) * edge.ratio
        if edge.kind == "dead_letter":
            amount = amount * self.poison_share(edge.source)
        if edge.unless is not None:
            amount = amount * (1.0 - self.hit_share(edge.unless))
        return amount

    def _looped(self, component: Component, demand: Floats) -> Floats:
        extra = np.zeros(self.count)
        for incident in self.plan.touching(component):
            doubling = incident.changes.get("loop_doubling_minutes")
            if doubling is None or self.stop <= self.begins(incident):
                continue
            elapsed = np.maximum(np.arange(self.start, self.stop) - self.begins(incident), 0)
            gain = np.exp2(np.minimum(elapsed / doubling, 30.0)) - 1.0
            extra = extra + np.minimum(np.maximum(demand, 1.0) * gain, incident.changes["loop_cap"])
        return extra

    # Work

    @_remembered
    def capacity(self, component: Component) -> Floats:
        """Requests per minute that a component can serve; infinite where nothing limits it."""
        if component.kind == "lambda":
            reserved = self.parameter(component, "reserved_concurrency", CONCURRENCY_QUOTA)
            per_slot = 60_000.0 / self.unloaded_time(component) * float(component.get("batch_size", 1))
            return np.broadcast_to(np.asarray(reserved) * per_slot, (self.count,))
        if component.kind == "kinesis":
            return self._stream_capacity(component)
        return np.full(self.count, np.inf)

    def _stream_capacity(self, component: Component) -> Floats:
        shards = float(component.get("shards", 1))
        hot = np.maximum(self.parameter(component, "hot_share", 1.0 / shards), 1.0 / shards)
        size = float(component.get("record_bytes", 600))
        per_shard = min(SHARD_RECORDS_PER_MINUTE, SHARD_BYTES_PER_MINUTE / size)
        demand = self.arrivals(component)
        return demand - np.maximum(demand * hot - per_shard, 0.0)

    @_remembered
    def served(self, component: Component) -> Floats:
        """Requests that a component works on per minute; what it can't is throttled or waits."""
        if component.kind == "sqs":
            return self.drained(component)
        if component.kind in {"lambda", "kinesis"}:
            result: Floats = np.minimum(self.arrivals(component), self.capacity(component))
            return result
        return self.arrivals(component)

    @_remembered
    def throttled(self, component: Component) -> Floats:
        """Attempts that are refused per minute."""
        refused = np.maximum(self.arrivals(component) - self.served(component), 0.0)
        for edge in self.plan.into(component):
            if edge.kind == "queue":
                refused = refused + self._poll_refusals(edge)
        return refused

    def _poll_refusals(self, edge: Edge) -> Floats:
        waiting = self.backlog(edge.source)
        batch = float(edge.target.get("batch_size", 10))
        return np.where(waiting > 50, np.minimum(0.35 * self.capacity(edge.target) / batch + waiting / 400, 900), 0.0)

    # Time and faults

    @_remembered
    def own_time(self, component: Component) -> Moments:
        """Mean and variance of the milliseconds that the component itself takes per request."""
        mean = self.parameter(component, "milliseconds", 1.0) * self._slowness(component)
        mean = np.broadcast_to(np.asarray(mean), (self.count,))
        spread = self.parameter(component, "spread", 0.45)
        slow_share = self.parameter(component, "slow_share", 0.0)
        slow = self.parameter(component, "slow_milliseconds", 0.0)
        key = f"{component.key}/time"
        wobble = 1 + 0.02 * self.noise.normal(key, self.start, self.count)
        wobble = wobble + 0.05 * self.noise.wander(key, self.start, self.count)
        total = (mean + slow_share * slow) * wobble
        variance = (mean * spread) ** 2 + slow_share * (1 - slow_share) * slow**2
        return total, variance

    def _slowness(self, component: Component) -> Floats | float:
        """How much longer a request takes at this utilisation (one over the free share)."""
        if "capacity_per_minute" not in component.settings:
            return 1.0
        busy = np.minimum(self.utilisation(component), 0.98)
        result: Floats | float = 1.0 / (1.0 - busy)
        return result

    @_remembered
    def utilisation(self, component: Component) -> Floats:
        """Demand as a share of what the component can do; may pass 1."""
        per_minute = float(component.get("capacity_per_minute", 10_000))
        return self.arrivals(component) / per_minute

    @_remembered
    def unloaded_time(self, component: Component) -> float:
        """Mean milliseconds per request if nothing were disturbed or busy; sizes capacity without a circle."""
        own = float(component.get("milliseconds", 1.0))
        return own + sum(
            edge.ratio * (0.06 if edge.unless else 1.0) * self.unloaded_time(edge.target)
            for edge in self.plan.out_of(component)
            if edge.waits
        )

    @_remembered
    def time(self, component: Component) -> Moments:
        """Mean and variance of the milliseconds per request, with everything that it waits for."""
        mean, variance = self.own_time(component)
        for edge in self.plan.out_of(component):
            if edge.waits:
                target_mean, target_variance = self.time(edge.target)
                ratio: Floats | float = edge.ratio
                if edge.unless is not None:
                    ratio = edge.ratio * (1.0 - self.hit_share(edge.unless))
                mean = mean + ratio * target_mean
                sometimes = np.where(np.asarray(ratio) < 1, ratio * (1 - ratio), 0.0)
                variance = variance + ratio * target_variance + sometimes * target_mean**2
        ceiling = float(component.get("timeout_seconds", 900)) * 1000
        return np.minimum(mean, ceiling * 0.9), variance

    @_remembered
    def fault_share(self, component: Component) -> Floats:
        """Share of served requests that fail, through its own fault or through one that it waits for."""
        good = 1.0 - np.broadcast_to(np.asarray(self.parameter(component, "fault_share", 0.0004)), (self.count,))
        for edge in self.plan.out_of(component):
            if edge.waits and edge.unless is None:
                good = good * (1.0 - np.minimum(edge.ratio, 1.0) * self.fault_share(edge.target))
        return np.clip(1.0 - good, 0.0, 1.0)

    @_remembered
    def poison_share(self, component: Component) -> Floats:
        """Share of messages that fail at every attempt and end in the dead-letter queue."""
        return np.broadcast_to(np.asarray(self.parameter(component, "poison_share", 0.0)), (self.count,))

    @_remembered
    def hit_share(self, component: Component) -> Floats:
        """Share of a cache's look-ups that find something."""
        share = np.broadcast_to(np.asarray(self.parameter(component, "hit_share", 0.94)), (self.count,))
        wobble = 0.006 * self.noise.normal(f"{component.key}/hits", self.start, self.count)
        return np.clip(share + wobble, 0.01, 0.999)

    # Waiting

    def consumer(self, component: Component) -> Edge | None:
        """The edge to whoever drains a queue or reads a stream first."""
        kinds = {"queue", "stream"}
        return next((edge for edge in self.plan.out_of(component) if edge.kind in kinds), None)

    @_remembered
    def backlog(self, component: Component) -> Floats:
        """Messages that wait in a queue at the end of each minute."""
        edge = self.consumer(component)
        if edge is None:
            return self._piled_up(component)
        since = self.disturbed_since(edge.target)
        ordinary = self.arrivals(component) * float(component.get("wait_seconds", 1.0)) / 60.0
        if since is None or self.stop <= since or edge.target.get("limits_queue") is None:
            return ordinary
        return ordinary + self._integrated(component, since, lambda flow: flow.excess(component))

    @_remembered
    def excess(self, component: Component) -> Floats:
        """Arrivals of a queue beyond its consumer's capacity, per minute (negative while it catches up)."""
        edge = self.consumer(component)
        if edge is None:
            return self.arrivals(component)
        return self.arrivals(component) - self.capacity(edge.target)

    def _piled_up(self, component: Component) -> Floats:
        """A queue that nobody reads keeps what came in since its first incident, and its old stock."""
        stock = np.full(self.count, float(component.get("stock", 0)))
        causes = [self.disturbed_since(edge.source) for edge in self.plan.into(component)]
        since = min((cause for cause in causes if cause is not None), default=None)
        if since is None or self.stop <= since:
            return stock
        return stock + self._integrated(component, since, lambda flow: flow.arrivals(component))

    def _integrated(self, component: Component, since: int, change: "Callable[[Flow], Floats]") -> Floats:
        """What has gathered since that minute, never below zero."""
        whole = Flow(self.plan, self.noise, self.origin, min(since, self.start), self.stop)
        steps = np.where(np.arange(whole.start, whole.stop) >= since, change(whole), 0.0)
        running = np.cumsum(steps)
        level = running - np.minimum(np.minimum.accumulate(running), 0.0)
        return level[-self.count :]

    @_remembered
    def drained(self, component: Component) -> Floats:
        """Messages that the consumer takes from a queue per minute."""
        edge = self.consumer(component)
        if edge is None:
            return np.zeros(self.count)
        if edge.target.get("limits_queue") is None:
            return self.arrivals(component)
        waiting = self.backlog(component)
        busy = waiting > self.capacity(edge.target) * 0.5
        return np.where(
            busy, self.capacity(edge.target), np.minimum(self.arrivals(component), self.capacity(edge.target))
        )

    @_remembered
    def oldest_seconds(self, component: Component) -> Floats:
        """Age of the oldest message of a queue."""
        edge = self.consumer(component)
        if edge is None:
            return self._oldest_kept(component)
        wait = float(component.get("wait_seconds", 1.0)) * 2.5
        rate = np.maximum(self.drained(component), 0.01)
        jitter = 1 + 0.2 * np.abs(self.noise.normal(f"{component.key}/age", self.start, self.count))
        return np.rint(wait * jitter + np.where(self.backlog(component) > 50, self.backlog(component) / rate * 60, 0.0))

    def _oldest_kept(self, component: Component) -> Floats:
        kept = self.backlog(component) >= 1
        causes = [self.disturbed_since(edge.source) for edge in self.plan.into(component)]
        since = min((cause for cause in causes if cause is not None), default=self.origin - 3 * 1440)
        if component.get("stock", 0):
            since = self.origin - 3 * 1440
        age = np.maximum(np.arange(self.start, self.stop) - since, 0) * 60.0
        return np.where(kept, np.minimum(age, 14 * 86400.0), 0.0)

    @_remembered
    def iterator_age(self, component: Component) -> Floats:
        """Milliseconds that the last record read from a stream had waited."""
        edge = self.consumer(component)
        ordinary = 180 * (1 + 0.4 * np.abs(self.noise.normal(f"{component.key}/lag", self.start, self.count)))
        since = self.disturbed_since(component)
        if edge is None or since is None or self.stop <= since:
            return ordinary
        behind = self._integrated(component, since, lambda flow: flow.lagging(component))
        return ordinary + behind * 60_000.0

    @_remembered
    def lagging(self, component: Component) -> Floats:
        """Minutes by which the reader of the hottest shard falls back per minute."""
        shards = float(component.get("shards", 1))
        hot = self.parameter(component, "hot_share", 1.0 / shards)
        share = np.minimum(self.arrivals(component) * hot / SHARD_RECORDS_PER_MINUTE, 1.0)
        return share - float(component.get("reader_share", 0.9))

    @_remembered
    def concurrency(self, component: Component) -> Floats:
        """Executions at the same time, on average."""
        batch = float(component.get("batch_size", 1))
        return self.served(component) / batch * self.time(component)[0] / 60_000.0

    # Counting

    def counted(self, expected: Floats, key: str) -> Floats:
        """Whole numbers around the expectation: small counts come as now and then a one."""
        spread = 0.4 * np.sqrt(expected) * self.noise.normal(f"{key}/n", self.start, self.count)
        chance = self.noise.uniform(f"{key}/u", self.start, self.count)
        return np.maximum(np.floor(np.where(expected > 5, expected + spread, expected) + chance), 0.0)
