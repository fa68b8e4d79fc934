"""What a stack's golden signals come to over a window: figures for tiles and tables."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.catalog.shape import Values

SIGNALS = ("traffic", "errors", "latency", "saturation")
SPARKLINE = 40
"""Points of a sparkline."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One stack, or all, over one window; None where nothing came."""

    requests_per_minute: float | None
    errors: float | None
    error_rate: float | None
    latency: float | None
    """The newest, in ms."""
    usual_latency: float | None
    """The median, in ms."""
    saturation: float | None
    """The newest, as a share of the limit."""


def summarise(signals: Mapping[str, Values], step: int) -> Figures:
    """Figures of one stack; arrays lie on one grid of `step` seconds, NaN where nothing came."""
    traffic, errors, latency, saturation = (signals.get(name, np.empty(0)) for name in SIGNALS)
    seen = ~np.isnan(traffic)
    requests = float(traffic[seen].sum()) if seen.any() else None
    failed = float(errors[~np.isnan(errors)].sum()) if (~np.isnan(errors)).any() else None
    return Figures(
        requests_per_minute=None if requests is None else requests / (int(seen.sum()) * step / 60),
        errors=failed,
        error_rate=failed / requests if requests and failed is not None else None,
        latency=newest(latency),
        usual_latency=_median(latency),
        saturation=newest(saturation),
    )


def newest(values: Values) -> float | None:
    """The last value that came."""
    seen = np.flatnonzero(~np.isnan(values))
    return float(values[seen[-1]]) if len(seen) else None


def _median(values: Values) -> float | None:
    return float(np.nanmedian(values)) if (~np.isnan(values)).any() else None


def sparkline(values: Values, points: int = SPARKLINE) -> tuple[float | None, ...]:
    """At most `points` values, the highest of each part; None where nothing came. A single value draws no line."""
    if (~np.isnan(values)).sum() < 2:
        return ()
    if len(values) > points:
        parts = np.linspace(0, len(values), points, endpoint=False).astype(np.int64)
        values = np.fmax.reduceat(values, parts)
    return tuple(None if math.isnan(value) else value for value in values.tolist())


def add_up(rows: Iterable[Values]) -> Values:
    """The sum of aligned rows; NaN only where none of them has a value."""
    matrix = np.array(list(rows))
    if not matrix.size:
        return np.empty(0)
    missing = np.isnan(matrix).all(axis=0)
    return np.where(missing, np.nan, np.nansum(matrix, axis=0))


def change(now: float | None, before: float | None) -> float | None:
    """By which share a value changed; None when one is missing or it was zero before."""
    if now is None or not before:
        return None
    return now / before - 1
