"""Storing twice changes nothing, NaN never wins, late data find their place."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Stack
from dashboard.metrics.models import Block, HourlyMonth, Series, Slice
from dashboard.metrics.read import lines
from dashboard.metrics.write import computed_series, place, store, store_hourly, store_points
from dashboard.metrics.write.series import move
from tests.metrics.conftest import NOW, MakeSeries, column, epoch, times

NAN = float("nan")


def stored(block_id: int) -> dict[int, list[float]]:
    return {one.at: np.frombuffer(one.values).tolist() for one in Slice.objects.filter(block_id=block_id)}


def test_storing_twice_changes_nothing(make_series: MakeSeries) -> None:
    block_id = make_series(2)[0].block_id
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert store(block_id, times(NOW, 2), matrix) == 2
    before = stored(block_id)
    assert store(block_id, times(NOW, 2), matrix) == 0
    assert stored(block_id) == before


def test_nan_never_overwrites_a_value(make_series: MakeSeries) -> None:
    block_id = make_series(2)[0].block_id
    store(block_id, times(NOW, 1), np.array([[1.0, NAN]]))
    store(block_id, times(NOW, 1), np.array([[NAN, 2.0]]))
    assert stored(block_id) == {epoch(NOW): [1.0, 2.0]}


def test_a_corrected_value_replaces_the_earlier_one(make_series: MakeSeries) -> None:
    block_id = make_series()[0].block_id
    store(block_id, times(NOW, 1), column(5))
    store(block_id, times(NOW, 1), column(7))
    assert stored(block_id) == {epoch(NOW): [7.0]}


def test_a_block_that_grew_keeps_its_older_values(make_series: MakeSeries) -> None:
    block_id = make_series()[0].block_id
    store(block_id, times(NOW, 1), column(5))
    make_series(2)
    store(block_id, times(NOW, 1), np.array([[NAN, 6.0, 7.0]]))
    store(block_id, times(NOW, 1), column(4))
    assert stored(block_id) == {epoch(NOW): [4.0, 6.0, 7.0]}


def test_an_instant_at_which_nothing_came_leaves_no_row(make_series: MakeSeries) -> None:
    block_id = make_series()[0].block_id
    assert store(block_id, times(NOW, 2), column(NAN, NAN)) == 0
    assert stored(block_id) == {}
    assert Block.objects.get(pk=block_id).newest_at is None


def test_a_block_knows_its_newest_instant_and_late_data_do_not_turn_it_back(make_series: MakeSeries) -> None:
    block_id = make_series()[0].block_id
    store(block_id, times(NOW, 2), column(1, 2))
    store(block_id, times(NOW - timedelta(hours=1), 1), column(3))
    assert Block.objects.get(pk=block_id).newest_at == epoch(NOW) + 300


def test_points_of_several_blocks_find_their_positions(make_series: MakeSeries) -> None:
    fine, coarse = make_series(3, period=300), make_series(3, period=60)
    store_points([coarse[2], fine[1]], times(NOW, 1), np.array([[1.0, 2.0]]))
    np.testing.assert_array_equal(stored(fine[0].block_id)[epoch(NOW)], [NAN, 2.0])
    np.testing.assert_array_equal(stored(coarse[0].block_id)[epoch(NOW)], [NAN, NAN, 1.0])


def test_hours_across_the_end_of_a_month_go_into_both_months(make_series: MakeSeries) -> None:
    (series,) = make_series(statistic="p99")
    first = datetime(2026, 2, 28, 22, tzinfo=UTC)
    assert store_hourly([series.pk], times(first, 4, 3600), column(1, 2, 3, 4)) == 2
    assert store_hourly([series.pk], times(first, 4, 3600), column(1, NAN, 3, 4)) == 0
    assert HourlyMonth.objects.filter(series=series).count() == 2
    Series.objects.update(fine_from=None)
    line = lines([series.pk], Window(first, first + timedelta(hours=4)))[series.pk]
    np.testing.assert_array_equal(line.values, [1, 2, 3, 4])


def test_a_position_is_given_out_once_and_a_full_block_is_followed_by_another(
    make_series: MakeSeries, account: Account
) -> None:
    first, second = make_series(499), make_series(3)
    assert [one.position for one in second] == [499, 0, 1]
    assert second[0].block_id == first[0].block_id != second[1].block_id
    first[0].delete()
    assert make_series()[0].position == 2


def test_a_moved_series_takes_its_open_points_along(make_series: MakeSeries, account: Account) -> None:
    (series,) = make_series(period=60)
    store_points([series], times(NOW, 11, 60), column(*range(11)))
    move([series], account, "eu-west-1", 300)
    line = lines([series.pk], Window(NOW, NOW + timedelta(minutes=15)))[series.pk]
    assert line.step == 300
    np.testing.assert_array_equal(line.values, [0, 5, 10])


@pytest.mark.parametrize(("unit", "statistic"), [(Unit.COUNT, "Sum"), (Unit.MILLISECONDS, "Maximum")])
def test_a_computed_series_is_made_once(stack: Stack, unit: Unit, statistic: str) -> None:
    series = computed_series(stack, "traffic", unit)
    assert computed_series(stack, "traffic", unit) == series
    assert (series.statistic, series.block.computed, series.block.period) == (statistic, True, 300)


def test_computed_series_do_not_share_blocks_with_asked_ones(make_series: MakeSeries, stack: Stack) -> None:
    (asked,) = make_series()
    assert computed_series(stack, "traffic", Unit.COUNT).block_id != asked.block_id


def test_placing_nothing_makes_no_block(account: Account) -> None:
    assert place([], account, "eu-west-1", 300) == []
    assert not Block.objects.exists()
