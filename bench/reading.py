"""read.chart and read.evaluate at 20,000 series, beside a narrow table of the same samples.

The last hour is there for all series; a month of history for 500 of them, the chart's four included. Both sides hold
exactly the same samples.
"""

import sys
from datetime import timedelta

import numpy as np
from django.db import connection

from bench import dataset, narrow
from bench.measure import Result, report, side_by_side
from dashboard.core.windows import Window
from dashboard.metrics.models import Series
from dashboard.metrics.read import lines, tables
from dashboard.metrics.write import store_points

MONTH = 30
LAST = timedelta(minutes=15)


def load(number: int, with_history: int) -> list[Series]:
    """Fill both sides."""
    series = dataset.make_series(dataset.make_account(), number)
    narrow.create()
    for times in dataset.days(MONTH):
        values = dataset.values_of(with_history, times, seed=int(times[0]))
        narrow.load(rows_of(series[:with_history], times, values))
    dataset.fill(series[:with_history], MONTH)
    end = dataset.epoch(dataset.NOW)
    hour = np.arange(end - 3600, end, dataset.PERIOD, dtype=np.int64)
    values = dataset.values_of(number, hour)
    store_points(series, hour.tolist(), values)
    narrow.upsert(rows_of(series, hour, values))
    narrow.analyze()
    return series


def rows_of(series: list[Series], times: np.ndarray, values: np.ndarray) -> list[narrow.Row]:
    """Narrow rows in the order in which polls bring them."""
    ids = [one.pk for one in series]
    return [
        (pk, at, value)
        for at, line in zip(times.tolist(), values.tolist(), strict=True)
        for pk, value in zip(ids, line, strict=True)
    ]


def measure_chart(series: list[Series], times: int) -> None:
    """Four series of one resource over a month, thinned out to 500 points each."""
    chosen = [one.pk for one in series[10:14]]
    end = dataset.NOW
    start = end - timedelta(days=MONTH)

    def ours() -> object:
        return lines(chosen, Window(start, end), 500)

    def narrow_rows() -> object:
        rows = narrow.read(chosen, int(start.timestamp()), int(end.timestamp()))
        by_series: dict[int, list[tuple[int, float]]] = {}
        for one, at, value in rows:
            by_series.setdefault(one, []).append((at, value))
        return {one: thinned(np.array(points)) for one, points in by_series.items()}

    ours_takes, narrow_takes = side_by_side([ours, narrow_rows], times)
    tell("read.chart", ours_takes, narrow_takes, 0.1)


def thinned(points: np.ndarray) -> np.ndarray:
    """Lowest and highest of each of 250 stretches: what ours gives, too."""
    size = -(-len(points) // 250)
    whole = points[: len(points) // size * size, 1].reshape(-1, size)
    return np.stack((whole.min(axis=1), whole.max(axis=1)), axis=1)


def measure_evaluate(series: list[Series], times: int) -> None:
    """The last quarter of an hour of all series, as arrays."""
    blocks = sorted({one.block_id for one in series})
    until = dataset.NOW
    since = until - LAST

    def ours() -> object:
        return tables(blocks, since, until)

    def narrow_rows() -> object:
        rows = narrow.read_all(int(since.timestamp()), int(until.timestamp()))
        by_series: dict[int, list[float]] = {}
        for one, _, value in rows:
            by_series.setdefault(one, []).append(value)
        return by_series

    ours_takes, narrow_takes = side_by_side([ours, narrow_rows], times)
    tell("read.evaluate", ours_takes, narrow_takes, 0.05)


def tell(name: str, ours: float, other: float, goal: float) -> None:
    """Report milliseconds against the narrow table's."""
    ratio = ours / other
    report(
        Result(
            f"{name}.{connection.vendor}", ours * 1000, "ms", f"narrow table: {other * 1000:.1f} ms", ratio,
            f"≤ {goal}×", ratio <= goal,
        )
    )  # fmt: skip


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    loaded = load(2000 if quick else 20_000, 20 if quick else 500)
    measure_chart(loaded, 5 if quick else 25)
    measure_evaluate(loaded, 5 if quick else 25)
