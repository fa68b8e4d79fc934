"""Points are asked for in full batches, stored as they come, and a failing call loses only its own."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from dashboard.aws import MetricQuery
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.metrics.collect import Collected, collect, sources_of
from dashboard.metrics.models import Block, Series, Slice
from dashboard.metrics.read import lines
from dashboard.metrics.write import retire
from tests.metrics.conftest import NOW, MakeSeries, epoch
from tests.metrics.fake_region import THROTTLED, UNREACHABLE, FakeRegion

NAN = float("nan")
LATER = NOW + timedelta(minutes=5)


def run(account: Account, aws: FakeRegion, source: str = "metrics_5m", at=NOW, part: int = 0) -> Collected:
    return collect(account, "eu-west-1", source, part, aws=aws, now=at)  # type: ignore[arg-type]


def as_new(series: Sequence[Series]) -> None:
    Series.objects.filter(pk__in=[one.pk for one in series]).update(fine_from=None, backfilled_at=None)


def test_the_first_poll_asks_for_a_day_and_notes_where_points_begin(make_series: MakeSeries, account: Account) -> None:
    series = make_series(2)
    as_new(series)
    aws = FakeRegion()
    came = run(account, aws)
    ((names, window, period),) = aws.asked
    assert (names, period, window.length) == (["M0", "M1"], 300, timedelta(days=1))
    assert window.end == NOW - timedelta(minutes=5)  # the newest period has not settled
    assert (came.points, came.series, came.errors) == (576, 2, [])
    assert Series.objects.get(pk=series[0].pk).fine_from == window.start


def test_later_polls_ask_again_for_what_may_come_late(make_series: MakeSeries, account: Account) -> None:
    make_series()
    run(account, FakeRegion())
    aws = FakeRegion()
    run(account, aws, at=LATER)
    ((_, window, _),) = aws.asked
    assert window == Window(NOW - timedelta(minutes=20), NOW)


def test_after_a_long_interruption_a_day_is_asked_for_and_hours_before_it_again(
    make_series: MakeSeries, account: Account
) -> None:
    (series,) = make_series()
    run(account, FakeRegion())
    Series.objects.update(backfilled_at=NOW)
    aws = FakeRegion()
    run(account, aws, at=NOW + timedelta(days=3))
    assert [window.length for _, window, _ in aws.asked] == [timedelta(days=1)]
    series.refresh_from_db()
    assert series.backfilled_at is None


def test_silence_is_no_interruption(make_series: MakeSeries, account: Account) -> None:
    (series,) = make_series()
    silent = FakeRegion(lambda query, at: NAN)
    for days in range(3):
        run(account, silent, at=NOW + timedelta(days=days) / 2)
    before = series.fine_from
    series.refresh_from_db()
    assert series.fine_from == before
    run(account, silent, at=NOW + timedelta(days=1, minutes=5))
    assert silent.asked[-1][1].length == timedelta(minutes=20)


def test_what_a_failed_call_left_out_is_asked_for_by_the_next(make_series: MakeSeries, account: Account) -> None:
    make_series()
    run(account, FakeRegion())
    for minutes in (5, 10, 15):
        failing = FakeRegion(fails=lambda queries, window, period: THROTTLED)
        run(account, failing, at=NOW + timedelta(minutes=minutes))
    aws = FakeRegion()
    run(account, aws, at=NOW + timedelta(minutes=20))
    assert aws.asked[0][1].length == timedelta(minutes=35)


def test_a_full_block_is_one_call(make_series: MakeSeries, account: Account) -> None:
    make_series(500)
    run(account, FakeRegion(lambda query, at: NAN))
    aws = FakeRegion()
    run(account, aws)
    assert [len(names) for names, _, _ in aws.asked] == [500]


def test_first_answers_fit_on_one_page(make_series: MakeSeries, account: Account) -> None:
    as_new(make_series(500))
    aws = FakeRegion()
    run(account, aws)
    assert [len(names) for names, _, _ in aws.asked] == [350, 150]


def test_series_that_are_not_active_are_not_asked_for(make_series: MakeSeries, account: Account) -> None:
    first, second = make_series(2)
    retire([first.pk])
    aws = FakeRegion()
    run(account, aws)
    assert [names for names, _, _ in aws.asked] == [["M1"]]
    line = lines([second.pk], Window(NOW - timedelta(minutes=15), NOW - timedelta(minutes=5)))[second.pk]
    assert line.values.tolist() == [1, 1]


def test_a_failing_call_loses_only_its_own_batch(make_series: MakeSeries, account: Account) -> None:
    lost, kept = make_series(500), make_series(3)
    aws = FakeRegion(fails=lambda queries, window, period: THROTTLED if len(queries) > 3 else None)
    came = run(account, aws)
    assert came.ok
    assert came.errors == [THROTTLED] * len(came.errors) != []
    assert set(Slice.objects.values_list("block", flat=True)) == {kept[0].block_id}
    aws.fails = lambda queries, window, period: None
    run(account, aws, at=LATER)
    assert Slice.objects.filter(block_id=lost[0].block_id).exists()


def test_after_a_hopeless_error_nothing_more_is_asked(
    make_series: MakeSeries, account: Account, settings: pytest.FixtureRequest
) -> None:
    settings.AWS_THREADS = 1
    make_series(1500)
    aws = FakeRegion(fails=lambda queries, window, period: UNREACHABLE)
    came = run(account, aws)
    assert not came.ok
    assert len(aws.asked) == 1
    assert not Slice.objects.exists()


def test_a_partial_answer_is_kept_and_asked_for_again(make_series: MakeSeries, account: Account) -> None:
    whole, part = make_series(2)
    as_new([whole, part])
    run(account, FakeRegion(partial=(1,)))
    assert Slice.objects.exists()
    assert Series.objects.get(pk=whole.pk).fine_from is not None
    assert Series.objects.get(pk=part.pk).fine_from is None


def test_an_answer_without_points_is_no_error_and_stores_nothing(make_series: MakeSeries, account: Account) -> None:
    make_series()
    came = run(account, FakeRegion(lambda query, at: NAN))
    assert (came.ok, came.points, came.errors) == (True, 0, [])
    assert not Slice.objects.exists()


def test_points_between_the_periods_are_left_out(make_series: MakeSeries, account: Account) -> None:
    class Skewed(FakeRegion):
        def metric_data(self, queries: Sequence[MetricQuery], window: Window, period: int):
            answer = super().metric_data(queries, window, period)
            return type(answer)(answer.at + 60, answer.values)

    make_series()
    run(account, Skewed())
    assert not Slice.objects.exists()


def test_the_hourly_source_fetches_a_fortnight_once_and_percentiles_for_ever(
    make_series: MakeSeries, account: Account
) -> None:
    as_new(make_series(1, "Sum") + make_series(1, "p99"))
    first, second = FakeRegion(), FakeRegion()
    run(account, first, "metrics_1h")
    run(account, second, "metrics_1h", at=NOW + timedelta(hours=1))
    assert [(names, window.length, period) for names, window, period in first.asked] == [
        (["M0", "M0"], timedelta(days=14), 3600)
    ]
    assert [(names, window.length) for names, window, _ in second.asked] == [(["M0"], timedelta(hours=25))]


def test_daily_metrics_are_asked_for_until_yesterdays_value_is_there(make_series: MakeSeries, account: Account) -> None:
    as_new(make_series(period=86_400))
    yesterday = epoch(NOW.replace(hour=0)) - 86_400
    first, again, quiet = (FakeRegion(lambda query, at: 7.0 if at < yesterday else NAN) for _ in range(3))
    run(account, first, "metrics_1h")
    assert [(window.length, period) for _, window, period in first.asked] == [(timedelta(days=14), 86_400)]
    again.value = lambda query, at: 8.0 if at <= yesterday else NAN
    run(account, again, "metrics_1h", at=NOW + timedelta(hours=1))
    run(account, quiet, "metrics_1h", at=NOW + timedelta(hours=2))
    assert [window.length for _, window, _ in again.asked] == [timedelta(days=3)]
    assert quiet.asked == []
    assert not Series.objects.filter(backfilled_at=None).exists()


def test_sources_follow_the_series_there_are(make_series: MakeSeries, account: Account) -> None:
    make_series(period=60)
    make_series(period=86_400)
    assert sources_of(account) == [("eu-west-1", "metrics_1h", 1), ("eu-west-1", "metrics_1m", 1)]


def test_many_blocks_are_shared_between_parts(make_series: MakeSeries, account: Account) -> None:
    Block.objects.bulk_create(Block(account=account, region="eu-west-1", period=300, size=500) for _ in range(10))
    make_series()
    assert ("eu-west-1", "metrics_5m", 2) in sources_of(account)
    aws = FakeRegion()
    run(account, aws)
    assert aws.asked == []
    run(account, aws, part=1)
    assert len(aws.asked) == 1


def test_values_are_stored_as_numbers_of_the_series_they_belong_to(make_series: MakeSeries, account: Account) -> None:
    series = make_series(3)
    run(account, FakeRegion(lambda query, at: float(query.name[1:])))
    found = lines([one.pk for one in series], Window(NOW - timedelta(minutes=15), NOW - timedelta(minutes=5)))
    np.testing.assert_array_equal([found[one.pk].values[0] for one in series], [0, 1, 2])
