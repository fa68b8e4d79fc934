"""Paths of small line pictures."""

import math

from dashboard.core.sparkline import draw


def test_a_line_runs_from_left_to_right_over_the_whole_height() -> None:
    assert draw([0.0, 5.0, 10.0], width=104, height=24).line == "M2 22L52 12L102 2"


def test_missing_values_break_the_line() -> None:
    assert draw([1.0, 1.0, None, 1.0, 1.0], width=44, height=24).line == "M2 2L12 2M32 2L42 2"


def test_a_value_that_is_no_number_is_a_gap() -> None:
    values = [1.0, math.nan, 1.0]
    assert draw(values).line == draw([1.0, None, 1.0]).line


def test_a_lone_value_is_a_dot() -> None:
    assert draw([None, 3.0, None], width=44, height=24).line == "M22 2L22 2"


def test_nothing_known_draws_nothing() -> None:
    assert (draw([None, None]).line, draw([]).line) == ("", "")


def test_a_flat_busy_line_lies_high_and_a_flat_idle_one_low() -> None:
    assert (draw([7.0, 7.0]).line, draw([0.0, 0.0]).line) == ("M2 2L94 2", "M2 22L94 22")


def test_the_newest_point_is_known_only_when_it_is_there() -> None:
    assert (draw([1.0, 2.0]).last, draw([1.0, None]).last) == ((94.0, 2.0), None)
