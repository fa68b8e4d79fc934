"""How long something lasted, in two units."""

from datetime import timedelta

import pytest

from dashboard.core.times import say_span


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=5, seconds=59), "5 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=85), "1 h 25 min"),
        (timedelta(minutes=170, seconds=3), "2 h 50 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(hours=47, minutes=5), "1 d 23 h"),
        (timedelta(days=3, minutes=5), "3 d"),
        (timedelta(days=40, hours=12), "40 d"),
    ],
)
def test_a_span_is_said_in_two_units_at_most(span: timedelta, said: str) -> None:
    assert say_span(span) == said
