"""GetMetricData in full batches, several at a time, into slices and hours."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from django.conf import settings

from dashboard.aws import MetricAnswer, MetricQuery, Region
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.catalog import all_services
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.metrics import asking, calendar, resample
from dashboard.metrics.collect.sources import HOURLY, blocks_of, is_daily
from dashboard.metrics.models import Block, Series
from dashboard.metrics.packing import Values
from dashboard.metrics.write import store_hourly, store_points

HOPELESS = (ErrorKind.UNREACHABLE, ErrorKind.CREDENTIALS, ErrorKind.ACCESS_DENIED, ErrorKind.CAPPED)
"""Errors that the next call would meet as well: what hasn't started is not tried."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run brought. `newest_at` is the newest instant with a value; `errors` are those of single calls."""

    points: int
    series: int
    newest_at: datetime | None
    errors: list[AwsError] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether something came, or nothing failed."""
        return bool(self.series) or not self.errors


class Asked(NamedTuple):
    """What is needed of a series to ask for it and to store the answer."""

    pk: int
    block_id: int
    position: int
    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str
    metric: str
    resource__service: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Series asked for in one call, and what becomes of their values.

    `keep` stores (series, times, values as [times, series]); `mark` notes which series have been answered in full.
    """

    series: Sequence[Asked]
    window: Window
    period: int
    keep: Callable[[Sequence[Asked], Sequence[int], Values], object]
    mark: Callable[[Sequence[Asked]], object] = lambda series: None


def collect(account: Account, region: str, source: str, part: int, *, aws: Region, now: datetime) -> Collected:
    """Poll one part of a source: its blocks are asked for, several at a time, and stored as they arrive.

    A call that fails loses nothing but its own batch, which the next run asks for again.
    """
    blocks = blocks_of(account, region, source, part)
    batches = list(_hourly_batches(blocks, now) if source == HOURLY else _fine_batches(blocks, now))
    points = series = newest = 0
    errors: list[AwsError] = []
    for batch, answer in _answers(batches, aws):
        if isinstance(answer, AwsError):
            errors.append(answer)
            continue
        at, matrix = _on_grid(answer, batch.period)
        batch.keep(batch.series, at, matrix * _scales(batch.series))
        batch.mark([one for index, one in enumerate(batch.series) if index not in answer.partial])
        points += int(np.count_nonzero(~np.isnan(matrix)))
        series += len(batch.series)
        newest = max([newest, *at])
    return Collected(points, series, datetime.fromtimestamp(newest, UTC) if newest else None, errors)


def _on_grid(answer: MetricAnswer, period: int) -> tuple[list[int], Values]:
    """Times that are whole periods, and their values: nothing else fits the store."""
    fits = answer.at % period == 0
    return answer.at[fits].tolist(), answer.values[fits]


def _answers(batches: Sequence[Batch], aws: Region) -> Iterator[tuple[Batch, MetricAnswer | AwsError]]:
    """Ask for batches on threads, which hide latency, and hand over answers as they come, in the caller's thread.

    After a hopeless error no further call is started.
    """
    waiting = iter(batches)
    hopeless = False
    with ThreadPoolExecutor(settings.AWS_THREADS, thread_name_prefix="aws") as threads:
        under_way: dict[Future[MetricAnswer | AwsError], Batch] = {}
        while True:
            while not hopeless and len(under_way) < settings.AWS_THREADS and (batch := next(waiting, None)):
                under_way[threads.submit(_ask, batch, aws)] = batch
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                answer = future.result()
                hopeless = hopeless or (isinstance(answer, AwsError) and answer.kind in HOPELESS)
                yield under_way.pop(future), answer


def _ask(batch: Batch, aws: Region) -> MetricAnswer | AwsError:
    queries = [MetricQuery(one.namespace, one.name, one.dimensions, one.statistic) for one in batch.series]
    try:
        answer: MetricAnswer = aws.metric_data(queries, batch.window, batch.period)
    except AwsError as error:
        return error
    return answer


def _fine_batches(blocks: Sequence[Block], now: datetime) -> Iterator[Batch]:
    """Per block: known series since its newest point, new ones a day back."""
    for block in blocks:
        end = asking.closed_until(now, block.period, settings.METRIC_DELAY)
        if _was_interrupted(block, end):
            block.series.filter(active=True).update(fine_from=None, backfilled_at=None)
        known = _active(block, fine_from__isnull=False)
        window = asking.fine_window(block.asked_until, end, block.period, settings.METRIC_OVERLAP)
        yield from _batches(known, window, block.period, store_points, _mark_when_all(block, known, end))
        first = asking.back(end, asking.CATCH_UP, block.period)
        new = _active(block, fine_from=None)
        yield from _batches(new, first, block.period, store_points, partial(_mark_first, start=first.start))
        if not known:
            Block.objects.filter(pk=block.pk).update(asked_until=end)


