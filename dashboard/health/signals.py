"""Golden signals: of a resource from its metrics, of a stack from its resources."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dashboard.catalog.shape import Service, Values

TRAFFIC, ERRORS, LATENCY, SATURATION = "traffic", "errors", "latency", "saturation"
Signals = Mapping[str, Values]


class Speaker(NamedTuple):
    """A resource's signals, and what decides whether they stand for its stack's."""

    service: str
    entry: bool
    signals: Signals
    resource_id: int = 0


def resource_signals(service: Service, values: Mapping[str, Values]) -> dict[str, Values]:
    """The signals that a service contributes, as far as its metrics came."""
    named = {
        TRAFFIC: service.signals.traffic,
        ERRORS: service.signals.errors,
        LATENCY: service.signals.latency,
    }
    found = {signal: values[key] for signal, key in named.items() if key in values}
    full = [values[key] for key in service.signals.saturation if key in values]
    if full:
        found[SATURATION] = np.fmax.reduce(full)
    return found


def stack_signals(speakers: Sequence[Speaker], size: int) -> dict[str, Values]:
    """The four signals of a stack on a grid of `size` times; NaN where nothing came.

    Entry points speak for traffic, errors and latency: what goes on behind them would count every request again.
    Without an entry point that has traffic, the busiest service speaks. Percentiles are not averaged: the worst
    stands. Saturation is the worst of all resources.
    """
    heard = _who_speaks(speakers)
    return {
        TRAFFIC: _sum([one.signals[TRAFFIC] for one in heard if TRAFFIC in one.signals], size),
        ERRORS: _sum([one.signals[ERRORS] for one in heard if ERRORS in one.signals], size),
        LATENCY: _worst([one.signals[LATENCY] for one in heard if LATENCY in one.signals], size),
        SATURATION: _worst([one.signals[SATURATION] for one in speakers if SATURATION in one.signals], size),
    }


def extremes(speakers: Sequence[Speaker]) -> tuple[int | None, int | None]:
    """Whose newest latency and whose newest saturation are the stack's: resource ids, None where nothing came."""
    return _highest(_who_speaks(speakers), LATENCY), _highest(speakers, SATURATION)


def _highest(speakers: Sequence[Speaker], signal: str) -> int | None:
    found = [(value, one.resource_id) for one in speakers if (value := latest(one.signals)[signal]) is not None]
    return max(found)[1] if found else None


def _who_speaks(speakers: Sequence[Speaker]) -> list[Speaker]:
    entries = [one for one in speakers if one.entry and _volume(one) > 0]
    if entries:
        return entries
    volumes: dict[str, float] = defaultdict(float)
    for one in speakers:
        # A service that tells of errors or latency says more than one that only counts.
        volumes[one.service] += _volume(one) if ERRORS in one.signals or LATENCY in one.signals else 0.0
    busiest = max(volumes, key=lambda service: volumes[service], default=None)
    return [one for one in speakers if one.service == busiest]


def _volume(speaker: Speaker) -> float:
    traffic = speaker.signals.get(TRAFFIC)
    return 0.0 if traffic is None else float(np.nansum(traffic))


def _sum(rows: Sequence[Values], size: int) -> Values:
    if not rows:
        return np.full(size, np.nan)
    matrix = np.stack(rows)
    result: Values = np.where(np.isnan(matrix).all(axis=0), np.nan, np.nansum(matrix, axis=0))
    return result


def _worst(rows: Sequence[Values], size: int) -> Values:
    result: Values = np.fmax.reduce(rows) if rows else np.full(size, np.nan)
    return result


def latest(signals: Signals) -> dict[str, float | None]:
    """The newest value of each signal."""
    found: dict[str, float | None] = {}
    for name in (TRAFFIC, ERRORS, LATENCY, SATURATION):
        values = signals.get(name, np.empty(0))
        seen = np.flatnonzero(~np.isnan(values))
        found[name] = float(values[seen[-1]]) if len(seen) else None
    return found
