"""AWS/Lambda."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.samples import Gauge, Samples
from dashboard.demo.world.series import Emitter, Kinds, Series


def emit_function(function: Component) -> list[Series]:
    """Invocations, errors, throttles, duration, concurrency, and what its trigger adds."""
    to = Emitter(function, "AWS/Lambda", {"FunctionName": function.name})
    batch = float(function.get("batch_size", 1))

    def invocations(flow: Flow) -> Floats:
        return flow.served(function) / batch

    def errors(flow: Flow) -> Floats:
        share = np.maximum(flow.fault_share(function), np.minimum(flow.poison_share(function) * batch, 1.0))
        result: Floats = invocations(flow) * share
        return result

    def throttles(flow: Flow) -> Floats:
        return flow.throttled(function)

    ceiling = float(function.get("timeout_seconds", 30)) * 1000
    to.events("Invocations", invocations, invocations)
    to.events("Errors", errors, invocations)
    to.events("Throttles", throttles, lambda flow: invocations(flow) + throttles(flow))
    to.times(
        "Duration",
        invocations,
        lambda flow: flow.time(function),
        kinds=lambda flow: _kinds(function, flow),
        ceiling=ceiling,
    )
    to.emit("ConcurrentExecutions", lambda flow: _concurrency(function, flow))
    if function.get("asynchronous"):
        to.events("AsyncEventsReceived", invocations)
        to.times("AsyncEventAge", invocations, lambda flow: _event_age(function, flow))
        to.events("AsyncEventsDropped", lambda flow: np.zeros(flow.count), invocations)
        to.events("DeadLetterErrors", lambda flow: np.zeros(flow.count))
    if function.get("reads_stream"):
        to.gauge("IteratorAge", lambda flow: _iterator_age(function, flow), jitter=0.03)
    return to.series


def _kinds(function: Component, flow: Flow) -> Kinds | None:
    """Requests that an incident makes slow, or that miss a cache, and the rest; None where all are alike."""
    share = np.broadcast_to(np.asarray(flow.parameter(function, "slow_share")), (flow.count,))
    missing = next((edge for edge in flow.plan.out_of(function) if edge.waits and edge.unless is not None), None)
    mean, variance = flow.time(function)
    if share.any():
        longer = np.asarray(flow.parameter(function, "slow_milliseconds"))
        spread = np.maximum(variance - share * (1 - share) * longer**2, 1e-6)
        usual = mean - share * longer
        return share, (usual, spread), (usual + longer, spread)
    if missing is None or missing.unless is None:
        return None
    calls = missing.ratio * (1.0 - flow.hit_share(missing.unless))
    sometimes = calls % 1.0
    call, call_spread = flow.time(missing.target)
    usual = mean - sometimes * call
    spread = variance - sometimes * call_spread - np.where(calls < 1, calls * (1 - calls), 0.0) * call**2
    spread = np.maximum(spread, 1e-6)
    return sometimes, (usual, spread), (usual + call, spread + call_spread)


def _concurrency(function: Component, flow: Flow) -> Samples:
    mean = flow.concurrency(function)
    burst = np.abs(flow.noise.normal(f"{function.key}/burst", flow.start, flow.count))
    peak = np.ceil(mean + np.sqrt(mean) * (0.6 + burst))
    limit = flow.parameter(function, "reserved_concurrency", 1000)
    return Gauge(np.where(flow.served(function) > 0, np.clip(peak, 1, limit), np.nan))


def _event_age(function: Component, flow: Flow) -> tuple[Floats, Floats]:
    mean = np.full(flow.count, float(function.get("event_age_milliseconds", 60)))
    return mean, (mean * 0.8) ** 2


def _iterator_age(function: Component, flow: Flow) -> Floats:
    sources = [edge.source for edge in flow.plan.into(function) if edge.kind == "stream"]
    ages = [flow.iterator_age(source) for source in sources]
    return np.max(ages, axis=0) if ages else np.full(flow.count, 120.0)
