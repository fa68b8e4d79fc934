"""How values are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.units import Unit, format_beside, format_value, read_value, split_value, write_exact


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (310, Unit.MILLISECONDS, "310 ms"),
        (2400, Unit.MILLISECONDS, "2.4 s"),
        (0.31, Unit.MILLISECONDS, "310 µs"),
        (90, Unit.SECONDS, "90 s"),
        (150, Unit.SECONDS, "2.5 min"),
        (7200, Unit.SECONDS, "2 h"),
        (345_600, Unit.SECONDS, "4 d"),
        (12_345, Unit.COUNT, "12.3 k"),
        (999.6, Unit.COUNT, "1 k"),
        (999.4, Unit.COUNT, "999"),
        (7, Unit.COUNT, "7"),
        (0.5, Unit.COUNT, "0.5"),
        (2_500_000, Unit.COUNT, "2.5 M"),
        (3_210_000_000, Unit.COUNT, "3.21 B"),
        (12.5, Unit.PER_SECOND, "12.5/s"),
        (1500, Unit.PER_SECOND, "1.5 k/s"),
        (1.5 * 2**30, Unit.BYTES, "1.5 GiB"),
        (1023, Unit.BYTES, "1\u202f023 B"),
        (2048, Unit.BYTES_PER_SECOND, "2 KiB/s"),
        (0.042, Unit.SHARE, "4.2 %"),
        (0.00012, Unit.SHARE, "0.012 %"),
        (1.25, Unit.SHARE, "125 %"),
        (3.5, Unit.CAPACITY, "3.5"),
        (-1200, Unit.COUNT, "-1.2 k"),
    ],
)
def test_a_value_has_three_figures_and_its_unit(value: float, unit: Unit, text: str) -> None:
    assert format_value(value, unit) == text


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (Unit.MILLISECONDS, "0 ms"),
        (Unit.COUNT, "0"),
        (Unit.SHARE, "0 %"),
        (Unit.BYTES_PER_SECOND, "0 B/s"),
        (Unit.PER_SECOND, "0/s"),
    ],
)
def test_zero_is_a_value_of_its_own(unit: Unit, text: str) -> None:
    assert format_value(0, unit) == text


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("unit", list(Unit))
def test_what_is_not_there_is_said_so(value: float | None, unit: Unit) -> None:
    assert format_value(value, unit) == "no data"


def test_number_and_unit_can_be_written_apart() -> None:
    assert split_value(2400, Unit.MILLISECONDS) == ("2.4", " s")


def test_an_unknown_unit_counts() -> None:
    assert format_value(1200, "Widgets") == "1.2 k"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5 %", Unit.SHARE, 0.05),
        ("0.05", Unit.SHARE, 0.05),
        ("2.4 s", Unit.MILLISECONDS, 2400),
        ("900ms", Unit.MILLISECONDS, 900),
        ("900", Unit.MILLISECONDS, 900),
        ("1,5 min", Unit.SECONDS, 90),
        ("15 ms", Unit.MICROSECONDS, 15_000),
        ("1.5 GiB", Unit.BYTES, 1.5 * 2**30),
        ("12k", Unit.COUNT, 12_000),
        ("1\u202f023 B", Unit.BYTES, 1023),
        ("3 k/s", Unit.PER_SECOND, 3000),
        ("-2", Unit.COUNT, -2),
    ],
)
def test_what_people_type_is_read_in_the_unit_of_the_metric(text: str, unit: Unit, value: float) -> None:
    assert read_value(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("", Unit.COUNT, "“” is not a value. Write a number, alone or with k, M or B."),
        ("fast", Unit.MILLISECONDS, "“fast” is not a value. Write a number, alone or with µs, ms, s, min, h or d."),
        ("5 %", Unit.MILLISECONDS, "“%” is no unit of this metric."),
        ("5 ms", Unit.SHARE, "“ms” is no unit of this metric. Write a percentage such as 5 %."),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(text: str, unit: Unit, told: str) -> None:
    with pytest.raises(ValueError, match="Write a") as refused:
        read_value(text, unit)
    assert str(refused.value).startswith(told)


@given(st.floats(min_value=1e-6, max_value=1e12), st.sampled_from(list(Unit)))
def test_what_is_written_exactly_is_read_as_it_was(value: float, unit: Unit) -> None:
    assert read_value(write_exact(value, unit), unit) == pytest.approx(value, rel=1e-9)


def test_an_exact_value_keeps_all_its_digits() -> None:
    assert (write_exact(1234, Unit.MILLISECONDS), write_exact(0.123456, Unit.SHARE)) == ("1.234 s", "12.3456 %")


@pytest.mark.parametrize(
    ("value", "line", "text"),
    [
        (1.0008, 1.0, "100.1 %"),
        (1.00008, 1.0, "100.01 %"),
        (1.14, 1.0, "114 %"),
        (1.0, 1.0, "100 %"),
        (0.164, 0.05, "16.4 %"),
    ],
)
def test_a_share_that_just_passed_its_line_is_told_apart_from_it(value: float, line: float, text: str) -> None:
    assert format_beside(value, line, Unit.SHARE) == text
