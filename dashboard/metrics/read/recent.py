"""The last minutes of many series at once: what judging and overviews look at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from dashboard.metrics import calendar, packing
from dashboard.metrics.models import Slice
from dashboard.metrics.packing import Buffer, Times, Values
from dashboard.metrics.read.fetch import fetch
from dashboard.metrics.read.places import Place, fine_values, places_of


class Recent(NamedTuple):
    """Times, and values aligned with them by series id."""

    at: Times
    values: Mapping[int, Values]


class Table(NamedTuple):
    """A block's slices as they are stored: times, and values as [times, positions]."""

    at: Times
    values: Values


def tables(block_ids: Iterable[int], since: datetime, until: datetime) -> dict[int, Table]:
    """All values of blocks in [since, until): one query; blocks without any are left out."""
    start, end = int(since.timestamp()), int(until.timestamp())
    rows = Slice.objects.filter(block_id__in=list(block_ids), at__gte=start, at__lt=end).order_by("block_id", "at")
    by_block: dict[int, tuple[list[int], list[Buffer]]] = defaultdict(lambda: ([], []))
    for block_id, at, values in fetch(rows.values_list("block_id", "at", "values")):
        by_block[block_id][0].append(at)
        by_block[block_id][1].append(values)
    return {
        block_id: Table(
            np.array(at, np.int64), packing.unpack_rows(packed, max(len(row) for row in packed) // packing.WIDTH)
        )
        for block_id, (at, packed) in by_block.items()
    }


def recent(series_ids: Iterable[int], since: datetime, until: datetime, step: int) -> Recent:
    """Values of many series on one grid of `step` seconds in [since, until); NaN where nothing came.

    Series of a shorter period show at each step the last value in it; longer ones only where their times fall.
    """
    start = calendar.ceil_to(since.timestamp(), step)
    end = calendar.ceil_to(until.timestamp(), step)
    at = np.arange(start, end, step, dtype=np.int64)
    places = places_of(series_ids)
    return Recent(at, {places[index].series_id: values for index, values in on_grid(places, at, step)})


def on_grid(places: Sequence[Place], at: Times, step: int) -> Iterator[tuple[int, Values]]:
    """Fine values of series on the grid `at` of `step` seconds, by their index."""
    if not len(at):
        return
    start, end = int(at[0]), int(at[-1]) + step
    by_period: dict[int, list[int]] = defaultdict(list)
    for index, place in enumerate(places):
        by_period[place.period].append(index)
    for period, indexes in by_period.items():
        chosen = [places[index] for index in indexes]
        fine = fine_values(chosen, calendar.floor_to(start, period), calendar.ceil_to(end, period), period)
        yield from zip(indexes, _on_grid(fine, calendar.floor_to(start, period), period, at, step), strict=True)


def _on_grid(fine: Values, start: int, period: int, at: Times, step: int) -> Values:
    """Bring rows of one period onto the grid `at`."""
    grid = np.full((len(fine), len(at)), np.nan)
    for offset in range(0, max(step, period), period):  # later values of a step lie over earlier ones
        columns = (at + offset - start) // period
        fits = ((at + offset) % period == 0) & (columns >= 0) & (columns < fine.shape[1])
        grid[:, fits] = packing.merge(grid[:, fits], fine[:, columns[fits]])
    return grid
