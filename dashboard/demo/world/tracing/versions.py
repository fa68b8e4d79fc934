"""Which release of a stack's code a request meets: a new one takes over within minutes of its deploy."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.noise import Floats, stable_number
from dashboard.demo.world.plan import Plan
from dashboard.demo.world.tracing.chance import Codes

TAKEOVER = 4
"""Minutes in which a new release takes over from the old one."""
_NEWEST = {"checkout-prod": (2, 31), "catalog-prod": (5, 12), "orders-prod": (3, 40)}
_PATCHES = {("checkout-prod", 1): 4}

Release = tuple[int, str]
"""The minute from which it takes over, and its version."""


def releases_of(plan: Plan, component: Component, origin: int) -> tuple[Release, ...]:
    """All releases of the component's stack, oldest first; the first is there from the beginning."""
    stacks = {stack.name: stack for stack in plan.stacks_in(component.account_id, component.region)}
    stack = stacks.get(component.stack)
    if stack is None:
        return ((0, f"1.{stable_number('minor', component.name) % 20}.0"),)
    stack = stacks.get(stack.parent, stack)
    name = stack.name
    major, minor = _NEWEST.get(name, (1 + stable_number("major", name) % 3, 24 + stable_number("minor", name) % 20))
    begun = [origin - one.minutes_ago + 1 for one in stack.deploys if not one.rolled_back and not one.creates]
    releases = [(minute, _version(name, major, minor, back)) for back, minute in enumerate(begun)]
    return ((0, _version(name, major, minor, len(begun))), *reversed(releases))


def _version(stack: str, major: int, minor: int, back: int) -> str:
    patch = 0 if back == 0 else _PATCHES.get((stack, back), stable_number("patch", stack, back) % 6)
    return f"{major}.{max(minor - back, 0)}.{patch}"


def newer_share(begun: int, minutes: Codes) -> Floats:
    """How much of the traffic a release has taken over."""
    return np.clip((minutes - begun) / TAKEOVER, 0.0, 1.0)
