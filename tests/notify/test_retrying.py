"""Backoff, giving up, and resting channels."""

from datetime import timedelta

import pytest

from dashboard.notify.retrying import is_over, next_try, rest_until
from tests.notify.conftest import NOW


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (9, 1280), (10, 1800), (300, 1800)])
def test_waits_double_up_to_half_an_hour(attempts: int, seconds: int) -> None:
    assert next_try(NOW, attempts, 0.5) - NOW == timedelta(seconds=seconds)


@pytest.mark.parametrize(("luck", "share"), [(0.0, 0.8), (1.0, 1.2)])
def test_luck_spreads_waits_by_a_fifth(luck: float, share: float) -> None:
    assert next_try(NOW, 3, luck) - NOW == timedelta(seconds=20) * share


@pytest.mark.parametrize(("hours", "over"), [(0, False), (23.9, False), (24, True), (48, True)])
def test_a_day_of_trying_is_enough(hours: float, over: bool) -> None:
    assert is_over(NOW - timedelta(hours=hours), NOW) is over


@pytest.mark.parametrize(
    ("failures", "asked", "rest"),
    [
        (1, None, None),
        (3, None, None),
        (4, None, 30),
        (5, None, 60),
        (30, None, 600),
        (1, 20, 20),
        (4, 5, 30),
        (4, 90, 90),
        (1, 100_000, 600),
    ],
)
def test_a_channel_rests_after_failures_in_a_row_or_as_long_as_it_asks(
    failures: int, asked: int | None, rest: int | None
) -> None:
    wanted = None if asked is None else timedelta(seconds=asked)
    found = rest_until(NOW, failures, wanted)
    assert (found and found - NOW) == (rest and timedelta(seconds=rest))
