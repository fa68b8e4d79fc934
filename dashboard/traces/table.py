"""Many chunks of traces as one table: what a search filters, counts and draws from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.traces import sampling
from dashboard.traces.chunk import Chunk, Floats, Ints, Mask
from dashboard.traces.histogram import Buckets, Numbers, bucket_of

KINDS = ("ok", "slow", "error", "throttle", "fault")
"""By code, worst last."""
OK, SLOW, ERROR, THROTTLE, FAULT = range(5)
FLAGS = {"fault": sampling.FAULT, "error": sampling.ERROR, "throttle": sampling.THROTTLE}
"""By kind: the flag that says so. A trace may have several."""
FEWEST_FOR_SLOW = 20
"""Good drawn traces from which it can be told what slow is."""
SLOW_ABOVE = 0.95
"""Share of the good ones of the draw that are not slow."""


@dataclass(frozen=True)
class Table:
    """Traces of all chunks, one after the other; facts by their position in `facts`."""

    chunk: NDArray[np.int32]
    """Which chunk a trace is in."""
    row: NDArray[np.int32]
    """Where in it."""
    at: Floats
    """Unix times."""
    seconds: Floats
    flags: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    facts: Ints
    """Ids of all facts that occur, ascending."""
    entry_fact: NDArray[np.intp]
    entry_trace: NDArray[np.intp]
    """Entry i says that a fact is true of a trace."""

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def bad(self) -> Mask:
        """Fault, error or throttle."""
        return (self.flags & sampling.BAD) > 0

    @cached_property
    def fair(self) -> Mask:
        """Good ones of the fair draw: what bad ones are compared with."""
        return ((self.reasons & sampling.IS_DRAWN) > 0) & ~self.bad

    def slow_over(self, among: Mask) -> float | None:
        """Seconds above which a good trace is slow, going by some traces; None where too few were drawn to tell."""
        fair = self.seconds[self.fair & among]
        return float(np.quantile(fair, SLOW_ABOVE)) if len(fair) >= FEWEST_FOR_SLOW else None

    def kinds(self, slow_over: float | None) -> NDArray[np.uint8]:
        """Codes of KINDS; without a limit, slow is what collecting took for slow."""
        slow = (self.reasons & sampling.IS_SLOW) > 0 if slow_over is None else self.seconds > slow_over
        codes = np.where(slow, SLOW, OK).astype(np.uint8)
        for code, flag in ((ERROR, sampling.ERROR), (THROTTLE, sampling.THROTTLE), (FAULT, sampling.FAULT)):
            codes[(self.flags & flag) > 0] = code
        return codes

    def having_any(self, facts: Ints) -> Mask:
        """Which traces have at least one of these facts."""
        found = np.zeros(len(self), np.bool_)
        wanted = np.isin(self.facts, facts)
        if wanted.any():
            found[self.entry_trace[wanted[self.entry_fact]]] = True
        return found

    def counts(self, mask: Mask) -> Ints:
        """How many of the chosen traces each fact is true of."""
        chosen = self.entry_fact if mask.all() else self.entry_fact[mask[self.entry_trace]]
        return np.bincount(chosen, minlength=len(self.facts))

    def histogram(self, mask: Mask) -> tuple[Buckets, Numbers, Numbers]:
        """Buckets of the chosen traces' response times, with the numbers of all and of bad ones."""
        buckets = bucket_of(self.seconds[mask])
        every, bad = np.bincount(buckets), np.bincount(buckets[self.bad[mask]])
        used = np.flatnonzero(every)
        padded = np.concatenate((bad, np.zeros(len(every) - len(bad), bad.dtype)))
        return used.astype(np.int16), every[used].astype(np.uint32), padded[used].astype(np.uint32)

    def ordered(self, mask: Mask, order: str, most: int) -> NDArray[np.intp]:
        """Positions of the first `most` chosen traces: newest, oldest, slowest or fastest first."""
        places = np.flatnonzero(mask)
        key = self.seconds[places] if order in {"slowest", "fastest"} else self.at[places]
        if order in {"slowest", "newest"}:
            key = -key
        if len(places) > most:
            first = np.argpartition(key, most)[:most]
            places, key = places[first], key[first]
        return places[np.lexsort((places, key))]

    def thinned(self, mask: Mask, kinds: NDArray[np.uint8], most: int) -> NDArray[np.intp]:
        """Positions of at most `most` chosen traces for a picture: worse kinds first, each kind thinned evenly."""
        places = np.flatnonzero(mask)
        if len(places) <= most:
            return places
        kept: list[NDArray[np.intp]] = []
        for code in reversed(range(len(KINDS))):
            some, room = places[kinds[places] == code], most - sum(map(len, kept))
            kept.append(some if len(some) <= room else some[np.arange(room) * len(some) // max(room, 1)])
        return np.sort(np.concatenate(kept))


def table_of(chunks: Sequence[tuple[int, Chunk]]) -> Table:
    """One table of many chunks, each with the Unix time of its span's start."""
    if not chunks:
        return _EMPTY
    each = [chunk for _, chunk in chunks]
    lengths = np.array([len(one) for one in each])
    facts = np.unique(np.concatenate([one.known for one in each]))
    before = np.concatenate((np.zeros(1, np.intp), np.cumsum(lengths)[:-1]))
    return Table(
        chunk=np.repeat(np.arange(len(each), dtype=np.int32), lengths),
        row=np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
        at=np.concatenate([at + chunk.start / 1000 for at, chunk in chunks]),
        seconds=_joined([one.seconds for one in each]),
        flags=_joined([one.flags for one in each]),
        reasons=_joined([one.reasons for one in each]),
        facts=facts,
        entry_fact=_joined([np.searchsorted(facts, one.known)[one.local] for one in each]),
        entry_trace=_joined([one.rows + start for one, start in zip(each, before, strict=True)]),
    )


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts)


_EMPTY = Table(
    np.empty(0, np.int32),
    np.empty(0, np.int32),
    np.empty(0),
    np.empty(0),
    np.empty(0, np.uint8),
    np.empty(0, np.uint8),
    np.empty(0, np.int64),
    np.empty(0, np.intp),
    np.empty(0, np.intp),
)
