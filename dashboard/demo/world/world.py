"""The world: a pure function of seed, origin and time."""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

import numpy as np

from dashboard.demo.world import blueprints
from dashboard.demo.world.components import Component, StackPlan
from dashboard.demo.world.emissions import series_of
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats, Noise, stable_number
from dashboard.demo.world.samples import statistic_of
from dashboard.demo.world.series import Dimensions, Series
from dashboard.demo.world.tracing.traces import Traces

_CHUNK = 4 * 1440
_KEPT_MINUTES = 24_000  # of flows: a backfill of fourteen days, some 150 MB
SeriesName = tuple[str, str, Dimensions]


class World:
    """`origin` is the Unix minute at which the simulator started; incidents count back from it."""

    def __init__(self, seed: int, origin: int) -> None:
        self.seed = seed
        self.origin = origin
        self.plan = blueprints.build(origin)
        self.noise = Noise(seed)
        self.traces = Traces(self.plan, self.noise, origin, seed)
        self._flows: OrderedDict[tuple[int, int], Flow] = OrderedDict()
        self._lock = Lock()
        self._active: dict[tuple[str, int], bool] = {}
        self._series: dict[tuple[str, str], dict[SeriesName, Series]] = {}
        for component in self.plan.components:
            place = self._series.setdefault((component.account_id, metric_region(component.kind, component.region)), {})
            place.update({(one.namespace, one.name, one.dimensions): one for one in series_of(component)})

    def series_in(self, account_id: str, region: str) -> dict[SeriesName, Series]:
        """Every series whose metrics live in that region."""
        return self._series.get((account_id, region), {})

    def flow(self, start: int, stop: int) -> Flow:
        """What flows in the minutes [start, stop); recent ones are kept."""
        with self._lock:
            found = self._flows.get((start, stop))
            if found is None:
                found = Flow(self.plan, self.noise, self.origin, start, stop)
                self._flows[start, stop] = found
                while len(self._flows) > 1 and sum(last - first for first, last in self._flows) > _KEPT_MINUTES:
                    self._flows.popitem(last=False)
            else:
                self._flows.move_to_end((start, stop))
            return found

    def lag_seconds(self, series: Series) -> int:
        """How long a minute's data takes to arrive: 60 to 120 seconds after the minute's end."""
        return 60 + stable_number(self.seed, "lag", series.key) % 61

    def recently_active(self, series: Series, now: int) -> bool:
        """Whether anything was emitted in the last three hours (to the half hour), or in two days for daily ones."""
        half_hour = now // 1800
        key = (series.key, half_hour)
        if key not in self._active:
            stop = half_hour * 30
            start = stop - (2880 if series.daily else 180)
            self._active[key] = bool((series.samples(self.flow(start, stop)).count() > 0).any())
        return self._active[key]

    def values(self, series: Series, statistic: str, start: int, step: int, count: int, *, now: int) -> Floats:
        """The statistic for `count` periods of `step` minutes from minute `start`; NaN where there is nothing.

        `now` is in Unix seconds: what would not have arrived by then is missing.
        """
        arrived = (now - self.lag_seconds(series)) // 60
        parts = [
            statistic_of(series.samples(self.flow(first, last)), statistic, step, max(arrived - first, 0))
            for first, last in _chunks(start, step, count)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0)

    def created(self, component: Component) -> int:
        """When a component was made, in Unix seconds."""
        stack = self._stack(component)
        first = stack.deploys[-1].minutes_ago if stack else 200 * 1440 + stable_number(component.key) % 90_000
        return (self.origin - first) * 60

    def last_change(self, component: Component) -> int:
        """When its configuration was changed last, in Unix seconds."""
        stack = self._stack(component)
        for deploy in stack.deploys if stack else ():
            if any(change.logical_id == component.logical_id for change in deploy.changes):
                return (self.origin - deploy.minutes_ago) * 60
        return self.created(component)

    def _stack(self, component: Component) -> StackPlan | None:
        if not component.stack:
            return None
        stacks = self.plan.stacks_in(component.account_id, component.region)
        return next(stack for stack in stacks if stack.name == component.stack)


def _chunks(start: int, step: int, count: int) -> Iterator[tuple[int, int]]:
    """Spans of minutes of whole periods, each small enough to stay in the processor's cache."""
    periods = max(_CHUNK // step, 1)
    for first in range(0, count, periods):
        last = min(first + periods, count)
        yield start + first * step, start + last * step


def metric_region(kind: str, region: str) -> str:
    """CloudFront's metrics live in us-east-1."""
    return "us-east-1" if kind == "cloudfront" else region
