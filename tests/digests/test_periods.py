"""When digests are due: once per local date, never early, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from dashboard.digests.periods import (
    Cadence,
    Due,
    Rhythm,
    due_at,
    exists,
    first_working_day,
    is_due_on,
    next_due,
    period_of,
    to_compose,
)
from tests.digests import zones

EVERY_DAY = frozenset(range(7))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def daily(at: time = time(8), zone: str = "Europe/Berlin", days: frozenset[int] = EVERY_DAY) -> Rhythm:
    return Rhythm(Cadence.DAILY, days, at, zone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "day", "expected"),
    [
        (time(8), date(2026, 3, 28), "2026-03-28 07:00"),
        (time(8), date(2026, 3, 29), "2026-03-29 06:00"),
        (time(2, 30), date(2026, 3, 29), "2026-03-29 01:30"),  # 02:30 is skipped: it is 03:30
        (time(2, 30), date(2026, 10, 25), "2026-10-25 00:30"),  # 02:30 comes twice: the first
        (time(8), date(2026, 10, 25), "2026-10-25 07:00"),
    ],
)
def test_a_digest_is_due_at_its_local_time(at: time, day: date, expected: str) -> None:
    assert due_at(daily(at), day) == utc(expected)


def test_a_date_that_a_zone_left_out_has_no_digest() -> None:
    left_out = date(2011, 12, 30)  # Samoa went to the other side of the date line
    assert not exists(left_out, "Pacific/Apia")
    assert not is_due_on(daily(zone="Pacific/Apia"), left_out)
    assert exists(date(2011, 12, 31), "Pacific/Apia")


@pytest.mark.parametrize(
    ("month", "expected"),
    [(date(2026, 5, 17), 1), (date(2026, 8, 31), 3), (date(2026, 11, 2), 2), (date(2026, 2, 1), 2)],
)
def test_the_first_working_day_of_a_month_is_no_weekend(month: date, expected: int) -> None:
    assert first_working_day(month) == month.replace(day=expected)


def test_a_digest_covers_the_time_since_the_one_before() -> None:
    working = daily(days=frozenset(range(5)))
    monday = period_of(working, date(2026, 11, 23))
    assert (monday.start, monday.end) == (utc("2026-11-20 07:00"), utc("2026-11-23 07:00"))


def test_over_a_change_of_clocks_a_day_is_23_or_25_hours_long() -> None:
    assert period_of(daily(), date(2026, 3, 29)).length == timedelta(hours=23)
    assert period_of(daily(), date(2026, 10, 25)).length == timedelta(hours=25)


def test_what_was_missed_comes_once_and_covers_all_of_it() -> None:
    last = period_of(daily(), date(2026, 11, 20))
    due = to_compose(daily(), LONG_AGO, last, utc("2026-11-23 09:15"))
    assert due == Due(date(2026, 11, 23), utc("2026-11-20 07:00"), utc("2026-11-23 07:00"))
    assert to_compose(daily(), LONG_AGO, due, utc("2026-11-23 09:16")) is None


def test_after_half_a_year_without_one_it_covers_35_days() -> None:
    last = period_of(daily(), date(2026, 5, 20))
    due = to_compose(daily(), LONG_AGO, last, utc("2026-11-23 09:15"))
    assert due is not None
    assert due.length == timedelta(days=35)


def test_nothing_is_sent_that_fell_due_before_the_schedule_was_made() -> None:
    assert to_compose(daily(), utc("2026-11-23 08:00"), None, utc("2026-11-23 09:00")) is None


def test_a_schedule_that_is_moved_to_a_later_hour_sends_no_second_digest_that_day() -> None:
    sent = period_of(daily(time(8)), date(2026, 11, 23))
    later = daily(time(10))
    assert to_compose(later, LONG_AGO, sent, utc("2026-11-23 12:00")) is None
    tomorrow = to_compose(later, LONG_AGO, sent, utc("2026-11-24 12:00"))
    assert tomorrow == Due(date(2026, 11, 24), sent.end, utc("2026-11-24 09:00"))


def test_a_schedule_without_days_is_never_due() -> None:
    never = Rhythm(Cadence.WEEKLY, frozenset(), time(8), "UTC")
    assert to_compose(never, LONG_AGO, None, utc("2026-11-23 12:00")) is None
    assert next_due(never, utc("2026-11-23 12:00")) is None


def test_the_next_digest_lies_ahead() -> None:
    assert next_due(daily(), utc("2026-11-23 06:59")) == date(2026, 11, 23)
    assert next_due(daily(), utc("2026-11-23 07:00")) == date(2026, 11, 24)


@pytest.fixture(scope="module")
def sorts() -> list[str]:
    """One zone of each sort."""
    return zones.different(zones.zones())


def test_every_sort_of_zone_gets_exactly_one_digest_per_period_and_never_early(sorts: list[str]) -> None:
    assert len(sorts) > 40
    total = zones.run_all(sorts[::6])  # `make zones` takes all of them
    assert total.faults == 0, total.examples
    assert total.made == total.periods


def test_a_sender_that_is_often_down_sends_late_once_and_leaves_nothing_out(sorts: list[str]) -> None:
    total = zones.run_all(sorts[::8], asleep=0.7)
    assert total.faults == 0, total.examples
    assert 0 < total.made < total.periods


def test_a_schedule_by_utc_dates_is_found_out() -> None:
    def by_utc(rhythm: Rhythm, since: datetime, last: Due | None, now: datetime) -> Due | None:
        """The planted fault: the date is read from UTC, the time is local."""
        end = datetime.combine(now.date(), rhythm.at, UTC)
        done = last is not None and last.date == now.date()
        return None if now < end or done else Due(now.date(), end - timedelta(days=1), end)

    total = zones.run_all(["America/Los_Angeles", "Asia/Tokyo"], by_utc)
    assert total.faults > 0
