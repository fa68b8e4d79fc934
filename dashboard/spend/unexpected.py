"""What cost far more than it normally does, and what drove it: one finding per cause, not one per way of looking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from dashboard.spend.baseline import Flags, normal_of, teaches_nothing, unusual_days
from dashboard.spend.found import Cut, Driver
from dashboard.spend.monthly import comes_monthly
from dashboard.spend.usage_types import region_of

Amounts = NDArray[np.float64]
MOSTLY = 0.7
"""Share of a rise that one stack must have for the rise to be the stack's."""
NAMED = 5
"""Drivers that are kept."""
SHARP = 0.02
"""Share of a rise below which a driver is not worth a name."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An account's days in one currency, oldest first: by service and usage type, and by usage type and stack."""

    days: tuple[date, ...]
    by_usage: Mapping[tuple[str, str], Amounts]
    by_stack: Mapping[tuple[str, str], Amounts]


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a rise counts."""

    share: float
    """0.2: a fifth over normal."""
    floor: float
    """Currency a day."""


@dataclass(frozen=True, slots=True)
class Rise:
    """One cause of one day."""

    day: date
    cut: Cut
    where: str
    amount: float
    normal: float
    drivers: tuple[Driver, ...]


def rises(bill: Bill, limits: Limits, since: date) -> list[Rise]:
    """Every rise of the days from `since` on, the largest of a day first.

    Services are looked at one by one; where none stands out, the account as a whole is.
    """
    services, enough = _services(bill), (limits.share, limits.floor)
    found: list[Rise] = []
    flagged: set[date] = set()
    for service, values in services.items():
        unusual = unusual_days(values, limits.share, limits.floor)
        for place in np.flatnonzero(unusual):
            if bill.days[place] >= since and not comes_monthly(bill.days, values, unusual, int(place), enough):
                found.append(_rise(bill, service, values, int(place), teaches_nothing(unusual), limits=limits))
                flagged.add(bill.days[place])
    found += _of_the_whole(bill, services, limits, since, flagged)
    return sorted(_by_cause(found), key=lambda rise: (rise.day, rise.normal - rise.amount))


def _by_cause(found: Sequence[Rise]) -> list[Rise]:
    """Services that one stack drove on the same day are one cause."""
    causes: dict[tuple[date, Cut, str], Rise] = {}
    for one in found:
        other = causes.get((one.day, one.cut, one.where))
        causes[one.day, one.cut, one.where] = _together(other, one) if other else one
    return list(causes.values())


def _together(one: Rise, other: Rise) -> Rise:
    amount, normal = one.amount + other.amount, one.normal + other.normal
    drivers = [replace(each, share=float(each.extra) / (amount - normal)) for each in (*one.drivers, *other.drivers)]
    return replace(
        one, amount=amount, normal=normal, drivers=tuple(sorted(drivers, key=lambda each: -each.extra)[:NAMED])
    )


def _services(bill: Bill) -> dict[str, Amounts]:
    sums: dict[str, Amounts] = {}
    for (service, _), values in bill.by_usage.items():
        sums[service] = sums[service] + values if service in sums else values.copy()
    return sums


def _of_the_whole(
    bill: Bill, services: Mapping[str, Amounts], limits: Limits, since: date, flagged: set[date]
) -> list[Rise]:
    if not services:
        return []
    whole: Amounts = np.stack(list(services.values())).sum(axis=0)
    unusual = unusual_days(whole, limits.share, limits.floor)
    places = [
        int(place)
        for place in np.flatnonzero(unusual)
        if bill.days[place] >= since
        and bill.days[place] not in flagged
        and not comes_monthly(bill.days, whole, unusual, int(place), (limits.share, limits.floor))
    ]
    return [_rise(bill, "", whole, place, teaches_nothing(unusual), limits=limits) for place in places]


def _rise(bill: Bill, service: str, values: Amounts, place: int, untaught: Flags, *, limits: Limits) -> Rise:
    """What rose: of a stack that has most of it and rose enough itself, else of the service; blank: of the account."""
    normal = normal_of(values, place, untaught)
    extra = float(values[place]) - normal
    drivers = _drivers(bill, service, place, extra, untaught)
    by_stack: dict[str, float] = {}
    for driver in drivers:
        by_stack[driver.stack] = by_stack.get(driver.stack, 0.0) + float(driver.extra)
    stack, most = max(by_stack.items(), key=lambda one: one[1], default=("", 0.0))
    if stack and most >= MOSTLY * extra:
        amount, usual = _of_stack(bill, service, stack, place, untaught)
        if amount - usual >= max(limits.floor, limits.share * usual):
            return Rise(bill.days[place], Cut.STACK, stack, amount, usual, drivers)
    cut, where = (Cut.SERVICE, service) if service else (Cut.ACCOUNT, "")
    return Rise(bill.days[place], cut, where, float(values[place]), normal, drivers)


def _of_stack(bill: Bill, service: str, stack: str, place: int, untaught: Flags) -> tuple[float, float]:
    """What a stack cost that day for a service (blank: in all), and what it normally does."""
    usages = {usage for name, usage in bill.by_usage if service in {"", name}}
    parts = [values for (usage, name), values in bill.by_stack.items() if name == stack and usage in usages]
    whole: Amounts = np.stack(parts).sum(axis=0)
    return float(whole[place]), normal_of(whole, place, untaught)


def _drivers(bill: Bill, service: str, place: int, extra: float, untaught: Flags) -> tuple[Driver, ...]:
    """Usage types by how much more of them there was, each put down to the stacks that used it."""
    found: list[Driver] = []
    for (name, usage), values in bill.by_usage.items():
        if service not in {"", name}:
            continue
        more = float(values[place]) - normal_of(values, place, untaught)
        if more < SHARP * extra:
            continue
        found += [
            Driver(usage, name, region_of(usage), stack, Decimal(f"{part:.10f}"), part / extra)
            for stack, part in _by_stack(bill, usage, place, more, untaught)
        ]
    return tuple(sorted(found, key=lambda one: -one.extra)[:NAMED])


def _by_stack(bill: Bill, usage: str, place: int, more: float, untaught: Flags) -> Sequence[tuple[str, float]]:
    """How a rise of a usage type is shared among stacks; what no stack explains has a blank name."""
    parts = [
        (stack, float(values[place]) - normal_of(values, place, untaught))
        for (name, stack), values in bill.by_stack.items()
        if name == usage and stack
    ]
    named = [(stack, part) for stack, part in parts if part >= SHARP * more]
    rest = more - sum(part for _, part in named)
    return [*named, ("", rest)] if rest >= 0.2 * more or not named else named
