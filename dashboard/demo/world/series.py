"""One CloudWatch metric of the world: its name, its dimensions, and how its samples follow from the flow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.samples import Gauge, Mixture, Samples, Spread, Tally

Dimensions = tuple[tuple[str, str], ...]
"""Name and value, sorted by name."""


@dataclass(frozen=True, eq=False)
class Series:
    """A metric that one component emits."""

    component: Component
    namespace: str
    name: str
    dimensions: Dimensions
    samples: Callable[[Flow], Samples]
    daily: bool = False

    @property
    def key(self) -> str:
        """Unique in the world; seeds its noise."""
        return f"{self.component.key}|{self.namespace}|{self.name}|{self.dimensions}"


Kinds = tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats]]
"""The share of slow requests; mean and variance of the usual ones; mean and variance of the slow ones."""


class Emitter:
    """Collects the series of one component."""

    def __init__(self, component: Component, namespace: str, dimensions: Mapping[str, str]) -> None:
        self.component = component
        self.namespace = namespace
        self.dimensions = dict(dimensions)
        self.series: list[Series] = []

    def emit(
        self, name: str, samples: Callable[[Flow], Samples], extra: Mapping[str, str] | None = None, daily: bool = False
    ) -> None:
        """Any samples, under the component's dimensions and `extra` ones."""
        dimensions = tuple(sorted({**self.dimensions, **(extra or {})}.items()))
        self.series.append(Series(self.component, self.namespace, name, dimensions, samples, daily))

    def events(
        self,
        name: str,
        happened: Callable[[Flow], Floats],
        events: Callable[[Flow], Floats] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """A count of things that happened among `events` (by default: only what happened is emitted)."""
        key = f"{self.component.key}/{name}/{extra or ''}"

        def samples(flow: Flow) -> Samples:
            if events is None:
                counted = flow.counted(happened(flow), key)
                return Tally(counted, counted)
            among = flow.counted(events(flow), f"{self.component.key}/requests")
            if events is happened:
                return Tally(among, among)
            return Tally(np.minimum(flow.counted(happened(flow), key), among), among)

        self.emit(name, samples, extra)

    def per_minute(
        self,
        name: str,
        amount: Callable[[Flow], Floats],
        extra: Mapping[str, str] | None = None,
        whole: bool = True,
        skip_zero: bool = False,
    ) -> None:
        """An amount reported once a minute."""
        key = f"{self.component.key}/{name}/{extra or ''}"

        def samples(flow: Flow) -> Samples:
            values = amount(flow)
            values = flow.counted(values, key) if whole else values
            return Gauge(np.where(values > 0, values, np.nan) if skip_zero else values)

        self.emit(name, samples, extra)

    def gauge(
        self,
        name: str,
        level: Callable[[Flow], Floats],
        jitter: float = 0.02,
        extra: Mapping[str, str] | None = None,
        ceiling: float = np.inf,
    ) -> None:
        """A level sampled once a minute, with its own relative jitter."""
        key = f"{self.component.key}/{name}/{extra or ''}"

        def samples(flow: Flow) -> Samples:
            noise = 1.0 + jitter * flow.noise.normal(key, flow.start, flow.count)
            return Gauge(np.clip(level(flow) * noise, 0.0, ceiling))

        self.emit(name, samples, extra)

    def times(
        self,
        name: str,
        number: Callable[[Flow], Floats],
        moments: Callable[[Flow], tuple[Floats, Floats]],
        *,
        kinds: Callable[[Flow], Kinds | None] | None = None,
        scale: float = 1.0,
        ceiling: float = np.inf,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Durations of `number` requests a minute; `scale` turns milliseconds into the metric's unit.

        `kinds` tells two kinds of requests apart where one law doesn't fit them.
        """

        def samples(flow: Flow) -> Samples:
            mean, variance = moments(flow)
            counted = flow.counted(number(flow), f"{self.component.key}/requests")
            apart = kinds(flow) if kinds else None
            if apart is None:
                return Spread(counted, mean * scale, variance * scale * scale, ceiling * scale)
            share, usual, slow = apart
            return Mixture(
                Spread(counted * (1 - share), usual[0] * scale, usual[1] * scale * scale, ceiling * scale),
                Spread(counted * share, slow[0] * scale, slow[1] * scale * scale, ceiling * scale),
            )

        self.emit(name, samples, extra)
