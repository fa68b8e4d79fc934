"""Lines for charts and totals of windows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.core.windows import Window
from dashboard.metrics.models import Series
from dashboard.metrics.read import lines, recent, tables, totals
from dashboard.metrics.write import seal, store_hourly, store_points
from tests.metrics.conftest import NOW, MakeSeries, column, epoch, times

NAN = float("nan")
HOUR = timedelta(hours=1)


def test_a_short_window_shows_every_value_and_gaps_as_nan(make_series: MakeSeries) -> None:
    (series,) = make_series()
    store_points([series], times(NOW, 1), column(5))
    store_points([series], times(NOW + timedelta(minutes=10), 1), column(6))
    line = lines([series.pk], Window(NOW, NOW + timedelta(minutes=20)))[series.pk]
    assert (line.start, line.step, line.period) == (epoch(NOW), 300, 300)
    np.testing.assert_array_equal(line.values, [5, NAN, 6, NAN])


def test_a_month_keeps_a_spike_of_five_minutes(make_series: MakeSeries) -> None:
    (series,) = make_series()
    values = np.full(288 * 30, 10.0)
    values[4321] = 9999.0
    start = NOW - timedelta(days=30)
    store_points([series], times(start, len(values)), values.reshape(-1, 1))
    seal(NOW)
    line = lines([series.pk], Window(start, NOW), 500)[series.pk]
    assert len(line.values) <= 500
    assert np.nanmax(line.values) == 9999.0
    assert line.step * len(line.values) >= timedelta(days=30).total_seconds()


def test_a_refresh_a_little_later_draws_the_same_points(make_series: MakeSeries) -> None:
    (series,) = make_series()
    rng = np.random.default_rng(3)
    store_points([series], times(NOW - timedelta(days=7), 288 * 7), rng.normal(size=(288 * 7, 1)))
    first, later = (
        lines([series.pk], Window(NOW - timedelta(days=7) + by, NOW - HOUR + by), 200)[series.pk]
        for by in (timedelta(0), timedelta(minutes=5))
    )
    shift = (later.start - first.start) // first.step
    assert first.step == later.step
    np.testing.assert_array_equal(first.values[shift:-4], later.values[: len(first.values) - shift - 4])


def test_after_the_first_connect_a_fortnight_is_drawn_by_the_hour(make_series: MakeSeries) -> None:
    (series,) = make_series(statistic="Sum", days=1)
    store_hourly([series.pk], times(NOW - timedelta(days=14), 14 * 24, 3600), np.full((14 * 24, 1), 120.0))
    store_points([series], times(NOW - HOUR, 12), np.full((12, 1), 11.0))
    fortnight = lines([series.pk], Window(NOW - timedelta(days=14), NOW))[series.pk]
    assert (fortnight.step, fortnight.period) == (3600, 3600)
    np.testing.assert_array_equal(fortnight.values, [120.0] * (14 * 24))
    day = lines([series.pk], Window(NOW - timedelta(hours=23), NOW))[series.pk]
    assert day.step == 300


def test_open_hours_are_computed_and_the_running_one_is_left_out(make_series: MakeSeries) -> None:
    (series,) = make_series(statistic="Sum", days=0)
    store_points([series], times(NOW - HOUR, 18), np.ones((18, 1)))
    line = lines([series.pk], Window(NOW - 2 * HOUR, NOW + HOUR))[series.pk]
    np.testing.assert_array_equal(line.values, [NAN, 12.0, NAN])


def test_series_of_another_period_have_their_own_step(make_series: MakeSeries) -> None:
    (fine,), (daily,) = make_series(period=60), make_series(period=86_400)
    midnight = datetime(2026, 3, 9, tzinfo=UTC)
    store_points([fine], times(midnight, 1, 60), column(1))
    store_points([daily], times(midnight, 1, 86_400), column(2))
    drawn = lines([fine.pk, daily.pk], Window(midnight, midnight + timedelta(days=1)), 2000)
    assert {pk: line.step for pk, line in drawn.items()} == {fine.pk: 60, daily.pk: 86_400}
    assert drawn[daily.pk].values.tolist() == [2.0]


def test_a_series_without_points_is_a_line_of_nan(make_series: MakeSeries) -> None:
    (series,) = make_series()
    assert np.isnan(lines([series.pk], Window(NOW, NOW + HOUR))[series.pk].values).all()


def test_an_unknown_series_has_no_line(db: None) -> None:
    assert lines([4711], Window(NOW, NOW + HOUR)) == {}


def test_totals_add_up_what_lies_in_the_window(make_series: MakeSeries) -> None:
    series, silent = make_series(2)
    store_points([series], times(NOW, 4), column(1, NAN, 5, 3))
    found = totals([series.pk, silent.pk], Window(NOW, NOW + timedelta(minutes=15)))
    assert list(found) == [series.pk]
    total = found[series.pk]
    assert (total.sum, total.minimum, total.maximum, total.last, total.count) == (6, 1, 5, 5, 2)
    assert total.last_at == epoch(NOW) + 600


def test_totals_of_a_week_come_from_hours(make_series: MakeSeries) -> None:
    (series,) = make_series()
    store_points([series], times(NOW - timedelta(days=7), 288 * 7), np.ones((288 * 7, 1)))
    seal(NOW)
    assert totals([series.pk], Window(NOW - timedelta(days=7), NOW))[series.pk].sum == 288 * 7


def test_the_last_minutes_of_many_series_stand_on_one_grid(make_series: MakeSeries) -> None:
    (five,), (one,) = make_series(period=300), make_series(period=60)
    start = NOW - timedelta(minutes=15)
    store_points([five], times(start, 3), column(1, 2, 3))
    store_points([one], times(start, 14, 60), column(*range(14)))
    at, values = recent([five.pk, one.pk], start, NOW, 300)
    assert at.tolist() == times(start, 3)
    np.testing.assert_array_equal(values[five.pk], [1, 2, 3])
    np.testing.assert_array_equal(values[one.pk], [4, 9, 13])


def test_tables_hold_all_positions_of_their_blocks(make_series: MakeSeries) -> None:
    series = make_series(3)
    store_points(series, times(NOW, 2), np.arange(6.0).reshape(2, 3))
    table = tables([series[0].block_id], NOW, NOW + HOUR)[series[0].block_id]
    np.testing.assert_array_equal(table.values[:, series[1].position], [1, 4])


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_series(make_series: MakeSeries, number: int) -> None:
    series = make_series(number)
    store_points(series, times(NOW, 3), np.ones((3, number)))
    with CaptureQueriesContext(connection) as queries:
        lines([one.pk for one in series], Window(NOW, NOW + HOUR))
    assert len(queries) <= 3


def test_lines_reach_over_sealed_and_open_days(make_series: MakeSeries) -> None:
    (series,) = make_series()
    store_points([series], times(NOW - timedelta(days=3), 288 * 3), column(*range(288 * 3)))
    seal(NOW)
    line = lines([series.pk], Window(NOW - timedelta(days=3), NOW), 1000)[series.pk]
    np.testing.assert_array_equal(line.values, range(288 * 3))
    assert Series.objects.get(pk=series.pk).fine_from is not None
