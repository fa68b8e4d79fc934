"""Arithmetic of derived metrics: shares of another metric, shares of a limit. NaN in, NaN out."""

from collections.abc import Callable, Mapping

import numpy as np

from dashboard.catalog.shape import Derived, Limits, Values
from dashboard.core.units import Unit

PERIOD = "period"
"""Among the limits: seconds between points, put there by whoever computes."""
Compute = Callable[[Mapping[str, Values], Limits], Values]


def share(part: str, whole: str) -> Compute:
    """`part` over `whole`; unknown where the whole is zero."""

    def compute(values: Mapping[str, Values], _: Limits) -> Values:
        return divide(values[part], values[whole])

    return compute


def share_of_sum(part: str, *others: str) -> Compute:
    """`part` over the sum of itself and the others: hits over hits and misses."""

    def compute(values: Mapping[str, Values], _: Limits) -> Values:
        total = values[part]
        for other in others:
            total = total + values[other]
        return divide(values[part], total)

    return compute


def of_limit(metric: str, limit: str) -> Compute:
    """The metric over a limit from the resource's configuration."""

    def compute(values: Mapping[str, Values], limits: Limits) -> Values:
        return values[metric] / limits[limit]

    return compute


def one_minus_of_limit(metric: str, limit: str) -> Compute:
    """How much of a limit is used up, from what is left of it."""

    def compute(values: Mapping[str, Values], limits: Limits) -> Values:
        return 1 - values[metric] / limits[limit]

    return compute


def rate_of_limit(metric: str, limit: str) -> Compute:
    """A sum per period, as a rate per second, over a limit per second."""

    def compute(values: Mapping[str, Values], limits: Limits) -> Values:
        return values[metric] / limits[PERIOD] / limits[limit]

    return compute


def ceilings(limited: Mapping[str, str], limits: Limits) -> dict[str, float]:
    """What each limited metric (Service.limited) can't pass in a period; those of a second need `PERIOD`."""
    known = {metric: limits.get(limit.removesuffix("/s")) for metric, limit in limited.items()}
    return {
        metric: limit * limits[PERIOD] if limited[metric].endswith("/s") else limit
        for metric, limit in known.items()
        if limit is not None and limit > 0 and (PERIOD in limits or not limited[metric].endswith("/s"))
    }


def total(*metrics: str) -> Compute:
    """The sum of several metrics."""

    def compute(values: Mapping[str, Values], _: Limits) -> Values:
        result: Values = np.sum([values[metric] for metric in metrics], axis=0)
        return result

    return compute


def highest(*metrics: str) -> Compute:
    """The highest of several metrics at each time."""

    def compute(values: Mapping[str, Values], _: Limits) -> Values:
        result: Values = np.fmax.reduce([values[metric] for metric in metrics])
        return result

    return compute


def divide(part: Values, whole: Values) -> Values:
    """Element by element; NaN where the whole is zero."""
    result: Values = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)
    return result


def error_rate(errors: str = "errors", traffic: str = "requests", label: str = "Error rate") -> Derived:
    """The share of requests that failed."""
    return Derived("error_rate", label, Unit.SHARE, (errors, traffic), share(errors, traffic))
