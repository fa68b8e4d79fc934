"""The ways to judge a metric, found by folder: one module each, which defines CONDITIONS."""

import importlib
import pkgutil
from functools import cache

from dashboard.thresholds.conditions.shape import Condition


@cache
def all_conditions() -> dict[str, Condition]:
    """Every condition by key, in the order of a form."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = [one for module in modules for one in getattr(module, "CONDITIONS", ())]
    return {one.key: one for one in sorted(found, key=lambda one: one.order)}


def condition(key: str) -> Condition:
    """The condition of that key. Raises KeyError when there is none."""
    return all_conditions()[key]
