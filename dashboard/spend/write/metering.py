"""Resources as their bills see them: metrics of every present resource of some stacks, in few queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from dashboard.catalog import all_services
from dashboard.catalog.shape import Metered, Service, Values
from dashboard.core.windows import Window
from dashboard.inventory.models import Link, Resource
from dashboard.metrics.calendar import HOUR
from dashboard.metrics.models import Series
from dashboard.metrics.read import draw, recent
from dashboard.metrics.read.places import places_of

Read = Callable[[Sequence[int]], Mapping[int, Values]]
"""Values of series by id, on one grid."""
DAY = 86_400
EVERY_POINT = 1_000_000
LATEST_DAILY = timedelta(days=5)
"""A figure that comes once a day is of the day before, and comes late at times."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A resource, and what its bill counts."""

    resource_id: int
    stack_id: int
    region: str
    """Whose prices count: of the stack where the service is global."""
    place: str
    """The resource's own region."""
    service: Service
    name: str
    metered: Metered


class _Row(NamedTuple):
    pk: int
    stack_id: int
    region: str
    stack_region: str
    service: str
    name: str
    facts: Any


def meter(stack_ids: Iterable[int], read: Read, size: int, step: int, now: datetime) -> list[Owner]:
    """Every present catalogue resource of those stacks on a grid of `size` times, `step` seconds apart."""
    columns = ("pk", "stack_id", "region", "stack__region", "service", "name", "facts")
    found = Resource.objects.filter(stack_id__in=list(stack_ids), gone_at=None).values_list(*columns)
    rows = [row for row in (_Row(*one) for one in found) if row.service in all_services()]
    values = _values([row.pk for row in rows], read, size, now)
    hours = step / 3600
    plain = {row.pk: Metered(values.get(row.pk, {}), _facts(row.facts), size, hours) for row in rows}
    linked = _linked(plain)
    return [
        Owner(
            row.pk,
            row.stack_id,
            _priced_in(row),
            row.region,
            all_services()[row.service],
            row.name,
            Metered(plain[row.pk].values, plain[row.pk].facts, size, hours, linked.get(row.pk, {})),
        )
        for row in rows
    ]


def _priced_in(row: _Row) -> str:
    """Edges of global services are priced as those near the stack."""
    service = all_services()[row.service]
    return (row.stack_region or row.region) if service.metric_region or service.list_region else row.region


def _facts(stored: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {one["label"]: one["value"] for one in stored}


def _values(resource_ids: Sequence[int], read: Read, size: int, now: datetime) -> dict[int, dict[str, Values]]:
    """Values by resource and metric; what comes once a day stands for the whole grid."""
    rows = list(
        Series.objects.filter(resource__in=resource_ids, block__computed=False).values_list(
            "pk", "resource_id", "metric", "block__period"
        )
    )
    needed = [(pk, resource_id or 0, metric, period) for pk, resource_id, metric, period in rows]
    fine = read([pk for pk, _, _, period in needed if period < DAY])
    seldom = recent([pk for pk, _, _, period in needed if period == DAY], now - LATEST_DAILY, now, DAY).values
    found: dict[int, dict[str, Values]] = defaultdict(dict)
    for pk, resource_id, metric, period in needed:
        if period == DAY:
            known = seldom[pk][~np.isnan(seldom[pk])] if pk in seldom else np.empty(0)
            if len(known):
                found[resource_id][metric] = np.full(size, known[-1])
        elif pk in fine:
            found[resource_id][metric] = fine[pk]
    return found


def _linked(plain: Mapping[int, Metered]) -> dict[int, dict[str, list[Metered]]]:
    """Neighbours by resource and kind of link."""
    rows = Link.objects.filter(source__in=list(plain), target__in=list(plain), enabled=True)
    found: dict[int, dict[str, list[Metered]]] = {}
    for source, target, kind in rows.values_list("source_id", "target_id", "kind"):
        found.setdefault(source, {}).setdefault(kind, []).append(plain[target])
        found.setdefault(target, {}).setdefault(f"<{kind}", []).append(plain[source])
    return found


def hours_of(series_ids: Sequence[int], window: Window) -> dict[int, Values]:
    """Hourly values of series over a window of whole hours."""
    drawn = draw(places_of(series_ids), window, EVERY_POINT, fine=timedelta(0))
    return {pk: line.values for pk, line in drawn.items() if line.step == HOUR}