def _was_interrupted(block: Block, end: int) -> bool:
    """Whether there is a gap longer than what is asked for again: then its hours are asked for as if it were new."""
    return block.asked_until is not None and end - block.asked_until > asking.CATCH_UP.total_seconds()


def _mark_when_all(block: Block, known: Sequence[Asked], end: int) -> Callable[[Sequence[Asked]], object]:
    """Note until when a block has been asked for, once each of its calls has been answered in full."""
    missing = {one.pk for one in known}

    def mark(answered: Sequence[Asked]) -> None:
        missing.difference_update(one.pk for one in answered)
        if not missing:
            Block.objects.filter(pk=block.pk).update(asked_until=end)

    return mark


def _mark_first(series: Sequence[Asked], *, start: datetime) -> None:
    """Note from when on series have fine points."""
    Series.objects.filter(pk__in=[one.pk for one in series]).update(fine_from=start)


def _hourly_batches(blocks: Sequence[Block], now: datetime) -> Iterator[Batch]:
    """Percentiles by the hour, hours of new series some days back, and daily metrics that are missing."""
    end = asking.closed_until(now, calendar.HOUR, settings.METRIC_DELAY)
    fine = [block for block in blocks if not is_daily(block)]
    history = asking.back(end, settings.BACKFILL, calendar.HOUR)
    new = [one for block in fine for one in _active(block, backfilled_at=None)]
    yield from _batches(new, history, calendar.HOUR, _keep_hours, partial(_mark_history, now=now))
    known = [one for block in fine for one in _active(block, backfilled_at__isnull=False)]
    percentiles = [one for one in known if resample.is_percentile(one.statistic)]
    again = asking.back(end, asking.HOURS_AGAIN, calendar.HOUR)
    yield from _batches(percentiles, again, calendar.HOUR, _keep_hours)
    for block in blocks:
        if is_daily(block):
            yield from _daily_batches(block, now)


def _daily_batches(block: Block, now: datetime) -> Iterator[Batch]:
    """Daily metrics: only while yesterday's value is missing, or for series that are new."""
    end = calendar.ceil_to(now.timestamp(), block.period)
    new, known = _active(block, fine_from=None), _active(block, fine_from__isnull=False)
    history = asking.back(end, settings.BACKFILL, block.period)
    yield from _batches(new, history, block.period, store_points, partial(_mark_daily, start=history.start, now=now))
    yesterday = calendar.floor_to(now.timestamp(), block.period) - block.period
    if block.newest_at is None or block.newest_at < yesterday:
        again = asking.back(end, asking.DAYS_AGAIN, block.period)
        yield from _batches(known, again, block.period, store_points)


def _mark_daily(series: Sequence[Asked], *, start: datetime, now: datetime) -> None:
    """Note that daily series have all there is: they have no hours."""
    _mark_first(series, start=start)
    _mark_history(series, now=now)


def _keep_hours(series: Sequence[Asked], at: Sequence[int], matrix: Values) -> None:
    store_hourly([one.pk for one in series], at, matrix)


def _mark_history(series: Sequence[Asked], *, now: datetime) -> None:
    """Note that the history of new series has been asked for."""
    Series.objects.filter(pk__in=[one.pk for one in series]).update(backfilled_at=now)


def _active(block: Block, **filters: object) -> list[Asked]:
    """Only the columns that are needed: a poll reads them for every series, each time."""
    active = Series.objects.filter(block=block, active=True, **filters)
    rows = active.order_by("position").values_list(*Asked._fields)
    return [Asked(*row) for row in rows]


def _batches(
    series: Sequence[Asked],
    window: Window,
    period: int,
    keep: Callable[[Sequence[Asked], Sequence[int], Values], object],
    mark: Callable[[Sequence[Asked]], object] = lambda series: None,
) -> Iterator[Batch]:
    """Split series so that each call's answer fits on one page."""
    size = asking.queries_in_one_call(window, period)
    for start in range(0, len(series), size):
        yield Batch(series[start : start + size], window, period, keep, mark)


def _scales(series: Sequence[Asked]) -> Values:
    """What each series' values are multiplied by, from the catalogue."""
    scales = _catalogue_scales()
    return np.array([scales.get((one.resource__service, one.metric), 1.0) for one in series])


@cache
def _catalogue_scales() -> dict[tuple[str, str], float]:
    return {
        (service.key, metric.key): metric.scale for service in all_services().values() for metric in service.metrics
    }
