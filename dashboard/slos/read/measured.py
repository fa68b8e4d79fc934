"""What metrics and traces tell of objectives, five minutes apart: few queries for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import Q

from dashboard.catalog import all_services
from dashboard.catalog.ratios import PERIOD
from dashboard.catalog.shape import Service
from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.health.signals import ERRORS, LATENCY, TRAFFIC, resource_signals
from dashboard.inventory.models import Resource, Stack
from dashboard.metrics import calendar, resample
from dashboard.metrics.derive import complete, derive_values
from dashboard.metrics.models import Series
from dashboard.metrics.read import Place, draw, recent
from dashboard.slos.counts import STEP, Counts, Values, counts_of, nothing_known, spread
from dashboard.slos.models import Slo
from dashboard.slos.read.traced import traced

TAIL = timedelta(hours=3)
"""Points may come so late."""
EVERY_POINT = 1_000_000
SECONDS = {Unit.SECONDS: 1.0, Unit.MILLISECONDS: 1e-3, Unit.MICROSECONDS: 1e-6}
"""Of units of time."""
Signals = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class _Stored:
    """Series of stacks and resources that objectives are about."""

    places: list[Place] = field(default_factory=list)
    stacks: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """Series by stack and signal."""
    resources: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """Series by resource and metric."""


def measure(slos: Sequence[Slo], start: int, end: int) -> list[Counts]:
    """Counts of each objective in [start, end), Unix times of whole hours and slots; nothing is excluded yet.

    Objectives need not be saved. Where fine points do not reach back, an hour's events lie evenly in it.
    """
    from_traces = traced([one for one in slos if one.kind == Slo.Kind.LATENCY], start, end)
    others = [one for one in slos if one.kind != Slo.Kind.LATENCY]
    members = _stacks_of(others)
    stored = _stored(others, members)
    values = _values(stored.places, start, end)
    resources = Resource.objects.in_bulk([pk for one in others if (pk := one.resource_id)])
    found: list[Counts] = []
    for one in slos:
        if one.kind == Slo.Kind.LATENCY:
            found.append(from_traces[id(one)])
            continue
        if one.resource_id:
            signals = [_of_resource(resources[one.resource_id], stored.resources[one.resource_id], values)]
        else:
            signals = [_of_stack(stored.stacks[pk], values) for pk in members[id(one)]]
        found.append(_added([_events(one, each, start, end) for each in signals], start, end))
    return found


def _stacks_of(slos: Sequence[Slo]) -> dict[int, list[int]]:
    """Stacks that speak for each objective: its own, or all present ones of its account."""
    accounts = {one.account_id for one in slos if not one.stack_id and not one.resource_id}
    by_account: dict[int, list[int]] = defaultdict(list)
    if accounts:
        for pk, account_id in Stack.objects.present().filter(account__in=accounts).values_list("pk", "account_id"):
            by_account[account_id].append(pk)
    return {
        id(one): [] if one.resource_id else [one.stack_id] if one.stack_id else by_account[one.account_id]
        for one in slos
    }


def _stored(slos: Sequence[Slo], members: Mapping[int, Sequence[int]]) -> _Stored:
    stacks = {pk for several in members.values() for pk in several}
    resources = {one.resource_id for one in slos if one.resource_id}
    found = _Stored()
    if not stacks and not resources:
        return found
    wanted = Q(stack_id__in=stacks, metric__in=(TRAFFIC, ERRORS, LATENCY)) | Q(resource_id__in=resources)
    rows = Series.objects.filter(wanted, block__period__lt=calendar.HOUR).values_list(
        "stack_id", "resource_id", "metric", "pk", "block_id", "position", "block__period", "statistic", "fine_from"
    )
    for stack_id, resource_id, metric, pk, block_id, position, period, statistic, fine_from in rows:
        found.places.append(Place(pk, block_id, position, period, statistic, fine_from))
        owners = found.stacks[stack_id] if stack_id else found.resources[resource_id or 0]
        owners[metric] = pk
    return found


def _values(places: Iterable[Place], start: int, end: int) -> dict[int, Values]:
    """Values of series on slots; hours where fine points don't reach."""
    together: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        together[place.period, _fine_start(place, start, end)].append(place)
    found: dict[int, Values] = {}
    for (period, fine_start), some in together.items():
        fine = _fine(some, fine_start, end, period)
        hours = _hours(some, start, fine_start) if start < fine_start else {}
        for place in some:
            before = hours.get(place.series_id, np.empty(0))
            found[place.series_id] = np.concatenate((before, fine[place.series_id]))
    return found


