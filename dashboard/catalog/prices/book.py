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
FOLDERS = [FOLDER]
"""Where a region's file is looked for, the last first."""
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
    read_on: date | None
    """When they were read from AWS's price list; None: they never were."""
    source: str
    prices: Mapping[str, Sequence[Tier]]


def look_in(folder: Path) -> None:
    """Let files of a folder come before those that are delivered."""
    FOLDERS[1:] = [folder]
    book.cache_clear()


@cache
def book(region: str) -> Book:
    """The prices of a region; those of us-east-1 where it has no file."""
    raw = json.loads((_file(region) or _file(FALLBACK) or FOLDER / f"{FALLBACK}.json").read_text())
    prices = {
        unit: tuple(Tier(Decimal(begin), Decimal(price)) for begin, price in raw["prices"][unit])
        for unit in raw["prices"]
    }
    read_on = date.fromisoformat(raw["read_on"]) if raw["read_on"] else None
    return Book(raw["region"], read_on, raw["source"], prices)


def write_book(written: Book, folder: Path) -> Path:
    """Keep a book as a file of a folder, whole or not at all; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{written.region}.json"
    prices = {name: [[f"{begin:f}", f"{price:f}"] for begin, price in tiers] for name, tiers in written.prices.items()}
    raw = {
        "region": written.region,
        "read_on": written.read_on.isoformat() if written.read_on else None,
        "source": written.source,
        "prices": prices,
    }
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)
    book.cache_clear()
    return path


def _file(region: str) -> Path | None:
    found = [path for folder in FOLDERS if (path := folder / f"{region}.json").exists()]
    return found[-1] if found else None


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
