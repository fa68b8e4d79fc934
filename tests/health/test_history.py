"""The past of a stack's signals, once the history of its resources has come."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.core.windows import Window
from dashboard.health.write import backfill_signals
from dashboard.inventory.models import Stack
from dashboard.metrics.models import Series, Slice
from dashboard.metrics.read import lines, recent
from dashboard.metrics.write import store_hourly
from tests.factories import GRID, NOW
from tests.health.conftest import CALM, MakeMeasured

HISTORY = timedelta(days=3)


@pytest.fixture
def filled(stack: Stack, make_measured: MakeMeasured) -> Stack:
    """A stack whose function has a day of points and three days of hours."""
    resource = make_measured(points={key: [values[0]] * 288 for key, values in CALM.items()})
    series = list(Series.objects.filter(resource=resource))
    at = [int((GRID - HISTORY + timedelta(hours=hour)).timestamp()) for hour in range(48)]
    store_hourly([one.pk for one in series], at, np.full((48, len(series)), 1200.0))
    Series.objects.update(backfilled_at=NOW, fine_from=GRID - timedelta(hours=24))
    return stack


def traffic_of(stack: Stack) -> Series:
    return Series.objects.get(stack=stack, metric="traffic")


def test_the_last_day_is_filled_five_minutes_apart(filled: Stack) -> None:
    assert backfill_signals(filled.account, NOW, HISTORY) == 1
    traffic = traffic_of(filled)
    day = recent([traffic.pk], GRID - timedelta(hours=24), GRID, 300).values[traffic.pk]
    assert np.nanmin(day) == np.nanmax(day) == 600
    assert np.isnan(day).sum() <= 1


def test_the_days_before_are_filled_by_the_hour(filled: Stack) -> None:
    backfill_signals(filled.account, NOW, HISTORY)
    window = Window(GRID - HISTORY, GRID - timedelta(days=2))
    line = lines([traffic_of(filled).pk], window, 1000)[traffic_of(filled).pk]
    assert line.step == 3600
    assert line.values.tolist() == [1200.0] * 24


def test_the_past_is_filled_once(filled: Stack) -> None:
    assert backfill_signals(filled.account, NOW, HISTORY) == 1
    assert backfill_signals(filled.account, NOW, HISTORY) == 0


def test_a_stack_waits_until_the_history_of_all_its_resources_has_come(
    filled: Stack, make_measured: MakeMeasured
) -> None:
    make_measured("late")
    assert backfill_signals(filled.account, NOW, HISTORY) == 0
    assert not Series.objects.filter(stack=filled).exists()


def test_the_last_day_of_one_minute_stacks_is_left_to_their_own_polls(filled: Stack) -> None:
    Stack.objects.update(resolution=60)
    assert backfill_signals(filled.account, NOW, HISTORY) == 1
    traffic = traffic_of(filled)
    window = Window(GRID - HISTORY, GRID - timedelta(days=2))
    assert lines([traffic.pk], window, 1000)[traffic.pk].values.tolist() == [1200.0] * 24
    assert not Slice.objects.filter(block=traffic.block).exists()


@pytest.mark.parametrize("several", [1, 6])
def test_queries_do_not_grow_with_resources(filled: Stack, make_measured: MakeMeasured, several: int) -> None:
    for number in range(several):
        make_measured(f"function-{number}")
    Series.objects.update(backfilled_at=NOW, fine_from=GRID - timedelta(hours=24))
    with CaptureQueriesContext(connection) as queries:
        backfill_signals(filled.account, NOW, HISTORY)
    assert len(queries) <= 80, "most of them make the stack's four series, once"
