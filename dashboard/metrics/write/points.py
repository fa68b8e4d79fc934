"""Points into slices, hours into months: upserts that merge, so that NaN never overwrites a value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from django.db import transaction

from dashboard.metrics import calendar, packing
from dashboard.metrics.models import Block, HourlyMonth, Series, Slice
from dashboard.metrics.packing import Times, Values

ROWS_AT_ONCE = 200
"""Rows in one statement: enough to amortise it, few enough for every engine's limit on parameters."""


def store(block_id: int, at: Sequence[int], matrix: Values) -> int:
    """Store values of a block; returns how many instants changed.

    `at` are distinct Unix times, multiples of the block's period. `matrix` is [times, positions]; it may be narrower
    than the block. Instants at which nothing came are left out.
    """
    came = packing.any_value(matrix)
    new = {int(when): values for when, values, any_came in zip(at, matrix, came, strict=True) if any_came}
    if not new:
        return 0
    with transaction.atomic():
        # One writer per block at a time: what is merged below can't change in between.
        newest = Block.objects.select_for_update().values_list("newest_at", flat=True).get(pk=block_id)
        changed = _changed(new, _stored(block_id, new))
        Slice.objects.bulk_create(
            [Slice(block_id=block_id, at=when, values=packing.pack_row(values)) for when, values in changed.items()],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=("block", "at"),
            update_fields=("values",),
        )
        if newest is None or max(new) > newest:
            Block.objects.filter(pk=block_id).update(newest_at=max(new))
    return len(changed)


def _stored(block_id: int, wanted: Iterable[int]) -> dict[int, Values]:
    """What is stored at those instants, NaN-padded to one width."""
    times = sorted(wanted)
    asked = {"at__in": times} if len(times) <= ROWS_AT_ONCE else {"at__range": (times[0], times[-1])}
    rows = list(Slice.objects.filter(block_id=block_id, **asked).values_list("at", "values"))
    if not rows:
        return {}
    width = max(len(values) for _, values in rows) // packing.WIDTH
    matrix = packing.unpack_rows([values for _, values in rows], width)
    return {when: values for (when, _), values in zip(rows, matrix, strict=True)}


def _changed(new: Mapping[int, Values], old: Mapping[int, Values]) -> dict[int, Values]:
    """Merged values of those instants that differ from what is stored; most of an overlap does not."""
    changed = {}
    for when, values in new.items():
        before = old.get(when)
        after = values if before is None else packing.merge(*_same_width(before, values))
        if before is None or not packing.same(before, after):
            changed[when] = after
    return changed


def _same_width(one: Values, other: Values) -> tuple[Values, Values]:
    width = max(len(one), len(other))
    return _widened(one, width), _widened(other, width)


def _widened(values: Values, width: int) -> Values:
    missing = width - len(values)
    return np.concatenate((values, np.full(missing, np.nan))) if missing else values


class Placed(Protocol):
    """Whatever knows its place: a Series, or the few columns of one."""

    @property
    def block_id(self) -> int:
        """Which block."""

    @property
    def position(self) -> int:
        """Where in it."""


def store_points(series: Sequence[Placed], at: Sequence[int], matrix: Values) -> None:
    """Store values of any series: `matrix` is [times, series], columns as in `series`."""
    by_block: dict[int, list[int]] = defaultdict(list)
    for column, one in enumerate(series):
        by_block[one.block_id].append(column)
    for block_id, columns in by_block.items():
        positions = [series[column].position for column in columns]
        whole = np.full((len(at), max(positions) + 1), np.nan)
        whole[:, positions] = matrix[:, columns]
        store(block_id, at, whole)


def store_hourly(series_ids: Sequence[int], at: Sequence[int], matrix: Values) -> int:
    """Store hourly values: `at` are Unix times of whole hours, `matrix` is [times, series]; returns changed months."""
    hours = np.asarray(at, np.int64)
    months = np.array([calendar.month_of(int(hour)) for hour in hours])
    changed = 0
    for month in np.unique(months):
        chosen = months == month
        positions = (hours[chosen] - calendar.month_start(int(month))) // calendar.HOUR
        changed += _store_month(series_ids, int(month), positions, matrix[chosen])
    return changed


def _store_month(series_ids: Sequence[int], month: int, positions: Times, matrix: Values) -> int:
    """Merge one month of many series. `positions` are hours of the month, `matrix` is [hours, series]."""
    new = np.full((len(series_ids), calendar.hours_of(month)), np.nan)
    new[:, positions] = matrix.T
    came = packing.any_value(new)
    wanted = {series_id: values for series_id, values, any_came in zip(series_ids, new, came, strict=True) if any_came}
    changed = 0
    for chunk in _chunks(sorted(wanted)):
        with transaction.atomic():
            changed += _merge_months(chunk, month, wanted)
    return changed


def _merge_months(series_ids: Sequence[int], month: int, wanted: Mapping[int, Values]) -> int:
    """Read, merge and write the months of some series; they are locked in one order, so writers can't deadlock."""
    list(Series.objects.select_for_update().filter(pk__in=series_ids).order_by("pk").values_list("pk", flat=True))
    stored = HourlyMonth.objects.filter(series_id__in=series_ids, month=month).values_list("series_id", "values")
    old = {series_id: packing.unpack_series(values) for series_id, values in stored}
    rows = []
    for series_id in series_ids:
        before = old.get(series_id)
        after = wanted[series_id] if before is None else packing.merge(before, wanted[series_id])
        if before is None or not packing.same(before, after):
            rows.append(HourlyMonth(series_id=series_id, month=month, values=packing.pack_series(after)))
    HourlyMonth.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("series", "month"), update_fields=("values",)
    )
    return len(rows)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE))
