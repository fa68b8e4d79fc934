"""What spans of different lengths tell of one node or connection, brought onto even slots of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.traces.histogram import Buckets, Numbers, percentiles, share_within, summed
from dashboard.traces.tally import ERROR, FAULT, THROTTLE

Values = NDArray[np.float64]
SLOT = 300
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one span told: requests by result (ok, error, throttle, fault) and their response times."""

    period: int
    at: int
    counts: tuple[int, int, int, int]
    buckets: Buckets
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Slots:
    """Figures from `start` (Unix time) every SLOT seconds; NaN where not all of a slot was collected."""

    start: int
    requests: Values
    errors: Values
    """Errors and throttles: the caller's mistakes."""
    faults: Values
    pieces: Sequence[Sequence[tuple[float, Piece]]]
    """Of each slot: what tells of it, and which share of that falls into it."""

    def p95(self) -> Values:
        """Seconds that 95 % of the requests of a slot did not exceed."""
        known: dict[tuple[int, ...], float] = {}
        for some in self.pieces:
            pieces = [piece for _, piece in some]
            key = tuple(piece.at for piece in pieces)
            if key not in known:
                known[key] = _p95(pieces)
        return np.array([known[tuple(piece.at for _, piece in some)] for some in self.pieces], np.float64)

    def within(self, seconds: float) -> Values:
        """Requests that took no longer."""
        each = {piece.at: piece for some in self.pieces for _, piece in some}
        known = {at: _fast(piece, seconds) for at, piece in each.items()}
        fast = [sum(share * known[piece.at] for share, piece in some) for some in self.pieces]
        return np.where(np.isnan(self.requests), np.nan, np.array(fast, np.float64))


def on_slots(pieces: Iterable[Piece], start: int, slots: int) -> Slots:
    """Pieces, which overlap nowhere, on slots; a slot is known once all of it was collected.

    The requests of a longer span lie evenly in its slots.
    """
    counts, covered = np.zeros((slots, 4)), np.zeros(slots)
    told: dict[int, list[tuple[float, Piece]]] = defaultdict(list)
    for piece in pieces:
        for slot in range((piece.at - start) // SLOT, -(-(piece.at + piece.period - start) // SLOT)):
            if 0 <= slot < slots:
                share = min(SLOT / piece.period, 1.0)
                counts[slot] += np.array(piece.counts) * share
                covered[slot] += min(piece.period, SLOT)
                told[slot].append((share, piece))
    known = covered >= SLOT
    by_result = np.where(known[:, None], counts, np.nan)
    return Slots(
        start,
        by_result.sum(axis=1),
        by_result[:, ERROR] + by_result[:, THROTTLE],
        by_result[:, FAULT],
        [told[slot] if known[slot] else [] for slot in range(slots)],
    )


def _p95(pieces: Sequence[Piece]) -> float:
    """NaN without any request."""
    if not pieces:
        return float("nan")
    together = summed(np.concatenate([one.buckets for one in pieces]), np.concatenate([one.numbers for one in pieces]))
    found = percentiles(*together, (0.95,))[0]
    return float("nan") if found is None else found


def _fast(piece: Piece, seconds: float) -> float:
    """Requests within a time; those without a response time count as slow."""
    share = share_within(piece.buckets, piece.numbers, seconds)
    return 0.0 if share is None else share * float(piece.numbers.sum())
