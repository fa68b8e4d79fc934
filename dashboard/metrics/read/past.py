"""Values of the same times in the weeks before, for many series at once: few queries a week, whatever their number."""

from collections.abc import Iterable, Sequence

import numpy as np

from dashboard.metrics import calendar, packing, resample
from dashboard.metrics.models import HourlyMonth
from dashboard.metrics.packing import Times, Values
from dashboard.metrics.read.places import Place, places_of
from dashboard.metrics.read.recent import on_grid

WEEK = 7 * calendar.DAY


def weeks_before(series_ids: Iterable[int], at: Times, weeks: int) -> dict[int, Values]:
    """By series, the values one, two … weeks before the times of a regular grid, as [weeks, times].

    From before a series was collected, its backfilled hours stand for their points; sums are shared out evenly.
    """
    places = places_of(series_ids)
    step = int(at[1] - at[0])
    rows = np.stack([_week(places, at - number * WEEK, step) for number in range(1, weeks + 1)], axis=1)
    return {place.series_id: values for place, values in zip(places, rows, strict=True)}


def _week(places: Sequence[Place], at: Times, step: int) -> Values:
    """Values at those times as [series, times]."""
    matrix = np.full((len(places), len(at)), np.nan)
    for index, values in on_grid(places, at, step):
        matrix[index] = values
    young = [
        row for row, one in enumerate(places) if one.fine_from is None or one.fine_from.timestamp() > at[0]
    ]  # fmt: skip
    if young:
        matrix[young] = packing.merge(_hours([places[row] for row in young], at, step), matrix[young])
    return matrix


def _hours(places: Sequence[Place], at: Times, step: int) -> Values:
    """The hour in which each time lies, where it was stored by the hour."""
    matrix = np.full((len(places), len(at)), np.nan)
    row_of = {place.series_id: row for row, place in enumerate(places)}
    months = range(calendar.month_of(int(at[0])), calendar.month_of(int(at[-1])) + 1)
    stored = HourlyMonth.objects.filter(series_id__in=list(row_of), month__in=months)
    for series_id, month, packed in stored.values_list("series_id", "month", "values"):
        values = packing.unpack_series(packed)
        hours = (at - calendar.month_start(month)) // calendar.HOUR
        fits = (hours >= 0) & (hours < len(values))
        matrix[row_of[series_id], fits] = values[hours[fits]]
    added = [row for row, place in enumerate(places) if place.statistic in resample.ADDED]
    matrix[added] *= step / calendar.HOUR
    return matrix
