"""Counts of objectives, written as stretches of slots."""

from datetime import timedelta

import numpy as np

from dashboard.slos.burn import Objective
from dashboard.slos.counts import STEP, Counts, counts_of

MONDAY = 1_773_014_400
"""2026-03-09 00:00 UTC."""
PER_HOUR = 3600 // STEP
THREE_NINES = Objective(0.999, timedelta(days=28), least_bad=5)


def stretch(hours: float, total: float, bad: float = 0.0) -> list[tuple[float, float]]:
    """So many hours of slots alike."""
    return [(total, bad)] * round(hours * PER_HOUR)


def gap(hours: float) -> list[tuple[float, float]]:
    """So many hours of which nothing is known."""
    return stretch(hours, float("nan"), float("nan"))


def counted(*stretches: list[tuple[float, float]], start: int = MONDAY) -> Counts:
    """Stretches one after the other."""
    slots = [slot for one in stretches for slot in one]
    total, bad = np.array(slots, float).reshape(-1, 2).T
    return counts_of(start, total.copy(), bad.copy())
