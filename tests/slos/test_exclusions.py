"""Times that don't count: once, each week, through changes of the clock."""

from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.notify.matching import DAYS, Hours
from dashboard.slos.counts import STEP, summed, without
from dashboard.slos.exclusions import Exclusion, kept
from tests.slos.building import MONDAY, counted, stretch

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY = 24 * 12


def once(start: str, end: str) -> Exclusion:
    starts_at, ends_at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    return Exclusion(starts_at, ends_at)


def weekly(days: str, start: time, end: time, zone: str = "UTC") -> Exclusion:
    return Exclusion(LONG_AGO, None, Hours(frozenset(days.split()), start, end, zone))


def excluded(start: datetime, length: timedelta, *exclusions: Exclusion) -> list[str]:
    """The stretches left out, as times of day in UTC."""
    share = kept(int(start.timestamp()), int(length.total_seconds()) // STEP, exclusions)
    flags = np.concatenate(([False], share == 0, [False]))
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))).reshape(-1, 2)
    return ["-".join(f"{start + timedelta(seconds=STEP * int(edge)):%a %H:%M}" for edge in pair) for pair in edges]


def test_a_maintenance_is_left_out_to_the_minute() -> None:
    share = kept(MONDAY, 4, [once("2026-03-09T00:05", "2026-03-09T00:12")])
    assert share.tolist() == pytest.approx([1, 0, 0.6, 1])


def test_two_that_overlap_leave_no_minute_out_twice() -> None:
    first, second = once("2026-03-09T00:00", "2026-03-09T00:03"), once("2026-03-09T00:01", "2026-03-09T00:04")
    assert kept(MONDAY, 1, [first, second]).tolist() == pytest.approx([0.2])


def test_one_without_an_end_lasts() -> None:
    exclusion = Exclusion(datetime.fromtimestamp(MONDAY + STEP, UTC), None)
    assert kept(MONDAY, 3, [exclusion]).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("exclusion", "found"),
    [
        (weekly("mon", time(2), time(4)), ["Mon 02:00-Mon 04:00"]),
        (weekly("sun", time(23), time(1)), ["Mon 00:00-Mon 01:00"]),
        (weekly("mon tue", time(22), time(2)), ["Mon 22:00-Tue 02:00", "Tue 22:00-Wed 00:00"]),
        (weekly("tue", time(0), time(0)), ["Tue 00:00-Wed 00:00"]),
        (weekly("mon", time(2), time(4), "America/New_York"), ["Mon 06:00-Mon 08:00"]),
        (weekly("wed", time(2), time(4)), []),
    ],
)
def test_each_week_by_the_clock_of_a_time_zone(exclusion: Exclusion, found: list[str]) -> None:
    assert excluded(datetime.fromtimestamp(MONDAY, UTC), timedelta(days=2), exclusion) == found


@pytest.mark.parametrize(
    ("day", "hours", "found"),
    [
        (datetime(2026, 3, 29, tzinfo=UTC), (time(1), time(4)), ["Sun 00:00-Sun 02:00"]),  # the hour 2 to 3 is missing
        (datetime(2026, 3, 29, tzinfo=UTC), (time(2), time(3)), []),
        (datetime(2026, 10, 25, tzinfo=UTC), (time(2), time(3)), ["Sun 00:00-Sun 02:00"]),  # it occurs twice
        (datetime(2026, 10, 25, tzinfo=UTC), (time(3), time(4)), ["Sun 02:00-Sun 03:00"]),
    ],
)
def test_on_days_when_the_clock_changes_the_wall_decides(
    day: datetime, hours: tuple[time, time], found: list[str]
) -> None:
    exclusion = weekly("sun", *hours, "Europe/Berlin")
    assert excluded(day, timedelta(days=1), exclusion) == found


def test_a_weekly_one_holds_between_its_own_ends_alone() -> None:
    hours = Hours(frozenset(DAYS), time(2), time(3), "UTC")
    exclusion = Exclusion(datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, 2, 30, tzinfo=UTC), hours)
    found = excluded(datetime.fromtimestamp(MONDAY, UTC), timedelta(days=4), exclusion)
    assert found == ["Tue 02:00-Tue 03:00", "Wed 02:00-Wed 02:30"]


@given(st.integers(0, DAY - 1), st.integers(1, DAY), st.integers(0, 100))
def test_minutes_that_are_excluded_do_not_count(first: int, length: int, bad: int) -> None:
    """Whatever happens in an excluded time, the sum is that of the other slots."""
    last = min(first + length, DAY)
    slots = [(100.0, float(bad)) if first <= at < last else (100.0, 0.0) for at in range(DAY)]
    moments = [datetime.fromtimestamp(MONDAY + STEP * at, UTC) for at in (first, last)]
    found = summed(without(counted(slots), kept(MONDAY, DAY, [Exclusion(moments[0], moments[1])])))
    assert (found.total, found.bad, found.known) == (100 * (DAY - (last - first)), 0, 1)


def test_the_rest_of_a_slot_counts_by_its_share() -> None:
    found = summed(
        without(counted(stretch(1 / 12, 100, 10)), kept(MONDAY, 1, [once("2026-03-08", "2026-03-09T00:03")]))
    )
    assert (found.total, found.bad) == pytest.approx((40, 4))
