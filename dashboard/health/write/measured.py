"""The resources of some stacks with all that was measured of them, derived metrics included: few queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dashboard.catalog import all_services
from dashboard.catalog.ratios import PERIOD
from dashboard.catalog.shape import Service, Values
from dashboard.inventory.models import Resource
from dashboard.metrics.derive import complete, derive_values
from dashboard.metrics.models import Series

Read = Callable[[Sequence[int]], dict[int, Values]]
"""Values of series by id, on one grid."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Measured:
    """A resource and the values of its metrics by key, on one grid of times."""

    resource_id: int
    stack_id: int
    service: Service
    values: dict[str, Values]
    seldom: bool
    """Only metrics that come once a day have come: they can't be judged by the minute, and `values` is empty."""


def measure(stack_ids: Iterable[int], read: Read, step: int) -> list[Measured]:
    """Every present catalogue resource of those stacks; `read` gives the values `step` seconds apart."""
    found = Resource.objects.filter(stack_id__in=list(stack_ids), gone_at=None).values_list(
        "pk", "stack_id", "service", "limits"
    )
    resources = [one for one in found if one[2] in all_services()]
    keys, daily = _keys([one[0] for one in resources])
    values = read([series_id for by_key in keys.values() for series_id in by_key.values()])
    measured = []
    for pk, stack_id, key, limits in resources:
        service = all_services()[key]
        stored = {metric: values[series_id] for metric, series_id in keys.get(pk, {}).items() if series_id in values}
        whole = complete(service, stored)
        derived = derive_values(service, {**limits, PERIOD: step}, whole)
        measured.append(Measured(pk, stack_id, service, {**whole, **derived}, seldom=pk in daily and pk not in keys))
    return measured


def _keys(resource_ids: Sequence[int]) -> tuple[dict[int, dict[str, int]], set[int]]:
    """Series ids by resource and metric key, and the resources whose metrics come once a day and have come."""
    rows = Series.objects.filter(resource_id__in=resource_ids).values_list(
        "resource_id", "metric", "pk", "block__period", "block__newest_at"
    )
    keys: dict[int, dict[str, int]] = defaultdict(dict)
    daily: set[int] = set()
    for resource_id, metric, pk, period, newest_at in rows:
        if period < HOUR:
            keys[resource_id or 0][metric] = pk
        elif newest_at is not None:
            daily.add(resource_id or 0)
    return keys, daily
