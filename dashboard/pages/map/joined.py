"""The service map with what the rooms beside traces know: verdicts on resources, and how long messages wait."""

from collections.abc import Collection

import numpy as np

from dashboard.access.roles import Scope
from dashboard.catalog import all_services
from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.health.models import ResourceHealth
from dashboard.inventory.models import Resource
from dashboard.metrics.models import Series
from dashboard.metrics.read import lines
from dashboard.pages.state import PageState
from dashboard.traces.read import service_map
from dashboard.traces.read.shape import ServiceMap

MILLISECOND = 0.001


def map_for(scope: Scope, state: PageState, *, group: str = "", stack_ids: Collection[int] | None = None) -> ServiceMap:
    """The map of a page's window, comparison and filters."""
    return service_map(
        scope,
        state.window,
        compared=state.compared,
        accounts=state.accounts,
        environments=state.environments,
        teams=state.teams,
        group=group,
        stack_ids=stack_ids,
        states=verdicts(scope),
        ages=waiting_times(scope, state.window),
    )


def verdicts(scope: Scope) -> dict[int, tuple[str, str]]:
    """State and reason by resource id."""
    resources = Resource.objects.visible_to(scope).present()
    rows = ResourceHealth.objects.filter(resource__in=resources)
    return {pk: (state, reason) for pk, state, reason in rows.values_list("resource_id", "state", "reason")}


def waiting_times(scope: Scope, window: Window) -> dict[int, tuple[float, float]]:
    """Median and worst seconds that queues, streams and buses kept what they carry, by resource id."""
    metrics = {(one.key, one.waiting) for one in all_services().values() if one.waiting}
    services, keys = {service for service, _ in metrics}, {key for _, key in metrics}
    resources = Resource.objects.visible_to(scope).present().filter(service__in=services)
    rows = Series.objects.filter(resource__in=resources, metric__in=keys).values_list(
        "pk", "resource_id", "resource__service", "metric", "unit"
    )
    told = {pk: (resource, unit) for pk, resource, service, metric, unit in rows if (service, metric) in metrics}
    found: dict[int, tuple[float, float]] = {}
    for pk, line in lines(told, window).items():
        values = line.values[~np.isnan(line.values)]
        if len(values):
            resource, unit = told[pk]
            scale = MILLISECOND if unit == Unit.MILLISECONDS else 1.0
            found[resource] = float(np.median(values)) * scale, float(values.max()) * scale
    return found
