"""Events of objectives counted and stored, day by day; counting again changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Max, Q

from dashboard.inventory.models import Account
from dashboard.metrics.calendar import DAY, HOUR, ceil_to, floor_to
from dashboard.metrics.models import Series
from dashboard.metrics.packing import pack_series
from dashboard.slos.counts import STEP, Counts, laid_over, part
from dashboard.slos.models import Slo, SloDay
from dashboard.slos.read.days import SLOTS_OF_DAY, stored
from dashboard.slos.read.measured import TAIL, measure
from dashboard.slos.read.standings import window_of
from dashboard.traces.models import GraphSlice

AGAIN_AFTER = timedelta(days=1)
"""How often the whole window is counted again, for points that came late."""
KEPT = timedelta(days=40)
"""Longer than any window."""
Held = Mapping[int, Counts]


def count(account: Account, now: datetime) -> int:
    """Count what came for the account's objectives since they were counted; returns how many there are."""
    slos = list(Slo.objects.filter(account=account, enabled=True))
    if not slos:
        return 0
    at = int(now.timestamp())
    start, end = min(window_of(one, at)[0] for one in slos), ceil_to(at + 1, DAY)
    held = stored((one.pk for one in slos), start, end)
    whole = _incomplete(slos, held, now)
    _count([one for one in slos if one.pk in whole], held, start, now)
    rest = [one for one in slos if one.pk not in whole]
    _count(rest, held, min((_tail(one, at) for one in rest), default=at), now)
    Slo.objects.filter(pk__in=whole).update(counted_at=now)
    return len(slos)


def forget(slo: Slo) -> None:
    """Drop what was counted: the objective is about something else now."""
    SloDay.objects.filter(slo=slo).delete()
    Slo.objects.filter(pk=slo.pk).update(counted_until=None, counted_at=None)


def expire(now: datetime) -> int:
    """Drop days that no window reaches; returns how many rows."""
    return SloDay.objects.filter(day__lt=int((now - KEPT).timestamp()) // DAY).delete()[0]


def _tail(slo: Slo, at: int) -> int:
    """From where the newest events are counted anew: points may be late."""
    return floor_to(min(slo.counted_until or at, at) - TAIL.total_seconds(), HOUR)


def _incomplete(slos: Sequence[Slo], held: Held, now: datetime) -> set[int]:
    """Objectives whose whole window is to be counted: new ones, those whose history has come, and each daily."""
    whole = {one.pk for one in slos if one.counted_at is None or one.counted_at <= now - AGAIN_AFTER}
    return whole | _with_new_history(slos) | _with_new_slices(slos, held, now)


def _with_new_history(slos: Sequence[Slo]) -> set[int]:
    """Those of whose series hours were fetched since."""
    asked = Q(stack__in=[one.stack_id for one in slos if one.stack_id])
    asked |= Q(resource__in=[one.resource_id for one in slos if one.resource_id])
    asked |= Q(stack__account__in=[one.account_id for one in slos if not one.stack_id and not one.resource_id])
    rows = Series.objects.filter(asked, backfilled_at__isnull=False).order_by()
    newest = list(
        rows.values("stack_id", "resource_id", "stack__account_id")
        .annotate(newest=Max("backfilled_at"))
        .values_list("stack_id", "resource_id", "stack__account_id", "newest")
    )
    return {
        one.pk
        for one in slos
        for stack_id, resource_id, account_id, at in newest
        if one.counted_at and at > one.counted_at and _is_about(one, stack_id, resource_id, account_id)
    }


def _is_about(slo: Slo, stack_id: int | None, resource_id: int | None, account_id: int | None) -> bool:
    if slo.resource_id:
        return slo.resource_id == resource_id
    return slo.stack_id == stack_id if slo.stack_id else slo.account_id == account_id


def _with_new_slices(slos: Sequence[Slo], held: Held, now: datetime) -> set[int]:
    """Those of traces with hours that are stored and were not counted."""
    traced = [one for one in slos if one.kind == Slo.Kind.LATENCY]
    if not traced:
        return set()
    until = floor_to((now - TAIL).timestamp(), HOUR)
    start = min(held[one.pk].start for one in traced)
    rows = GraphSlice.objects.filter(account=traced[0].account_id, group="", period=HOUR, at__gte=start, at__lt=until)
    first_slots = [(at - start) // STEP for at in rows.values_list("at", flat=True)]
    return {one.pk for one in traced if _lacks_hour(held[one.pk], first_slots)}


def _lacks_hour(counts: Counts, first_slots: Sequence[int]) -> bool:
    """Whether nothing is known of any of the hours that begin at those slots."""
    known = ~np.isnan(counts.total)
    return not all(known[slot : slot + HOUR // STEP].any() for slot in first_slots)


def _count(slos: Sequence[Slo], held: Held, start: int, now: datetime) -> None:
    """Measure from `start` and store; what is older than the tail fills gaps alone, as fine counts came before."""
    if not slos:
        return
    end = floor_to(now.timestamp(), STEP)
    rows: list[SloDay] = []
    for slo, counts in zip(slos, measure(slos, start, end), strict=True):
        merged = _merged(counts, held[slo.pk], _tail(slo, int(now.timestamp())))
        rows += _days(slo, merged)
        if merged.newest is not None:
            slo.counted_until = merged.start + STEP * (merged.newest + 1)
    with transaction.atomic():
        SloDay.objects.bulk_create(
            rows, batch_size=100, update_conflicts=True, unique_fields=("slo", "day"), update_fields=("total", "bad")
        )
        Slo.objects.bulk_update(slos, ["counted_until"])


def _merged(counts: Counts, held: Counts, tail: int) -> Counts:
    """What is known of the days that were measured.

    Older than the tail, what is stored stays: it was counted from finer points than are read now.
    """
    first, last = floor_to(counts.start, DAY), ceil_to(counts.end, DAY)
    cut = min(max(tail, first), last)
    old = laid_over(part(counts, first, cut), part(held, first, cut))
    new = laid_over(part(held, cut, last), part(counts, cut, last))
    return Counts(first, np.concatenate((old.total, new.total)), np.concatenate((old.bad, new.bad)))


def _days(slo: Slo, counts: Counts) -> Iterator[SloDay]:
    """A row for each day of which something is known."""
    for number in range(len(counts.total) // SLOTS_OF_DAY):
        slots = slice(number * SLOTS_OF_DAY, (number + 1) * SLOTS_OF_DAY)
        total, bad = counts.total[slots], counts.bad[slots]
        if not np.isnan(total).all():
            day = counts.start // DAY + number
            yield SloDay(slo=slo, day=day, total=pack_series(total), bad=pack_series(bad))
