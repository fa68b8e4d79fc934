"""The price book compared with AWS's price list: what each unit costs by the one and by the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.aws import PriceItem
from dashboard.catalog.prices.book import Book, Tier
from dashboard.catalog.prices.units import UNITS, unit_of

CURRENCY = "USD"
ENGINES = {"postgres": "PostgreSQL", "mysql": "MySQL"}
"""Engines of databases as units name them, and as the price list does."""
NODE_ENGINE = "Valkey"
"""The engine whose nodes the book prices."""
Tiers = tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One unit that the price list prices otherwise than the book."""

    unit: str
    before: Tiers
    after: Tiers


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the price list says of a book's units."""

    prices: Mapping[str, Tiers]
    """Of those that it prices."""
    changes: tuple[Change, ...]
    unknown: tuple[str, ...]
    """Units that it doesn't name, or that it has at more than one price: the book's price stays."""


def codes_of(book: Book) -> list[str]:
    """Which of AWS's services the price list must be asked for."""
    return sorted({unit_of(name).code for name in book.prices})


def compare(book: Book, items: Mapping[str, Sequence[PriceItem]]) -> Comparison:
    """Compare a book with products of the price list, by service code."""
    prices: dict[str, Tiers] = {}
    for name in book.prices:
        found = {_tiers(one) for one in items.get(unit_of(name).code, ()) if _is_unit(one, name)}
        priced = [tiers for tiers in found if any(tier.price for tier in tiers)]
        if len(priced) == 1:
            prices[name] = priced[0]
    changes = [Change(name, tuple(book.prices[name]), after) for name, after in prices.items()]
    return Comparison(
        prices,
        tuple(one for one in changes if one.before != one.after),
        tuple(name for name in book.prices if name not in prices),
    )


def _is_unit(item: PriceItem, name: str) -> bool:
    """Whether a product is what a unit counts: by its usage type, of instances and nodes by their class."""
    kind, _, which = name.partition(":")
    if kind in UNITS:
        suffix = unit_of(name).suffix
        prefix = item.usage_type.removesuffix(suffix).removesuffix("-")
        return item.usage_type in {suffix, f"{prefix}-{suffix}"} and "-" not in prefix
    if kind == "cache":
        return _has(item, instanceType=which, cacheEngine=NODE_ENGINE)
    instance, engine, *multi = which.split(":")
    deployment = "Multi-AZ" if multi else "Single-AZ"
    return _has(item, instanceType=instance, databaseEngine=ENGINES.get(engine, ""), deploymentOption=deployment)


def _has(item: PriceItem, **attributes: str) -> bool:
    return all(item.attributes.get(name) == value for name, value in attributes.items())


def _tiers(item: PriceItem) -> Tiers:
    """Its tiers as the book has them: what is free is not among them, for it is shared by all that is pooled."""
    tiers = [Tier(one.begin, one.price) for one in item.tiers if one.currency == CURRENCY]
    if len(tiers) > 1 and not tiers[0].price:
        begin = tiers[1].begin
        tiers = [Tier(max(tier.begin - begin, Decimal(0)), tier.price) for tier in tiers[1:]]
    return tuple(tiers)


def say(tiers: Iterable[Tier]) -> str:
    """'0.0000166667, from 6,000,000,000 on 0.000015'."""
    return ", ".join(f"from {tier.begin:,f} on {tier.price:f}" if tier.begin else f"{tier.price:f}" for tier in tiers)
