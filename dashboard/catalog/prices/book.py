"""The price book: list prices of each region from the files in data/, tiers and all. Money is Decimal, in USD."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "data"
FALLBACK = "us-east-1"
GLOBAL = "global"


class Tier(NamedTuple):
    """USD per unit from `begin` units of a month on."""

    begin: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """Prices of one region, by unit; tiers in order."""

    region: str
    """Whose prices they are: us-east-1's where those of the region asked for aren't known."""
    read_on: date
    source: str
    prices: Mapping[str, Sequence[Tier]]


@cache
def book(region: str) -> Book:
    """The prices of a region; those of us-east-1 where it has no file."""
    path = FOLDER / f"{region}.json"
    raw = json.loads((path if path.exists() else FOLDER / f"{FALLBACK}.json").read_text())
    prices = {
        unit: tuple(Tier(Decimal(begin), Decimal(price)) for begin, price in raw["prices"][unit])
        for unit in raw["prices"]
    }
    return Book(raw["region"], date.fromisoformat(raw["read_on"]), raw["source"], prices)


def cost(tiers: Sequence[Tier], quantity: Decimal, before: Decimal = Decimal(0)) -> Decimal:
    """What `quantity` units cost when `before` units of the same month were paid for already."""
    return _whole(tiers, before + quantity) - _whole(tiers, before)


def _whole(tiers: Sequence[Tier], quantity: Decimal) -> Decimal:
    total = Decimal(0)
    for number, tier in enumerate(tiers):
        end = tiers[number + 1].begin if number + 1 < len(tiers) else quantity
        total += max(min(quantity, end) - tier.begin, Decimal(0)) * tier.price
    return total


def marginal(tiers: Sequence[Tier], before: Decimal = Decimal(0)) -> Decimal:
    """What the next unit costs when `before` units of the month were paid for already."""
    return [tier for tier in tiers if tier.begin <= before][-1].price


def paid_part(free: Decimal, quantity: Decimal, before: Decimal) -> Decimal:
    """How much of `quantity` is beyond what is free, when `before` was used in the month already."""
    return max(before + quantity - free, Decimal(0)) - max(before - free, Decimal(0))
