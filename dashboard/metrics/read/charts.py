"""Lines of charts and totals of windows, from fine values where they reach back far enough, else from hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dashboard.core.windows import Window
from dashboard.metrics import calendar, packing, resample
from dashboard.metrics.line import Line
from dashboard.metrics.models import HourlyMonth
from dashboard.metrics.packing import Values
from dashboard.metrics.read.places import Place, fine_values, places_of

FINE_TOTALS = timedelta(days=2)
"""Windows up to this long are totalled from fine values."""
FINE_LINES = timedelta(days=35)
"""Windows up to this long are drawn from fine values, so that a spike of minutes shows in a month."""


@dataclass(frozen=True, slots=True)
class Total:
    """What a window's values come to; None where nothing came."""

    sum: float
    minimum: float
    maximum: float
    last: float
    last_at: int
    count: int


def lines(series_ids: Iterable[int], window: Window, max_points: int = 500) -> dict[int, Line]:
    """Draw series over a window in at most `max_points` points each; spikes are kept.

    Series of one period share start and step. Every known series has a line, if only of NaN.
    """
    return draw(places_of(series_ids), window, max_points)


def draw(
    places: Iterable[Place], window: Window, max_points: int = 500, fine: timedelta = FINE_LINES
) -> dict[int, Line]:
    """Draw series whose places are known already, as `lines` does; windows longer than `fine` from hours."""
    drawn: dict[int, Line] = {}
    for period, group in _by_period(places).items():
        step = calendar.HOUR if _wants_hours(group, period, window, fine) else period
        start, end, size = _grid(window, step, max_points)
        matrix = _values(group, start, end, period, step)
        if size > 1:
            matrix = resample.keep_extremes(matrix, size)
        drawn_step = step if size == 1 else step * size // 2
        drawn.update(
            (place.series_id, Line(start, drawn_step, values, step))
            for place, values in zip(group, matrix, strict=True)
        )
    return drawn


def totals(series_ids: Iterable[int], window: Window) -> dict[int, Total]:
    """Sum, extremes, last value and count of values per series; series without any value are left out.

    Windows of more than two days are totalled from hours: their extremes of sums are those of hours.
    """
    found: dict[int, Total] = {}
    for period, places in _by_period(places_of(series_ids)).items():
        hourly = period < calendar.HOUR and (
            window.length > FINE_TOTALS or not _fine_reaches(places, window.start, newest=False)
        )
        step = calendar.HOUR if hourly else period
        start = calendar.ceil_to(window.start.timestamp(), step)
        end = max(calendar.ceil_to(window.end.timestamp(), step), start)
        found.update(_total(places, _values(places, start, end, period, step), start, step))
    return found


def _by_period(places: Iterable[Place]) -> Mapping[int, list[Place]]:
    groups: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.period].append(place)
    return groups


def _wants_hours(places: Sequence[Place], period: int, window: Window, fine: timedelta) -> bool:
    return period < calendar.HOUR and (window.length > fine or not _fine_reaches(places, window.start))


def _fine_reaches(places: Sequence[Place], start: datetime, *, newest: bool = True) -> bool:
    """Whether fine values of all (or, with newest=False, of any) of these series reach back to `start`."""
    reaches = [place.fine_from is not None and place.fine_from <= start for place in places]
    return all(reaches) if newest else any(reaches)


def _grid(window: Window, step: int, max_points: int) -> tuple[int, int, int]:
    """Start, end and bucket size; buckets lie on multiples of their length, so that a refresh doesn't shift them."""
    start, end = window.start.timestamp(), window.end.timestamp()
    size = resample.bucket_size(int(end - start) // step + 1, max_points)
    length = step * size
    return calendar.floor_to(start, length), calendar.ceil_to(end, length), size


def _values(places: Sequence[Place], start: int, end: int, period: int, step: int) -> Values:
    """Fine values when step and period agree, hours otherwise; as [series, times]."""
    if step == period:
        return fine_values(places, start, end, period)
    return _hours(places, start, end, period)


def _hours(places: Sequence[Place], start: int, end: int, period: int) -> Values:
    """Hourly values as stored, and rolled up from fine ones where they aren't yet."""
    matrix = np.full((len(places), (end - start) // calendar.HOUR), np.nan)
    row_of = {place.series_id: row for row, place in enumerate(places)}
    months = HourlyMonth.objects.filter(
        series_id__in=list(row_of), month__gte=calendar.month_of(start), month__lte=calendar.month_of(end - 1)
    )
    for series_id, month, packed in months.values_list("series_id", "month", "values"):
        first = (calendar.month_start(month) - start) // calendar.HOUR
        values = packing.unpack_series(packed)
        low, high = max(first, 0), min(first + len(values), matrix.shape[1])
        matrix[row_of[series_id], low:high] = values[low - first : high - first]
    open_from = max(start, end - _OPEN_HOURS * calendar.HOUR)
    column = (open_from - start) // calendar.HOUR
    matrix[:, column:] = packing.merge(_rolled_up(places, open_from, end, period), matrix[:, column:])
    return matrix


_OPEN_HOURS = 54
"""Days are sealed, and rolled up, some 30 hours after they began; a window may end in the future."""


def _rolled_up(places: Sequence[Place], start: int, end: int, period: int) -> Values:
    """Hours computed from fine values that may not be rolled up yet; an hour that is still running is left out."""
    fine = fine_values(places, start, end, period)
    factor = calendar.HOUR // period
    hours = np.full((len(places), fine.shape[1] // factor), np.nan)
    for statistic in {place.statistic for place in places}:
        rows = [row for row, place in enumerate(places) if place.statistic == statistic]
        hours[rows] = resample.combine(fine[rows], factor, statistic)
    newest = np.flatnonzero(~np.isnan(fine).all(axis=0))
    if len(newest) and (newest[-1] + 1) % factor:
        hours[:, newest[-1] // factor] = np.nan
    return hours


def _total(places: Sequence[Place], matrix: Values, start: int, step: int) -> dict[int, Total]:
    """Totals of rows that have values."""
    known = ~np.isnan(matrix)
    counts = known.sum(axis=1)
    rows = np.flatnonzero(counts)
    if not len(rows):
        return {}
    some, seen = matrix[rows], known[rows]
    last = some.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    columns = zip(
        np.nansum(some, axis=1).tolist(),
        np.nanmin(some, axis=1).tolist(),
        np.nanmax(some, axis=1).tolist(),
        some[np.arange(len(rows)), last].tolist(),
        (start + last * step).tolist(),
        counts[rows].tolist(),
        strict=True,
    )
    return {places[row].series_id: Total(*total) for row, total in zip(rows.tolist(), columns, strict=True)}
