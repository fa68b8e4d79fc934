"""When a target is due next."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.polls import due
from tests.polls.conftest import NOW

FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("after", "offset", "expected"),
    [
        (timedelta(0), timedelta(0), timedelta(minutes=5)),
        (timedelta(minutes=2), timedelta(0), timedelta(minutes=5)),
        (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(minutes=2), timedelta(minutes=2), timedelta(minutes=7)),
        (timedelta(hours=3, seconds=1), timedelta(seconds=30), timedelta(hours=3, seconds=30)),
    ],
)
def test_after_success_a_target_stays_on_its_grid(after: timedelta, offset: timedelta, expected: timedelta) -> None:
    assert due.next_due(NOW + after, FIVE, offset) == NOW + expected


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 30), (50, 30)])
def test_waits_double_up_to_half_an_hour(failures: int, minutes: int) -> None:
    assert due.retry_due(NOW, FIVE, failures, "throttled", 0.5) == NOW + timedelta(minutes=minutes)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_longer_than_half_an_hour_or_shorter_than_four_minutes(failures: int, luck: float) -> None:
    wait = due.retry_due(NOW, FIVE, failures, "unreachable", luck) - NOW
    assert timedelta(minutes=4) <= wait <= due.LONGEST_WAIT


def test_luck_spreads_what_failed_together() -> None:
    early, late = (due.retry_due(NOW, FIVE, 1, "throttled", luck) for luck in (0.0, 0.99))
    assert late - early > timedelta(minutes=1)


def test_an_hourly_target_is_not_tried_more_often_for_failing() -> None:
    assert due.retry_due(NOW, timedelta(hours=1), 9, "service", 0.5) == NOW + timedelta(hours=1)


def test_a_disabled_region_is_looked_at_once_a_day() -> None:
    assert due.retry_due(NOW, FIVE, 1, "region_disabled", 0.5) == NOW + timedelta(days=1)
