"""What the page of live cost says of its prices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.catalog.prices import book as prices
from dashboard.pages.spend.pricing import say_prices


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where refreshed prices are kept in this test."""
    before = prices.FOLDERS[-1]
    prices.look_in(tmp_path)
    yield tmp_path
    prices.look_in(before)


def test_prices_written_down_by_hand_are_said_to_be() -> None:
    assert "List prices of eu-west-1 were written down by hand" in say_prices(["eu-west-1"])


def test_prices_of_another_region_are_no_prices_of_this_one() -> None:
    assert "manage.py prices ap-south-1 --write" in say_prices(["ap-south-1"])


def test_prices_that_were_read_say_when(folder: Path) -> None:
    prices.write_book(replace(prices.book("eu-west-1"), read_on=date(2026, 11, 3)), folder)
    assert say_prices(["eu-west-1"]) == "List prices were read from AWS’s price list on 3 November 2026."


def test_without_resources_nothing_is_said() -> None:
    assert say_prices([]) == ""
