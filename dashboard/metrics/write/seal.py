"""Days that can no longer change move from slices to one compressed row per series; old rows go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import models, transaction

from dashboard.metrics import calendar, packing, resample
from dashboard.metrics.models import Block, HourlyMonth, SealedDay, Series, Slice
from dashboard.metrics.packing import Buffer, Values
from dashboard.metrics.write.points import ROWS_AT_ONCE, store_hourly

LATE = timedelta(hours=6)
"""How long after its end a day stays open for late data. Later data is merged into the sealed day."""
DELETE_AT_ONCE = 2000


def seal(now: datetime) -> int:
    """Seal every open day that ended more than LATE ago; returns how many days of blocks were sealed."""
    until = calendar.floor_to((now - LATE).timestamp(), calendar.DAY)
    sealed = 0
    for block in Block.objects.all():
        for day in _open_days(block.pk, until):
            _seal_day(block, day)
            sealed += 1
    return sealed


def _open_days(block_id: int, until: int) -> list[int]:
    """Days before `until` of which there are slices."""
    times = Slice.objects.filter(block_id=block_id, at__lt=until).values_list("at", flat=True)
    return sorted({calendar.day_of(at) for at in times})


@transaction.atomic
def _seal_day(block: Block, day: int) -> None:
    """Move one day of one block; readers see it either as slices or sealed."""
    Block.objects.select_for_update().get(pk=block.pk)
    start = day * calendar.DAY
    slices = Slice.objects.filter(block=block, at__gte=start, at__lt=start + calendar.DAY)
    rows = list(slices.order_by("at").values_list("at", "values"))
    series = list(block.series.order_by("position"))
    if rows and series:
        matrix = _day_matrix(block, start, rows)
        present = [one for one in series if one.position < len(matrix) and not np.isnan(matrix[one.position]).all()]
        _store_days(present, day, block.period, matrix[[one.position for one in present]])
        _store_hours(present, start, block.period, matrix)
    slices.delete()


def _day_matrix(block: Block, start: int, rows: Sequence[tuple[int, Buffer]]) -> Values:
    """The day as [positions, times]."""
    width = max(len(values) for _, values in rows) // packing.WIDTH
    matrix = np.full((width, calendar.DAY // block.period), np.nan)
    columns = [(at - start) // block.period for at, _ in rows]
    matrix[:, columns] = packing.unpack_rows([values for _, values in rows], width).T
    return matrix


def _store_days(series: Sequence[Series], day: int, period: int, matrix: Values) -> None:
    """Write the sealed days of those series, merged with what an earlier sealing wrote.

    A day that was sealed at another period, before the series moved, stays as it is.
    """
    ids = [one.pk for one in series]
    stored = SealedDay.objects.filter(series_id__in=ids, day=day).values_list("series_id", "values")
    old = {series_id: packing.unpack_series(values) for series_id, values in stored}
    SealedDay.objects.bulk_create(
        [
            SealedDay(series_id=pk, day=day, period=period, values=packing.pack_series(_over(old.get(pk), values)))
            for pk, values in zip(ids, matrix, strict=True)
            if pk not in old or old[pk].shape == values.shape
        ],
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=("series", "day"),
        update_fields=("period", "values"),
    )


def _over(old: Values | None, values: Values) -> Values:
    return values if old is None else packing.merge(old, values)


def _store_hours(series: Sequence[Series], start: int, period: int, matrix: Values) -> None:
    """Roll the day up into hours, where a statistic allows it: percentiles wait for CloudWatch's own."""
    if period > calendar.HOUR:
        return
    at = [start + hour * calendar.HOUR for hour in range(24)]
    for statistic in {one.statistic for one in series if not resample.is_percentile(one.statistic)}:
        chosen = [one for one in series if one.statistic == statistic]
        rows = matrix[[one.position for one in chosen]]
        hours = resample.combine(rows, calendar.HOUR // period, statistic)
        store_hourly([one.pk for one in chosen], at, hours.T)


def expire(now: datetime, keep_points: timedelta, keep_hourly: timedelta) -> int:
    """Drop sealed days and hourly months that are older than they are kept; returns how many rows went."""
    first_day = calendar.day_of(int((now - keep_points).timestamp()))
    first_month = calendar.month_of(int((now - keep_hourly).timestamp()))
    days = SealedDay.objects.filter(day__lt=first_day)
    return _delete_in_chunks(days) + _delete_in_chunks(HourlyMonth.objects.filter(month__lt=first_month))


def _delete_in_chunks(rows: models.QuerySet[SealedDay] | models.QuerySet[HourlyMonth]) -> int:
    """Delete rows a few at a time, so that nobody waits long for a lock."""
    gone = 0
    while ids := list(rows.values_list("pk", flat=True)[:DELETE_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
