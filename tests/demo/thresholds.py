"""Judges the world by the catalogue's suggested thresholds, plainly and apart from the product's own judging."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.catalog.shape import Found, Metric, Service, Threshold, Values
from dashboard.demo.world.series import Series
from dashboard.demo.world.world import World

PERIODS = 24


@dataclass(frozen=True)
class Breach:
    """A threshold that a resource is beyond."""

    service: str
    resource: str
    stack: str
    metric: str
    severity: str
    values: tuple[float, ...]


def breaches(world: World, service: Service, found: Found, now: int) -> Iterator[Breach]:
    """Suggested thresholds that a resource breaks in the last two hours of five-minute periods, if any."""
    known = {metric.key: series for metric in service.metrics if (series := _series(world, service, found, metric))}
    if not known:
        return
    lines = {
        metric.key: _line(world, metric, known[metric.key], now) for metric in service.metrics if metric.key in known
    }
    limits = {"period": 300.0, **service.limits(found)}
    for derived in service.derived:
        if all(key in lines for key in derived.needs) and all(key in limits for key in derived.limits):
            with np.errstate(all="ignore"):
                lines[derived.key] = derived.compute(lines, limits)
    component = next(iter(known.values())).component
    for threshold in service.thresholds:
        line = lines.get(threshold.metric)
        if line is not None and _broken(threshold, line, lines):
            last = tuple(float(value) for value in line[-3:])
            yield Breach(service.key, component.name, component.stack, threshold.metric, threshold.severity, last)


def _series(world: World, service: Service, found: Found, metric: Metric) -> Series | None:
    dimensions = tuple(sorted({**service.dimensions(found), **metric.dimensions}.items()))
    there = world.series_in(found.account_id, service.metric_region or found.region)
    return there.get((service.namespace, metric.name, dimensions))


def _line(world: World, metric: Metric, series: Series, now: int) -> Values:
    start = now // 300 * 5 - 5 * (PERIODS + 1)
    values = world.values(series, metric.statistic, start, 5, PERIODS, now=now) * metric.scale
    return np.nan_to_num(values) if metric.absent_is_zero else values


def _broken(threshold: Threshold, line: Values, lines: Mapping[str, Values]) -> bool:
    of_periods = min(threshold.of_periods or threshold.for_periods, PERIODS)
    recent = line[-of_periods:]
    beyond = np.zeros(len(recent), dtype=bool)
    if threshold.above is not None:
        beyond |= recent > threshold.above
    if threshold.below is not None:
        beyond |= recent < threshold.below
    if threshold.floor is not None:
        beyond &= lines[threshold.floor[0]][-of_periods:] >= threshold.floor[1]
    return bool(beyond.sum() >= min(threshold.for_periods, of_periods))
