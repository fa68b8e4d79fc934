"""Silences on a calendar: on which hours of which day they hold, whatever zone they were made in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.alerts.calendar import spells
from dashboard.alerts.silences import Quiet, holds
from dashboard.notify.matching import DAYS, Hours

BERLIN, NEW_YORK, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


def once(start: datetime, end: datetime | None) -> Quiet:
    return Quiet(1, start, end, None)


def weekly(days: str, start: str, end: str, zone: str = "Europe/Berlin") -> Quiet:
    hours = Hours(frozenset(days.split()), time.fromisoformat(start), time.fromisoformat(end), zone)
    return Quiet(1, LONG_AGO, None, hours)


def clock(quiet: Quiet, day: date, zone: ZoneInfo = BERLIN) -> list[str]:
    return [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in spells(quiet, day, zone)]


def test_a_silence_of_some_hours_is_on_its_day_alone() -> None:
    load_test = once(datetime(2026, 11, 24, 13, tzinfo=BERLIN), datetime(2026, 11, 24, 15, 30, tzinfo=BERLIN))
    assert clock(load_test, TUESDAY) == ["13:00-15:30"]
    assert clock(load_test, TUESDAY + timedelta(days=1)) == []


def test_one_without_an_end_fills_every_day_from_its_beginning_on() -> None:
    endless = once(datetime(2026, 11, 24, 13, tzinfo=BERLIN), None)
    assert clock(endless, TUESDAY) == ["13:00-00:00"]
    assert clock(endless, TUESDAY + timedelta(days=9)) == ["00:00-00:00"]


def test_a_weekly_one_is_on_its_weekdays() -> None:
    backup = weekly("tue sat", "02:00", "04:00")
    days = [TUESDAY + timedelta(days=number) for number in range(7)]
    assert [f"{day:%a}" for day in days if clock(backup, day)] == ["Tue", "Sat"]


def test_hours_past_midnight_end_on_the_next_day() -> None:
    night = weekly("tue", "22:00", "02:00")
    assert clock(night, TUESDAY) == ["22:00-00:00"]
    assert clock(night, TUESDAY + timedelta(days=1)) == ["00:00-02:00"]


def test_nights_in_a_row_are_two_spells_of_a_day() -> None:
    assert clock(weekly("mon tue", "22:00", "02:00"), TUESDAY) == ["00:00-02:00", "22:00-00:00"]


def test_hours_of_another_zone_are_shown_in_one_s_own() -> None:
    assert clock(weekly("tue", "20:00", "22:00", "America/New_York"), TUESDAY, BERLIN) == []
    assert clock(weekly("tue", "20:00", "22:00", "America/New_York"), TUESDAY + timedelta(days=1), BERLIN) == [
        "02:00-04:00"
    ]


def test_the_hour_that_summer_time_leaves_out_is_no_hour_of_silence() -> None:
    spring = date(2026, 3, 29)
    (spell,) = spells(weekly("sun", "01:00", "04:00"), spring, BERLIN)
    assert spell.end.astimezone(UTC) - spell.start.astimezone(UTC) == timedelta(hours=2)


def test_a_spell_stands_on_the_clock() -> None:
    (spell,) = spells(weekly("tue", "22:30", "00:00"), TUESDAY, BERLIN)
    assert (spell.from_hour, spell.to_hour) == (22.5, 24.0)


@pytest.mark.parametrize("zone", [UTC_ZONE, NEW_YORK, ZoneInfo("Asia/Kolkata")])
@given(
    days=st.sets(st.sampled_from(DAYS), min_size=1),
    start=st.integers(0, 23),
    end=st.integers(0, 23),
    minute=st.integers(0, 14 * 1440 - 1),
)
def test_a_moment_is_in_a_spell_exactly_when_the_silence_holds(
    zone: ZoneInfo, days: set[str], start: int, end: int, minute: int
) -> None:
    quiet = Quiet(
        1, LONG_AGO, datetime(2026, 12, 1, tzinfo=UTC), Hours(frozenset(days), time(start), time(end), "Europe/Berlin")
    )
    at = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=minute)  # no clock is changed in these weeks
    found = spells(quiet, at.astimezone(zone).date(), zone)
    assert any(one.start <= at < one.end for one in found) == holds(quiet, at)
