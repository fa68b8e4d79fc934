"""Usage of a month priced day by day: what is free first, then the tiers, pooled over an account as AWS does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from dashboard.catalog.prices.book import book, cost, marginal, paid_part
from dashboard.catalog.prices.units import unit_of


class Counted(NamedTuple):
    """Units of one kind used in one region."""

    unit: str
    region: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month so far: USD by day and service, and what the next unit of each kind costs."""

    costs: Mapping[tuple[int, str], Decimal]
    prices: Mapping[Counted, Decimal]


def price_month(days: Iterable[tuple[int, Mapping[Counted, float]]]) -> Month:
    """Price the days of one account's month, in order from its first. Units without a price are left out."""
    used: defaultdict[str, Decimal] = defaultdict(Decimal)
    paid: defaultdict[Counted, Decimal] = defaultdict(Decimal)
    costs: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
    seen: set[Counted] = set()
    for day, usage in days:
        pools: defaultdict[str, Decimal] = defaultdict(Decimal)
        amounts = {one: Decimal(repr(amount)) for one, amount in usage.items() if _priced(one)}
        for one, amount in amounts.items():
            pools[_pool(one.unit)] += amount
        shares = {_pool(one.unit): _share(one.unit, used, pools) for one in amounts}
        for one, amount in amounts.items():
            pays = amount * shares[_pool(one.unit)]
            tiers = book(one.region).prices[one.unit]
            costs[day, unit_of(one.unit).service] += cost(tiers, pays, paid[one])
            paid[one] += pays
            seen.add(one)
        for pool, amount in pools.items():
            used[pool] += amount
    return Month(dict(costs), {one: _next(one, used, paid) for one in seen})


def _priced(one: Counted) -> bool:
    return one.unit in book(one.region).prices


def _pool(unit: str) -> str:
    return unit_of(unit).pool or unit


def _share(unit: str, used: Mapping[str, Decimal], pools: Mapping[str, Decimal]) -> Decimal:
    """The part of a day's usage that is paid for; units of a pool use up what is free alike."""
    amount = pools[_pool(unit)]
    if not amount:
        return Decimal(0)
    return paid_part(unit_of(unit).free, amount, used.get(_pool(unit), Decimal(0))) / amount


def _next(one: Counted, used: Mapping[str, Decimal], paid: Mapping[Counted, Decimal]) -> Decimal:
    """Nothing while something is still free; then the price of the tier that is reached."""
    if used[_pool(one.unit)] < unit_of(one.unit).free:
        return Decimal(0)
    return marginal(book(one.region).prices[one.unit], paid[one])


def list_prices(region: str) -> dict[str, float]:
    """What each unit costs in a region in its first tier, as if nothing were free."""
    return {unit: float(tiers[0].price) for unit, tiers in book(region).prices.items()}
