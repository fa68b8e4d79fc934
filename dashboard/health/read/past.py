"""What conditions ask of the past: values of the weeks before, and deploys. Few queries for all resources at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from dashboard.catalog.ratios import PERIOD
from dashboard.catalog.shape import Limits, Service, Threshold, Values
from dashboard.inventory.models import Deploy
from dashboard.metrics.derive import complete, derive_values
from dashboard.metrics.models import Series
from dashboard.metrics.read import weeks_before
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import PAD, Times

LONGEST_DEPLOY = timedelta(days=1)
"""One that has not ended after so long is not waited for."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A resource of which the past is asked for."""

    resource_id: int
    stack_id: int
    service: Service
    limits: Limits
    thresholds: Sequence[Threshold]

    @property
    def metrics(self) -> set[str]:
        """Those that its thresholds hold against the past, and what tells their volume."""
        looking = [one for one in self.thresholds if condition(one.condition).weeks]
        return {key for one in looking for key in (one.metric, *(one.floor[:1] if one.floor else ()))}

    @property
    def weeks(self) -> int:
        """How far back."""
        return max((condition(one.condition).weeks for one in self.thresholds), default=0)


@dataclass(frozen=True, slots=True)
class Past:
    """Values of the weeks before by resource and metric, and deploys by stack; as a Background wants them."""

    weeks: Mapping[int, Mapping[str, Values]]
    deploys: Mapping[int, Sequence[tuple[int, int]]]


def past_of(asking: Iterable[Asking], at: Times) -> Past:
    """All that the thresholds of those resources ask of the time before the regular grid `at`; nothing if none does."""
    asked = [one for one in asking if one.weeks]
    if not asked or len(at) < 2:
        return Past({}, {})
    step = int(at[1] - at[0])
    pad = PAD // step
    grid = np.arange(int(at[0]) - pad * step, int(at[-1]) + (pad + 1) * step, step, dtype=np.int64)
    stored = _stored(asked, grid)
    found = {one.resource_id: _with_derived(one, stored.get(one.resource_id, {}), step) for one in asked}
    return Past(found, _deploys({one.stack_id for one in asked}, at))


def stored_needs(service: Service, metrics: Iterable[str]) -> set[str]:
    """The stored metrics behind those, and what tells that silence means zero."""
    derived = {one.key: one.needs for one in service.derived}
    asked = {*metrics, service.signals.traffic}
    while asked & derived.keys():
        asked = {need for key in asked for need in derived.get(key, (key,))}
    return asked


def _stored(asked: Sequence[Asking], grid: Times) -> dict[int, dict[str, Values]]:
    """Values by resource and stored metric, as [weeks, times]."""
    wanted = {one.resource_id: stored_needs(one.service, one.metrics) for one in asked}
    every = set().union(*wanted.values())
    rows = Series.objects.filter(resource_id__in=list(wanted), metric__in=list(every)).values_list(
        "pk", "resource_id", "metric"
    )
    owners = {pk: (owner, metric) for pk, owner, metric in rows if owner is not None and metric in wanted[owner]}
    found: dict[int, dict[str, Values]] = defaultdict(dict)
    for pk, values in weeks_before(owners, grid, max(one.weeks for one in asked)).items():
        owner, metric = owners[pk]
        found[owner][metric] = values
    return found


def _with_derived(one: Asking, stored: Mapping[str, Values], step: int) -> dict[str, Values]:
    if not stored:
        return {}
    whole = complete(one.service, stored)
    found = {**whole, **derive_values(one.service, {**one.limits, PERIOD: step}, whole)}
    return {key: found[key] for key in one.metrics if key in found}


def _deploys(stack_ids: Collection[int], at: Times) -> dict[int, list[tuple[int, int]]]:
    """Unix times of deploys that may touch the grid; one that goes on ends at the grid's end."""
    start, end = (datetime.fromtimestamp(int(when), UTC) for when in (at[0], at[-1]))
    rows = Deploy.objects.between(start - timedelta(hours=1), end + timedelta(hours=1)).filter(
        stack_id__in=list(stack_ids), started_at__gte=start - LONGEST_DEPLOY
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for stack_id, started_at, finished_at in rows.values_list("stack_id", "started_at", "finished_at"):
        found[stack_id].append((int(started_at.timestamp()), int((finished_at or end).timestamp())))
    return found
