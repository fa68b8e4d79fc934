"""The resources of some stacks with all that was measured of them, derived metrics included: few queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dashboard.catalog import all_services
from dashboard.catalog.ratios import PERIOD, ceilings
from dashboard.catalog.shape import Limits, Service, Values
from dashboard.inventory.models import Resource
from dashboard.metrics.derive import complete, derive_values
from dashboard.metrics.models import Series
from dashboard.thresholds.conditions.shape import Background
from dashboard.thresholds.finding import Subject, resource_subject
from dashboard.thresholds.inheritance import Place
from dashboard.thresholds.read import PLACE

Read = Callable[[Sequence[int]], dict[int, Values]]
"""Values of series by id, on one grid."""
HOUR = 3600
LATE = 600
"""Seconds that a point may come after it was first asked for; asking overlaps, so that it is not lost."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A resource and the values of its metrics by key, on one grid of times."""

    resource_id: int
    stack_id: int
    service: Service
    place: Place
    """What decides which thresholds are in force."""
    name: str
    values: dict[str, Values]
    limits: Limits
    background: Background
    seldom: bool
    """Only metrics that come once a day have come: they can't be judged by the minute, and `values` is empty."""

    @property
    def subject(self) -> Subject:
        """What findings are about."""
        return resource_subject(self.resource_id, self.stack_id, self.place.account_id, self.name)


def measure(stack_ids: Iterable[int], read: Read, step: int) -> list[Measured]:
    """Every present catalogue resource of those stacks; `read` gives the values `step` seconds apart."""
    found = Resource.objects.filter(stack_id__in=list(stack_ids), gone_at=None).values_list("limits", "name", *PLACE)
    resources = [(limits, name, Place(*columns)) for limits, name, *columns in found if columns[0] in all_services()]
    keys, daily, asked = _keys([place.resource_id for *_, place in resources])
    values = read([series_id for by_key in keys.values() for series_id in by_key.values()])
    measured = []
    for limits, name, place in resources:
        pk, service = place.resource_id, all_services()[place.service]
        stored = {metric: values[series_id] for metric, series_id in keys.get(pk, {}).items() if series_id in values}
        whole = complete(service, stored)
        derived = derive_values(service, {**limits, PERIOD: step}, whole)
        seldom = pk in daily and pk not in keys
        background = Background(ceilings(service.limited, {**limits, PERIOD: step}), due=asked.get(pk))
        measured.append(
            Measured(pk, place.stack_id, service, place, name, {**whole, **derived}, limits, background, seldom)
        )
    return measured


def _keys(resource_ids: Sequence[int]) -> tuple[dict[int, dict[str, int]], set[int], dict[int, int]]:
    """Series ids by resource and metric key, resources whose metrics come once a day, and up to when points are due.

    What was not asked for isn't missing.
    """
    rows = Series.objects.filter(resource_id__in=resource_ids, block__computed=False).values_list(
        "resource_id", "metric", "pk", "block__period", "block__newest_at", "block__asked_until"
    )
    keys: dict[int, dict[str, int]] = defaultdict(dict)
    daily: set[int] = set()
    asked: dict[int, int] = {}
    for resource_id, metric, pk, period, newest_at, asked_until in rows:
        if period < HOUR:
            keys[resource_id or 0][metric] = pk
            if asked_until is not None:
                due = asked_until - LATE
                asked[resource_id or 0] = min(due, asked.get(resource_id or 0, due))
        elif newest_at is not None:
            daily.add(resource_id or 0)
    return keys, daily, asked
