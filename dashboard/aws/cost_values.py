"""What reads of costs and prices give back: amounts are exact decimals, and keep their currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

Granularity = Literal["DAILY", "MONTHLY"]


class GroupKey(NamedTuple):
    """What costs are grouped by: a dimension such as SERVICE, a tag's key, or a cost category."""

    type: Literal["DIMENSION", "TAG", "COST_CATEGORY"]
    key: str


@dataclass(frozen=True, slots=True)
class CostGroup:
    """Cost and usage of one group on a day; `keys` are in the order in which they were asked for.

    Of tags and cost categories the key is the value alone; blank for what has none. `usage` adds up whatever units
    the group holds; `usage_unit` is 'N/A' where they differ.
    """

    keys: tuple[str, ...]
    unblended: Decimal
    amortized: Decimal
    usage: Decimal
    usage_unit: str
    currency: str


@dataclass(frozen=True, slots=True)
class CostDay:
    """Costs of a day, or of the month that begins on it. Totals are there only when nothing was grouped."""

    day: date
    estimated: bool
    groups: tuple[CostGroup, ...]
    unblended: Decimal | None
    amortized: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class CostForecast:
    """What AWS expects of a day, or of the month that begins on it, with its prediction interval."""

    day: date
    mean: Decimal
    low: Decimal
    high: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class CostAnomaly:
    """Spend that AWS finds unusual; `end` is None while it goes on. The cause named is the one that weighs most.

    Amounts are in USD, all over the anomaly's days; `score` is AWS's own, up to 1.
    """

    id: str
    start: date
    end: date | None
    service: str
    region: str
    linked_account: str
    usage_type: str
    impact: Decimal
    expected: Decimal
    actual: Decimal
    score: float


@dataclass(frozen=True, slots=True)
class PriceTier:
    """A price per unit from so many units of a month on; `end` is None for the last tier."""

    begin: Decimal
    end: Decimal | None
    price: Decimal
    currency: str
    unit: str


@dataclass(frozen=True, slots=True)
class PriceItem:
    """One product of the price list with its price on demand; `attributes` are AWS's own."""

    sku: str
    usage_type: str
    operation: str
    family: str
    attributes: Mapping[str, str]
    tiers: tuple[PriceTier, ...]
