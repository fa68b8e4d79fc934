"""The signals of stacks for the time before they were first judged, from what was backfilled of their resources."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import Exists, OuterRef

from dashboard.core.windows import Window
from dashboard.health.write.measured import measure
from dashboard.health.write.stored_signals import UNITS, laid_out, series_of, signals_by_stack
from dashboard.inventory.models import Account, Stack
from dashboard.metrics import calendar
from dashboard.metrics.models import Series
from dashboard.metrics.packing import Values
from dashboard.metrics.read import lines, recent
from dashboard.metrics.write import store_hourly, store_points

FINE = timedelta(hours=24)
STEP = 300
EVERY_POINT = 1_000_000


def backfill_signals(account: Account, now: datetime, history: timedelta) -> int:
    """Compute the past of every stack whose resources' history has come; returns how many stacks."""
    waiting = Series.objects.filter(resource__stack=OuterRef("pk"), active=True, backfilled_at=None)
    done = Series.objects.filter(stack=OuterRef("pk"), metric__in=UNITS, backfilled_at__isnull=False)
    ready = Stack.objects.filter(account=account, gone_at=None, resources__series__active=True).distinct()
    stacks = {stack.pk: stack for stack in ready.filter(~Exists(waiting), ~Exists(done))}
    if not stacks:
        return 0
    series_of(stacks)
    _fill_fine(stacks, now)
    _fill_hours(stacks, now, history)
    Series.objects.filter(stack_id__in=stacks, metric__in=UNITS).update(backfilled_at=now, fine_from=now - FINE)
    return len(stacks)


def _fill_fine(stacks: dict[int, Stack], now: datetime) -> None:
    """The last day, five minutes apart; stacks of one-minute resolution are left to their own polls."""
    coarse = {pk: stack for pk, stack in stacks.items() if stack.resolution == STEP}
    window = _whole(now - FINE, now, STEP)
    at = np.arange(int(window.start.timestamp()), int(window.end.timestamp()), STEP)

    def read(series_ids: Sequence[int]) -> dict[int, Values]:
        return dict(recent(series_ids, window.start, window.end, STEP).values)

    series, matrix = laid_out(coarse, signals_by_stack(measure(coarse, read, STEP), len(at)))
    if series:
        store_points(series, at.tolist(), matrix)


def _fill_hours(stacks: dict[int, Stack], now: datetime, history: timedelta) -> None:
    """The days before, by the hour."""
    window = _whole(now - history, now, calendar.HOUR)
    at = np.arange(int(window.start.timestamp()), int(window.end.timestamp()), calendar.HOUR)

    def read(series_ids: Sequence[int]) -> dict[int, Values]:
        drawn = lines(series_ids, window, EVERY_POINT)
        return {
            pk: line.values for pk, line in drawn.items() if line.step == calendar.HOUR and len(line.values) == len(at)
        }

    series, matrix = laid_out(stacks, signals_by_stack(measure(stacks, read, calendar.HOUR), len(at)))
    if series:
        store_hourly([one.pk for one in series], at.tolist(), matrix)


def _whole(start: datetime, end: datetime, step: int) -> Window:
    """A window on whole steps."""
    first, last = (int(moment.timestamp()) // step * step for moment in (start, end))
    return Window(datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