def _fine_start(place: Place, start: int, end: int) -> int:
    """From where fine points are read: the first whole hour of which there are any."""
    reaches = place.fine_from.timestamp() if place.fine_from else end - TAIL.total_seconds()
    return min(max(calendar.ceil_to(reaches, calendar.HOUR), start), max(end // calendar.HOUR * calendar.HOUR, start))


def _fine(places: Sequence[Place], start: int, end: int, period: int) -> dict[int, Values]:
    step = min(period, STEP)
    values = recent([one.series_id for one in places], _moment(start), _moment(end), step).values
    if step == STEP:
        return dict(values)
    factor = STEP // step
    return {one.series_id: resample.combine(values[one.series_id][None, :], factor, one.statistic)[0] for one in places}


def _hours(places: Sequence[Place], start: int, end: int) -> dict[int, Values]:
    """Hourly values on slots: sums spread evenly, anything else repeated."""
    drawn = draw(places, Window(_moment(start), _moment(end)), EVERY_POINT, timedelta(0))
    statistics = {one.series_id: one.statistic for one in places}
    per_hour = calendar.HOUR // STEP
    return {
        pk: spread(line.values) if statistics[pk] in resample.ADDED else np.repeat(line.values, per_hour)
        for pk, line in drawn.items()
    }


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _of_stack(series: Mapping[str, int], values: Mapping[int, Values]) -> Signals:
    """A stack's signals; its latency in seconds."""
    found = {signal: values[pk] for signal, pk in series.items() if pk in values}
    if LATENCY in found:
        found[LATENCY] = found[LATENCY] * SECONDS[Unit.MILLISECONDS]
    return found


def _of_resource(resource: Resource, series: Mapping[str, int], values: Mapping[int, Values]) -> Signals:
    """A resource's signals, zeros that AWS leaves out written in; its latency in seconds."""
    service = all_services().get(resource.service)
    stored = {metric: values[pk] for metric, pk in series.items() if pk in values}
    if service is None or not stored:
        return {}
    whole = complete(service, stored)
    derived = derive_values(service, {**resource.limits, PERIOD: STEP}, whole)
    found = resource_signals(service, {**whole, **derived})
    if LATENCY in found:
        found[LATENCY] = found[LATENCY] * SECONDS.get(_unit_of(service, service.signals.latency), 1.0)
    return found


def _unit_of(service: Service, metric: str | None) -> Unit:
    units = {one.key: one.unit for one in service.metrics} | {one.key: one.unit for one in service.derived}
    return units.get(metric or "", Unit.SECONDS)


def _events(slo: Slo, signals: Signals, start: int, end: int) -> Counts:
    """Requests and those that failed; or one event for each slot of which the latency is known."""
    if slo.kind == Slo.Kind.AVAILABILITY:
        if TRAFFIC not in signals or ERRORS not in signals:
            return nothing_known(start, end)
        return counts_of(start, signals[TRAFFIC], signals[ERRORS])
    if LATENCY not in signals:
        return nothing_known(start, end)
    latency = signals[LATENCY]
    unknown = np.isnan(latency)
    with np.errstate(invalid="ignore"):
        slow = np.where(unknown, np.nan, (latency > (slo.target or 0)).astype(np.float64))
    return counts_of(start, np.where(unknown, np.nan, 1.0), slow)


def _added(each: Sequence[Counts], start: int, end: int) -> Counts:
    """Several together; a slot is known where any of them is."""
    if len(each) < 2:
        return each[0] if each else nothing_known(start, end)
    total, bad = np.stack([one.total for one in each]), np.stack([one.bad for one in each])
    unknown = np.isnan(total).all(axis=0)
    return counts_of(
        start,
        np.where(unknown, np.nan, np.nansum(total, axis=0)),
        np.where(unknown, np.nan, np.nansum(bad, axis=0)),
    )
