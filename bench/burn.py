"""burn.*: false runaways of quiet days, and the time until a real one is told.

Every component of the simulated accounts is taken with its own traffic. What CloudWatch would tell of it is left to
the demo (tests/demo/test_usage.py); here its cost at list prices is what the detector looks at, five minutes at a time.
"""

import sys

import numpy as np

from bench.measure import Result, percentile, report
from dashboard.catalog.shape import Values
from dashboard.demo.world.components import Component
from dashboard.demo.world.usage import cost_of
from dashboard.demo.world.world import World
from dashboard.spend.burn import normal_at
from dashboard.spend.runaway import grown

ORIGIN = 29_700_000 // 1440 * 1440
WEEKS = 28 * 1440
STEP, WINDOW = 5, 36
QUIET_DAYS, QUICK_DAYS = 30, 2
SCENARIOS, QUICK_SCENARIOS = 50, 10


def rates(world: World, one: Component, start: int, minutes: int, step: int) -> Values:
    """USD per hour, `step` minutes apart."""
    parts = [
        cost_of(one, world.flow(begin, min(begin + 1440, start + minutes)))
        for begin in range(start, start + minutes, 1440)
    ]
    found: Values = np.concatenate(parts).reshape(-1, step).mean(axis=1) * 60
    return found


def false_runaways(world: World, components: list[Component], days: int) -> int:
    """How many times anything is told over days without an incident."""
    told = 0
    start = ORIGIN - (days + 40) * 1440
    for one in components:
        hourly = rates(world, one, start - WEEKS, WEEKS + days * 1440, 60)
        fine = rates(world, one, start, days * 1440, STEP)
        for hour in range(days * 24):
            normal = normal_at(hourly[: 28 * 24 + hour])
            newest = fine[max((hour + 1) * 12 - WINDOW, 0) : (hour + 1) * 12]
            told += grown(newest, normal, STEP * 60) is not None
    return told


def minutes_to_tell(world: World, components: list[Component], scenarios: int) -> list[float]:
    """From the first period beyond three times the usual: steps and doublings of 5 to 30 minutes, seeded."""
    chance = np.random.default_rng(5)
    taken = []
    start = ORIGIN - 40 * 1440
    for number in range(scenarios):
        one = components[number % len(components)]
        begins = start + int(chance.integers(0, 24)) * 60
        hourly = rates(world, one, begins - WEEKS, WEEKS, 60)
        normal = normal_at(hourly)
        if normal is None:
            continue
        fine = rates(world, one, begins, 12 * 60, STEP)
        at = np.arange(len(fine)) * STEP
        size = max(normal.high, 0.1)
        wild = size * (20 if number % 2 else 2 ** np.minimum(at / chance.integers(5, 31), 12))
        values = fine + wild
        beyond = int(np.flatnonzero(values > max(3 * normal.high, normal.high + 0.2))[0])
        told = next(
            (end for end in range(2, len(values) + 1) if grown(values[max(end - WINDOW, 0) : end], normal, STEP * 60)),
            len(values),
        )
        taken.append(float((told - beyond) * STEP))
    return taken


def main() -> None:
    """Run what was asked for."""
    quick = "--quick" in sys.argv
    world = World(1, ORIGIN)
    busy = [one for one in world.plan.components if one.kind in {"lambda", "dynamodb", "sqs", "apigateway_rest"}]
    chosen = busy[:: 12 if quick else 6]
    days = QUICK_DAYS if quick else QUIET_DAYS
    told = false_runaways(world, chosen, days)
    versus = f"{days} days, {len(chosen)} resources, judged each hour"
    report(Result("burn.false_runaways", told, "alerts", versus, goal="0", met=not told))
    taken = minutes_to_tell(world, chosen, QUICK_SCENARIOS if quick else SCENARIOS)
    slowest = percentile(taken, 1.0)
    versus = f"slowest of {len(taken)} steps and doublings"
    report(Result("burn.minutes_to_tell", slowest, "min", versus, goal="≤ 10 min", met=slowest <= 10))


if __name__ == "__main__":
    main()
