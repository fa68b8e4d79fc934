"""Formats of templates."""

import math
from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.templatetags.formats import (
    amount,
    counted,
    duration,
    figure,
    kept_units,
    money,
    plural,
    rate,
    sortable,
    whole,
    within,
    without_name,
)

NONE = '<span class="none">no data</span>'


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(310, "milliseconds", "310 ms"), (0, "count", "0"), (None, "count", NONE), (math.nan, "share", NONE)],
)
def test_a_figure_is_never_a_bare_none(value: float | None, unit: str, text: str) -> None:
    assert figure(value, unit) == text


@pytest.mark.parametrize(("value", "text"), [(0.25, "0.25"), (0, "0.0"), (None, ""), (math.nan, "")])
def test_a_missing_value_sorts_as_blank(value: float | None, text: str) -> None:
    assert sortable(value) == text


@pytest.mark.parametrize(("value", "text"), [(12_345, "12.3 k /min"), (0, "0 /min"), (None, NONE)])
def test_a_rate_is_per_minute(value: float | None, text: str) -> None:
    assert rate(value) == text


@pytest.mark.parametrize(("value", "text"), [(1200, "1.2 k"), (None, NONE)])
def test_a_count_has_no_unit(value: float | None, text: str) -> None:
    assert counted(value) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("3.418"), "3.42 USD"),
        (Decimal("0.00312"), "0.0031 USD"),
        (Decimal(0), "0.00 USD"),
        (Decimal("412.6"), "413 USD"),
        (Decimal(12345), "12.3 k USD"),
        (None, NONE),
    ],
)
def test_money_names_its_currency(amount: Decimal | None, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("value", "text"), [(timedelta(minutes=6, seconds=5), "6 min"), (42, "42 s"), (86_400 * 3, "3 d"), (None, "")]
)
def test_a_duration_is_said_shortly(value: timedelta | float | None, text: str) -> None:
    assert duration(value) == text


@pytest.mark.parametrize(
    ("count", "noun", "text"), [(1, "stack", "1 stack"), (0, "stack", "0 stacks"), (2, "query,queries", "2 queries")]
)
def test_a_noun_follows_its_number(count: int, noun: str, text: str) -> None:
    assert plural(count, noun) == text


def test_a_tile_writes_the_currency_beside_the_amount() -> None:
    assert amount(Decimal("3.418")) == "3.42"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("checkout-Api", "Api"),
        ("checkout_Api", "Api"),
        ("checkout", "checkout"),
        ("checkouts", "checkouts"),
        ("x", "x"),
    ],
)
def test_a_resources_name_goes_without_its_stacks(name: str, short: str) -> None:
    assert within(name, "checkout") == short


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("api p95 2.4 s, usually 310 ms", "p95 2.4 s, usually 310 ms"),
        ("api: records wait 14 min", "Records wait 14 min"),
        ("12 messages are in its queue", "12 messages are in its queue"),
    ],
)
def test_a_sentence_beside_a_name_goes_without_it(sentence: str, short: str) -> None:
    assert without_name(sentence, "api") == short


def test_a_percentage_does_not_break_before_its_sign() -> None:
    assert kept_units("40 % of records, above 1 %") == "40\u00a0% of records, above 1\u00a0%"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (12345, "12\u202f345"), (1234567, "1\u202f234\u202f567")]
)
def test_a_count_keeps_all_its_digits_in_groups_of_three(number: int, text: str) -> None:
    assert whole(number) == text
