"""Where series lie, and their fine values from sealed days and slices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import BinaryField, F, Func, Value

from dashboard.metrics import calendar, packing
from dashboard.metrics.models import SealedDay, Series, Slice
from dashboard.metrics.packing import Times, Values
from dashboard.metrics.read.fetch import fetch

IDS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A series' block and position, and what is needed to read it."""

    series_id: int
    block_id: int
    position: int
    period: int
    statistic: str
    fine_from: datetime | None


def places_of(series_ids: Iterable[int]) -> list[Place]:
    """The places of those series; ids that don't exist are left out."""
    ids = list(series_ids)
    found: list[Place] = []
    for start in range(0, len(ids), IDS_AT_ONCE):
        rows = Series.objects.filter(pk__in=ids[start : start + IDS_AT_ONCE]).values_list(
            "pk", "block_id", "position", "block__period", "statistic", "fine_from"
        )
        found += [Place(*row) for row in rows]
    return found


def fine_values(places: Sequence[Place], start: int, end: int, period: int) -> Values:
    """Values of series of one period in [start, end), as [series, times]; both ends are multiples of the period."""
    matrix = np.full((len(places), (end - start) // period), np.nan)
    if matrix.size:
        _lay_sealed_days(matrix, places, start, end, period)
        _lay_slices(matrix, places, start, end, period)
    return matrix


def _lay_sealed_days(matrix: Values, places: Sequence[Place], start: int, end: int, period: int) -> None:
    row_of = {place.series_id: row for row, place in enumerate(places)}
    sealed = SealedDay.objects.filter(
        series_id__in=list(row_of), day__gte=calendar.day_of(start), day__lte=calendar.day_of(end - 1)
    )
    found = fetch(sealed.values_list("series_id", "day", "period", "values"))
    unpacked = packing.unpack_many([packed for *_, packed in found])
    for (series_id, day, day_period, _), values in zip(found, unpacked, strict=True):
        row, first = matrix[row_of[series_id]], (day * calendar.DAY - start) // period
        if day_period == period:
            low, high = max(first, 0), min(first + len(values), len(row))
            row[low:high] = values[low - first : high - first]
        else:
            _lay_where_grids_meet(row, first, period, values, day_period)


def _lay_where_grids_meet(row: Values, first: int, period: int, values: Values, step: int) -> None:
    """Put a day of values `step` seconds apart, from before the series moved, into a row of another period."""
    times = step * np.arange(len(values))
    columns = first + times // period
    fits = (times % period == 0) & (columns >= 0) & (columns < len(row))
    row[columns[fits]] = values[fits]


def _lay_slices(matrix: Values, places: Sequence[Place], start: int, end: int, period: int) -> None:
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        rows_of[place.block_id].append(row)
    first = min(place.position for place in places)
    size = max(place.position for place in places) + 1 - first
    for block_id, (at, part) in slice_parts(rows_of, start, end, first, size).items():
        rows = rows_of[block_id]
        positions = np.array([places[row].position for row in rows])
        chosen = np.ix_(np.array(rows), (at - start) // period)
        matrix[chosen] = packing.merge(matrix[chosen], part[:, positions - first].T)


def slice_parts(
    block_ids: Iterable[int], start: int, end: int, first: int, size: int
) -> dict[int, tuple[Times, Values]]:
    """Positions [first, first + size) of blocks' slices in [start, end): times, and values as [times, positions].

    One query; the database cuts the bytes, so that a chart of one resource does not carry 500 series over the wire.
    """
    cut = Func(
        F("values"),
        Value(first * packing.WIDTH + 1),
        Value(size * packing.WIDTH),
        function="SUBSTR",
        output_field=BinaryField(),
    )
    slices = Slice.objects.filter(block_id__in=list(block_ids), at__gte=start, at__lt=end).order_by("block_id", "at")
    found: dict[int, tuple[list[int], list[bytes]]] = defaultdict(lambda: ([], []))
    for block_id, when, values in fetch(slices.values_list("block_id", "at", cut)):
        found[block_id][0].append(when)
        found[block_id][1].append(values)
    return {
        block_id: (np.array(times, np.int64), packing.unpack_rows(packed, size))
        for block_id, (times, packed) in found.items()
    }
