"""Usage by the hour of a day: exact for the last weeks, and a likeness of those weeks before them."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

import numpy as np

from dashboard.demo.world.billing.standing import standing
from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.traffic import GROWTH_PER_DAY
from dashboard.demo.world.usage import usage_of
from dashboard.demo.world.world import World

DAY = 1440
EXACT_DAYS = 45
"""So many days before the world's origin are worked out minute by minute; all that follow are too."""
_ROUGHNESS = 0.025
_FOLLOWS_DEMAND = frozenset({"aurora-acu-hours", "alb-lcu-hours", "proxy-acu-hours"})
Tags = tuple[tuple[str, str], ...]


class Meter(NamedTuple):
    """What is counted together: one unit of one account and region, with the same tags."""

    account_id: str
    region: str
    unit: str
    tags: Tags


Usage = Mapping[Meter, Floats]
"""24 amounts by meter."""


class Hours:
    """Usage of days since 1970, by the hour; days are remembered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.first_exact = world.origin // DAY - EXACT_DAYS
        self._tags = {one.key: tags_of(one) for one in world.plan.components}
        self._kept: OrderedDict[int, Usage] = OrderedDict()
        self._lock = Lock()

    def of_day(self, day: int) -> Usage:
        """Usage of all accounts on that day."""
        with self._lock:
            if day not in self._kept:
                self._kept[day] = self._exact(day) if day >= self.first_exact else self._alike(day)
            return self._kept[day]

    def _exact(self, day: int) -> Usage:
        world = self.world
        flow = Flow(world.plan, world.noise, world.origin, day * DAY, (day + 1) * DAY)
        found: defaultdict[Meter, Floats] = defaultdict(lambda: np.zeros(24))
        for one in world.plan.components:
            for unit, amount in usage_of(one, flow).items():
                meter = Meter(one.account_id, one.region, unit, self._tags[one.key])
                found[meter] = found[meter] + amount.reshape(24, 60).sum(1)
        for (account_id, region, unit, tags), hours in standing(world, day, _requests(found)):
            meter = Meter(account_id, region, unit, tags)
            found[meter] = found[meter] + hours
        return dict(found)

    def _alike(self, day: int) -> Usage:
        """The same weekday of the first exact week, with less demand and chance of its own."""
        like = self.first_exact + (day - self.first_exact) % 7
        if like not in self._kept:
            self._kept[like] = self._exact(like)
        growth = self._demand(day) / self._demand(like)
        chances: dict[Tags, float] = {}
        found: dict[Meter, Floats] = {}
        for meter, hours in self._kept[like].items():
            if meter.tags not in chances:
                chances[meter.tags] = self._chance(meter.tags, day)
            found[meter] = hours * growth * chances[meter.tags] if follows_demand(meter.unit) else hours
        return found

    def _demand(self, day: int) -> float:
        return max(1 + GROWTH_PER_DAY * (day - self.world.origin / DAY), 0.2)

    def _chance(self, tags: Tags, day: int) -> float:
        return float(1 + _ROUGHNESS * np.clip(self.world.noise.normal(f"bill/{tags}", day, 1)[0], -2, 2))


def follows_demand(unit: str) -> bool:
    """Whether more visitors mean more of a unit; capacity and storage are there all the time."""
    return unit in _FOLLOWS_DEMAND or not unit.endswith(("-hours", "-months", "-zones", "-users"))


def tags_of(component: Component) -> Tags:
    """Tags of a component that the bill knows: its own, and the stack's name that CloudFormation adds."""
    stack = {"aws:cloudformation:stack-name": component.stack} if component.stack else {}
    return tuple(sorted({**component.tags, **stack}.items()))


def _requests(found: Mapping[Meter, Floats]) -> dict[tuple[str, str], Floats]:
    """Requests to APIs by account and region."""
    total: defaultdict[tuple[str, str], Floats] = defaultdict(lambda: np.zeros(24))
    for meter, hours in found.items():
        if meter.unit in {"rest-requests", "http-requests"}:
            total[meter.account_id, meter.region] = total[meter.account_id, meter.region] + hours
    return total
