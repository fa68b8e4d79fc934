"""An objective of a stack whose requests are known."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from dashboard.core.units import Unit
from dashboard.inventory.models import Stack
from dashboard.metrics.calendar import HOUR
from dashboard.metrics.write import computed_series, store_hourly, store_points
from dashboard.slos.models import Slo
from tests.factories import GRID, NOW, make_account, make_stack


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account())


@pytest.fixture
def slo(stack: Stack) -> Slo:
    return make_slo(stack)


def make_slo(owner: Stack, name: str = "checkout availability", **columns: object) -> Slo:
    given = {"objective": 0.999, "account": owner.account, "stack": owner}
    return Slo.objects.create(name=name, **{**given, **columns})


def make_requests(
    stack: Stack, *, hours: float = 72, total: float = 1000, bad: float = 0, until: datetime = GRID
) -> None:
    """So many requests, and so many failed ones, in each five minutes of the hours before `until`."""
    end = int(until.timestamp())
    at = list(range(end - int(hours * HOUR), end, 300))
    for metric, value in (("traffic", total), ("errors", bad)):
        series = computed_series(stack, metric, Unit.COUNT)
        series.fine_from = NOW - timedelta(days=20)
        series.save()
        store_points([series], at, np.full((len(at), 1), value))


def make_hours(stack: Stack, *, days: float, total: float, bad: float = 0.0) -> None:
    """Hourly sums of the days before the last two, of which no finer points are known."""
    end = int(GRID.timestamp()) // 86_400 * 86_400 - 2 * 86_400
    at = list(range(end - int(days * 86_400), end, HOUR))
    for metric, value in (("traffic", total), ("errors", bad)):
        series = computed_series(stack, metric, Unit.COUNT)
        series.fine_from = NOW - timedelta(days=1)
        series.save()
        store_hourly([series.pk], at, np.full((len(at), 1), value))
