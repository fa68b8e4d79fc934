"""Prices usage day by day through a month: what is free first, then the tiers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dashboard.demo.world.billing.hours import Meter
from dashboard.demo.world.billing.rates import RATES, Rate, Tiers


class Priced(NamedTuple):
    """Usage of a meter on a day, and what it costs in US dollars."""

    day: int
    meter: Meter
    quantity: float
    dollars: float


def priced(days: Iterable[tuple[int, Mapping[Meter, float]]]) -> Iterator[Priced]:
    """Prices of one account's month; days come in order, from its first on.

    What a pool has free is used up in the order of days; on the day that passes it, all share what is left.
    """
    used: defaultdict[str, float] = defaultdict(float)
    paid: defaultdict[tuple[str, str], float] = defaultdict(float)
    for day, usage in days:
        pools: defaultdict[str, float] = defaultdict(float)
        regions: defaultdict[tuple[str, str], float] = defaultdict(float)
        for meter, quantity in usage.items():
            pools[_pool(meter)] += quantity
            regions[meter.unit, meter.region] += quantity
        shares = {pool: _paid_share(RATES[_any(pool)], used[pool], amount) for pool, amount in pools.items()}
        prices: dict[tuple[str, str], float] = {}
        for (unit, region), amount in regions.items():
            pays = amount * shares[RATES[unit].pool or unit]
            before = paid[unit, region]
            tiers = RATES[unit].tiers[region]
            cost = _cost(tiers, before + pays) - _cost(tiers, before)
            prices[unit, region] = cost / amount if amount else 0.0
            paid[unit, region] = before + pays
        for pool, amount in pools.items():
            used[pool] += amount
        for meter, quantity in usage.items():
            yield Priced(day, meter, quantity, quantity * prices[meter.unit, meter.region])


def _pool(meter: Meter) -> str:
    return RATES[meter.unit].pool or meter.unit


def _any(pool: str) -> str:
    """A unit of the pool: all of a pool have the same amount free."""
    return pool if pool in RATES else next(unit for unit, rate in RATES.items() if rate.pool == pool)


def _paid_share(rate: Rate, before: float, amount: float) -> float:
    """The share of an amount that lies beyond what is free."""
    if amount <= 0:
        return 0.0
    return (max(before + amount - rate.free, 0.0) - max(before - rate.free, 0.0)) / amount


def _cost(tiers: Tiers, amount: float) -> float:
    """US dollars for the first `amount` units of a month."""
    total = 0.0
    for position, (begin, price) in enumerate(tiers):
        end = tiers[position + 1][0] if position + 1 < len(tiers) else float("inf")
        total += max(min(amount, end) - begin, 0.0) * price
    return total
