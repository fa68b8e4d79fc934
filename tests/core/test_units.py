"""How values are written."""

import math

import pytest

from dashboard.core.units import Unit, format_value, split_value


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
