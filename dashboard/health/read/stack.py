"""A stack's resources with the figures that matter for their service."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dashboard.catalog import all_services
from dashboard.catalog.shape import Service, Values
from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.health.models import ResourceHealth, State
from dashboard.health.read.overview import FINEST, ORDER
from dashboard.health.summary import newest, sparkline
from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.derive import derive
from dashboard.metrics.line import Line
from dashboard.metrics.models import Series
from dashboard.metrics.read import Place, draw

LONGEST = timedelta(hours=24)
"""Figures of resources look at the last day of a window at most: they answer 'how is it', not 'how was the month'."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a resource; `per_minute` for rates, `summed` for totals of the window, else the newest value."""

    key: str
    label: str
    unit: Unit
    value: float | None
    per_minute: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One resource on the stack's page."""

    resource: Resource
    service: Service | None
    state: str
    reason: str
    metric: str
    since: datetime | None
    figures: Sequence[Figure]
    values: tuple[float | None, ...]
    """The guilty metric over the window, or the service's first figure."""
    values_label: str


def figures_window(window: Window) -> Window:
    """The part of a window that resources' figures look at."""
    return Window(max(window.start, window.end - LONGEST), window.end)


def resource_rows(stack: Stack, window: Window) -> list[ResourceRow]:
    """All resources of a stack, gone ones too, worst first."""
    found = Resource.objects.filter(stack=stack).select_related("health").defer("tags", "facts", "dimensions")
    measured = _lines_of(stack, figures_window(window))
    rows = [_row(resource, measured.get(resource.pk, {})) for resource in found]
    return sorted(rows, key=lambda row: (ORDER.get(row.state, len(ORDER)), row.resource.service, row.resource.name))


def _lines_of(stack: Stack, window: Window) -> dict[int, dict[str, Line]]:
    """Lines of the present resources by resource and metric."""
    rows = Series.objects.filter(resource__stack=stack, resource__gone_at=None).values_list(
        "resource_id", "metric", "pk", "block_id", "position", "block__period", "statistic", "fine_from"
    )
    owners: dict[int, tuple[int, str]] = {}
    places: list[Place] = []
    for resource_id, metric, pk, block_id, position, period, statistic, fine_from in rows:
        owners[pk] = (resource_id or 0, metric)
        places.append(Place(pk, block_id, position, period, statistic, fine_from))
    by_resource: dict[int, dict[str, Line]] = defaultdict(dict)
    for pk, line in draw(places, window, FINEST).items():
        resource_id, metric = owners[pk]
        by_resource[resource_id][metric] = line
    return by_resource


def _row(resource: Resource, stored: Mapping[str, Line]) -> ResourceRow:
    service = all_services().get(resource.service)
    health: ResourceHealth | None = getattr(resource, "health", None)
    metric = health.metric if health else ""
    measured = derive(service, resource.limits, stored) if service else dict(stored)
    shown = metric if metric in measured else next(iter(service.figures), "") if service else next(iter(stored), "")
    return ResourceRow(
        resource=resource,
        service=service,
        state=health.state if health else State.UNKNOWN,
        reason=health.reason if health else "",
        metric=metric,
        since=health.since if health else None,
        figures=[_figure(service, key, measured.get(key)) for key in service.figures] if service else (),
        values=sparkline(measured[shown].values) if shown in measured else (),
        values_label=_label(service, shown),
    )


def _label(service: Service | None, key: str) -> str:
    if service is None:
        return key
    labels = {one.key: one.label or one.name for one in service.metrics} | {
        one.key: one.label for one in service.derived
    }
    return labels.get(key, key)


def _figure(service: Service, key: str, line: Line | None) -> Figure:
    stored = next((one for one in service.metrics if one.key == key), None)
    derived = next((one for one in service.derived if one.key == key), None)
    unit = stored.unit if stored else derived.unit if derived else Unit.COUNT
    label = _label(service, key)
    per_minute = key == service.signals.traffic and unit == Unit.COUNT
    if per_minute or (stored and stored.statistic in ("Sum", "SampleCount") and stored.period is None):
        value = _summed(line, per_minute=per_minute)
        return Figure(key, label, unit, value, per_minute=per_minute, summed=not per_minute)
    return Figure(key, label, unit, newest(line.values) if line else None)


def _summed(line: Line | None, *, per_minute: bool) -> float | None:
    """The sum of a line, or its mean per minute; None where nothing came."""
    values: Values = line.values if line else np.empty(0)
    seen = values[~np.isnan(values)]
    if line is None or not len(seen):
        return None
    return float(seen.sum() / (len(seen) * line.step / 60)) if per_minute else float(seen.sum())
