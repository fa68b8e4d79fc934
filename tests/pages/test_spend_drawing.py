"""The picture of daily cost: series stacked to the day's total, the band, marks, ticks."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.spend.pictures import HEIGHT, SHOWN, TOP, WIDTH, Line, Picture, draw, round_up, say_tick, stacked

FIRST = date(2026, 3, 1)
AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=4)


def days(number: int) -> list[date]:
    return [FIRST + timedelta(days=at) for at in range(number)]


def line(label: str, *amounts: str | int) -> Line:
    return Line(label, [Decimal(one) for one in amounts])


def drawn(*lines: Line, **more: object) -> Picture:
    picture = draw(days(len(lines[0].amounts)), lines, **more)  # type: ignore[arg-type]
    assert picture is not None
    return picture


def bars(path: str) -> list[tuple[float, float]]:
    """Foot and top of each bar of a series."""
    return [(float(foot), float(top)) for foot, top in re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)H", path)]


def test_each_series_stands_on_the_one_below_it() -> None:
    below, above = drawn(line("large", 30, 60), line("small", 10, 40)).layers
    assert [top for _, top in bars(below.path)] == [foot for foot, _ in bars(above.path)]
    assert [foot for foot, _ in bars(below.path)] == [HEIGHT, HEIGHT]


def test_the_largest_series_stands_at_the_foot_and_has_the_first_colour() -> None:
    layers = drawn(line("small", 1), line("large", 9)).layers
    assert [(layer.label, layer.tone) for layer in layers] == [("large", "1"), ("small", "2")]


def test_what_comes_after_the_eighth_is_one_grey_series() -> None:
    layers = drawn(*(line(f"stack {number}", 100 - number) for number in range(SHOWN + 3))).layers
    assert [layer.tone for layer in layers] == [*map(str, range(1, SHOWN + 1)), "rest"]
    assert (layers[-1].label, layers[-1].total) == ("All others (3)", Decimal(92 + 91 + 90))


def test_a_ninth_series_alone_keeps_its_name() -> None:
    assert stacked([line(f"stack {number}", 100 - number) for number in range(SHOWN + 1)])[-1].label == "stack 8"


@given(st.lists(st.lists(AMOUNTS, min_size=5, max_size=5), min_size=1, max_size=14))
def test_layers_hold_every_amount_of_every_day(rows: list[list[Decimal]]) -> None:
    picture = draw(days(5), [Line(str(at), row) for at, row in enumerate(rows)])
    expected = [sum(amounts, Decimal(0)) for amounts in zip(*rows, strict=True)]
    if picture is None:
        assert not any(expected)
        return
    assert [column.total for column in picture.columns] == expected
    assert [sum(layer.amounts[at] for layer in picture.layers) for at in range(5)] == expected
    assert all(0 <= column.peak <= HEIGHT for column in picture.columns)


def test_money_paid_back_lowers_the_total_and_draws_no_bar() -> None:
    picture = drawn(line("usage", 10, 10), line("credit", 0, "-4"))
    assert [column.total for column in picture.columns] == [Decimal(10), Decimal(6)]
    assert "credit" in [layer.label for layer in picture.layers]
    assert next(layer.path for layer in picture.layers if layer.label == "credit") == ""


@pytest.mark.parametrize("lines", [[], [line("nothing", 0, 0)]])
def test_without_any_cost_there_is_no_picture(lines: list[Line]) -> None:
    assert draw(days(2), lines) is None


def test_the_band_stands_where_it_is_known() -> None:
    low, high = [None, Decimal(8), Decimal(8)], [None, Decimal(12), Decimal(12)]
    picture = drawn(line("all", 10, 10, 10), low=low, high=high)
    assert picture.band.count("M") == 2
    assert picture.band.startswith(f"M{round(WIDTH / 3, 2):g}")
    assert [(column.low, column.high) for column in picture.columns] == list(zip(low, high, strict=True))


def test_the_axis_leaves_room_for_the_band() -> None:
    picture = drawn(line("all", 10), low=[Decimal(1)], high=[Decimal(44)])
    edge = float(re.findall(r"M[\d.]+ ([\d.]+)H", picture.edges)[0])
    assert TOP <= edge < picture.columns[0].peak


def test_unusual_and_estimated_days_are_marked() -> None:
    picture = drawn(line("all", 10, 30, 10), marks={FIRST + timedelta(days=1): ["Lambda rose"]}, estimated=days(3)[2:])
    assert [column.marks for column in picture.columns] == [(), ["Lambda rose"], ()]
    assert [column.estimated for column in picture.columns] == [False, False, True]
    assert picture.estimated.startswith(f"M{round(WIDTH * 2 / 3, 2):g} ")
    assert picture.estimated.count("M") == 1


@pytest.mark.parametrize("number", [1, 7, 30, 90, 366])
def test_a_few_days_are_named_whatever_their_number(number: int) -> None:
    picture = drawn(line("all", *[5] * number))
    assert 1 <= len(picture.days) <= 8
    assert picture.days[-1].text == f"{picture.columns[-1].day.day} {picture.columns[-1].day:%b}"
    assert all(0 < label.at < 100 for label in picture.days)


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_the_axis_ends_at_or_just_above_what_it_holds(value: float) -> None:
    top, step = round_up(value)
    assert value <= top * (1 + 1e-9)
    assert top - step < value * (1 + 1e-9)
    assert round(top / step) <= 5


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0, 5, "0"),
        (15, 5, "15"),
        (2.5, 2.5, "2.50"),
        (0.05, 0.05, "0.05"),
        (0.2, 0.1, "0.20"),
        (12_500, 2500, "12.5 k"),
    ],
)
def test_ticks_have_the_decimals_that_they_need(value: float, step: float, text: str) -> None:
    assert say_tick(value, step) == text
