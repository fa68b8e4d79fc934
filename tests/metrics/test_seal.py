"""A sealed day reads like an open one; sealing twice, or late, changes nothing."""

from datetime import UTC, datetime, timedelta

import numpy as np

from dashboard.core.windows import Window
from dashboard.metrics.models import HourlyMonth, SealedDay, Series, Slice
from dashboard.metrics.read import lines, totals
from dashboard.metrics.write import expire, seal, store_hourly, store_points
from tests.metrics.conftest import NOW, MakeSeries, column, times

DAY = datetime(2026, 3, 8, tzinfo=UTC)
WINDOW = Window(DAY - timedelta(days=1), DAY + timedelta(days=2))


def fill(series: list[Series], days: int = 2) -> None:
    values = np.random.default_rng(7).poisson(50, (288 * days, len(series))).astype(float)
    values[values > 60] = np.nan
    store_points(series, times(DAY, 288 * days), values)


def read(series: list[Series]) -> np.ndarray:
    drawn = lines([one.pk for one in series], WINDOW, 5000)
    return np.stack([drawn[one.pk].values for one in series])


def test_reading_is_the_same_before_and_after_sealing(make_series: MakeSeries) -> None:
    series = make_series(3)
    fill(series)
    before, totals_before = read(series), totals([one.pk for one in series], WINDOW)
    assert seal(NOW) == 2
    assert not Slice.objects.exists()
    np.testing.assert_array_equal(read(series), before)
    assert totals([one.pk for one in series], WINDOW) == totals_before


def test_sealing_again_changes_nothing(make_series: MakeSeries) -> None:
    fill(make_series(2))
    seal(NOW)
    rows = list(SealedDay.objects.values_list("series", "day", "values"))
    assert seal(NOW) == 0
    assert list(SealedDay.objects.values_list("series", "day", "values")) == rows


def test_a_day_stays_open_for_late_data(make_series: MakeSeries) -> None:
    fill(make_series(), days=1)
    assert seal(DAY + timedelta(days=1, hours=5)) == 0
    assert seal(DAY + timedelta(days=1, hours=6)) == 1


def test_data_later_than_that_are_merged_into_the_sealed_day(make_series: MakeSeries) -> None:
    series = make_series()
    store_points(series, times(DAY, 2), column(1, 2))
    seal(NOW)
    store_points(series, times(DAY, 3), column(np.nan, 20, 30))
    np.testing.assert_array_equal(read(series)[0, 288:291], [1, 20, 30])
    seal(NOW)
    np.testing.assert_array_equal(read(series)[0, 288:291], [1, 20, 30])


def test_sums_are_rolled_up_into_hours_and_percentiles_are_not(make_series: MakeSeries) -> None:
    (counted,), (percentile,) = make_series(statistic="Sum"), make_series(statistic="p99")
    store_points([counted, percentile], times(DAY, 12), np.ones((12, 2)))
    seal(NOW)
    assert list(HourlyMonth.objects.values_list("series", flat=True)) == [counted.pk]


def test_a_percentile_keeps_the_hour_that_cloudwatch_gave(make_series: MakeSeries) -> None:
    (series,) = make_series(statistic="p99", days=0)
    store_points([series], times(DAY, 12), column(*range(12)))
    store_hourly([series.pk], times(DAY, 1, 3600), column(7.5))
    line = lines([series.pk], Window(DAY, DAY + timedelta(hours=1)))[series.pk]
    assert line.values.tolist() == [7.5]


def test_old_days_and_months_expire_and_newer_ones_stay(make_series: MakeSeries) -> None:
    fill(make_series())
    seal(NOW)
    assert expire(NOW, timedelta(days=2), timedelta(days=40)) == 0
    assert expire(DAY + timedelta(days=3), timedelta(days=2), timedelta(days=40)) == 1
    assert SealedDay.objects.count() == 1
    assert expire(NOW + timedelta(days=90), timedelta(days=63), timedelta(days=40)) == 2
    assert not HourlyMonth.objects.exists()
