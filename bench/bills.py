"""Seeded bills: days of services, usage types and stacks with the rhythm of a week, noise, growth, fees and rises."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dashboard.spend.unexpected import Amounts, Bill

TODAY = date(2026, 11, 23)
WEEKEND = np.array([1.0, 1.02, 1.05, 1.03, 0.98, 0.7, 0.65])
LEVELS = {"AWS Lambda": 40.0, "Amazon DynamoDB": 25.0, "Amazon Simple Queue Service": 8.0, "Amazon S3": 12.0}
STACKS = ("checkout", "search", "mail")
SPLIT = (0.5, 0.3, 0.2)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A bill, and the days on which a stack's usage of a service really rose."""

    bill: Bill
    spikes: frozenset[date]


def level_days(random: np.random.Generator, level: float, days: int, noise: float = 0.05) -> Amounts:
    """Days until yesterday of one service: a week's rhythm, up to a fifth of growth in a quarter, noise."""
    dates = [TODAY - timedelta(days=days - place) for place in range(days)]
    rhythm = np.array([WEEKEND[day.weekday()] for day in dates])
    growth = 1 + random.uniform(0, 0.2) * np.arange(days) / 90
    amounts: Amounts = level * rhythm * growth * random.lognormal(0.0, noise, days)
    return amounts


def scenario(seed: int, days: int = 90, watched: int = 21) -> Scenario:
    """A quarter; every second seed has a rise of 40 to 200 % of a service on one or two of the last days."""
    random = np.random.default_rng(seed)
    dates = tuple(TODAY - timedelta(days=days - place) for place in range(days))
    parts = {service: level_days(random, level, days) for service, level in LEVELS.items()}
    by_stack = {
        (f"EU-{service[-6:]}", stack): values * share
        for service, values in parts.items()
        for stack, share in zip(STACKS, SPLIT, strict=True)
    }
    spikes: set[date] = set()
    if seed % 2:
        service = list(LEVELS)[int(random.integers(len(LEVELS)))]
        first = days - watched + int(random.integers(watched - 1))
        for place in range(first, first + int(random.integers(1, 3))):
            extra = max(parts[service][place] * random.uniform(0.4, 2.0), 8.0)
            parts[service][place] += extra
            by_stack[f"EU-{service[-6:]}", "checkout"][place] += extra
            spikes.add(dates[place])
    by_usage = {(service, f"EU-{service[-6:]}"): values for service, values in parts.items()}
    return Scenario(Bill(dates, by_usage, by_stack), frozenset(spikes))


def whole(seed: int, days: int = 100) -> Amounts:
    """The days of an account in all, with a fee on each first of a month; until yesterday."""
    random = np.random.default_rng(seed)
    amounts: Amounts = sum((level_days(random, level, days) for level in LEVELS.values()), np.zeros(days))
    for place in range(days):
        if (TODAY - timedelta(days=days - place)).day == 1:
            amounts[place] += 30.0
    return amounts
