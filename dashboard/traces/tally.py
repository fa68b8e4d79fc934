"""Counts and response times of many nodes or edges at once, in columns: what a slice of the graph holds."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.aws.trace_values import Durations, XrayStatistics
from dashboard.traces.histogram import LAST, bucket_of

OK, ERROR, THROTTLE, FAULT = range(4)
"""Columns of `counts`. Error means the caller's mistake (4xx) other than a throttle; fault is ours (5xx)."""
NOTHING = b""
"""What is stored of a span in which nothing came."""
_WIDTH = LAST + 1


@dataclass(frozen=True, slots=True)
class Histograms:
    """One histogram per item: those of item i lie at [first[i], first[i + 1])."""

    first: NDArray[np.uint32]
    buckets: NDArray[np.int16]
    numbers: NDArray[np.uint32]

    def of(self, position: int) -> tuple[NDArray[np.int16], NDArray[np.uint32]]:
        """Buckets and numbers of one item."""
        part = slice(int(self.first[position]), int(self.first[position + 1]))
        return self.buckets[part], self.numbers[part]


@dataclass(frozen=True, slots=True)
class Tally:
    """What came in some span: items in order of their ids, each once."""

    ids: NDArray[np.int64]
    counts: NDArray[np.int64]
    """[items, 4]: ok, error, throttle, fault."""
    seconds: NDArray[np.float64]
    """Total response time."""
    times: Histograms
    """Response times."""
    ages: Histograms
    """How long messages had waited when they were received; empty for nodes and for edges without a queue."""


def empty_histograms(items: int = 0) -> Histograms:
    """No entry for any item."""
    return Histograms(np.zeros(items + 1, np.uint32), np.empty(0, np.int16), np.empty(0, np.uint32))


def empty() -> Tally:
    """Nothing."""
    none = empty_histograms()
    return Tally(np.empty(0, np.int64), np.empty((0, 4), np.int64), np.empty(0), none, none)


def histograms(each: Sequence[tuple[NDArray[np.int16], NDArray[np.uint32]]]) -> Histograms:
    """Columns from one histogram per item."""
    if not each:
        return empty_histograms()
    first = np.concatenate(([0], np.cumsum([len(buckets) for buckets, _ in each]))).astype(np.uint32)
    return Histograms(first, np.concatenate([one for one, _ in each]), np.concatenate([one for _, one in each]))


def tally_of(
    ids: Sequence[int],
    statistics: Sequence[XrayStatistics],
    times: Sequence[Durations],
    ages: Sequence[Durations],
) -> Tally:
    """What X-Ray tells of items, whose ids may come in any order, each once."""
    order = np.argsort(np.array(ids, np.int64), kind="stable").tolist()
    told = [statistics[position] for position in order]
    return Tally(
        np.array([ids[position] for position in order], np.int64),
        np.array([(one.ok, one.error, one.throttle, one.fault) for one in told], np.int64).reshape(-1, 4),
        np.array([one.seconds for one in told], np.float64),
        _counted([times[position] for position in order]),
        _counted([ages[position] for position in order]),
    )


def _counted(each: Sequence[Durations]) -> Histograms:
    """One histogram per item from pairs of seconds and number; all at once, as there are thousands of them."""
    pairs = np.array([pair for durations in each for pair in durations], np.float64).reshape(-1, 2)
    items = np.repeat(np.arange(len(each), dtype=np.int64), [len(durations) for durations in each])
    return _by_bucket(items * _WIDTH + bucket_of(pairs[:, 0]), pairs[:, 1], len(each))


def only(tally: Tally, item: int) -> Tally:
    """What a tally has of one item."""
    found = slice(*np.searchsorted(tally.ids, (item, item + 1)))
    return Tally(
        tally.ids[found],
        tally.counts[found],
        tally.seconds[found],
        _part(tally.times, found),
        _part(tally.ages, found),
    )


def _part(of: Histograms, items: slice) -> Histograms:
    first = of.first[items.start : items.stop + 1]
    entries = slice(int(first[0]), int(first[-1]))
    return Histograms(first - first[0], of.buckets[entries], of.numbers[entries])


def add_up(tallies: Sequence[Tally]) -> Tally:
    """The sum: an item that occurs in several is there once, its histograms merged."""
    filled = [one for one in tallies if len(one.ids)]
    if len(filled) < 2:
        return filled[0] if filled else empty()
    every = np.concatenate([one.ids for one in filled])
    ids, position = np.unique(every, return_inverse=True)
    counts = np.zeros((len(ids), 4), np.int64)
    np.add.at(counts, position, np.concatenate([one.counts for one in filled]))
    seconds = np.bincount(position, np.concatenate([one.seconds for one in filled]), len(ids)).astype(np.float64)
    places = np.split(position, np.cumsum([len(one.ids) for one in filled])[:-1])
    return Tally(
        ids,
        counts,
        seconds,
        _add_histograms([one.times for one in filled], places, len(ids)),
        _add_histograms([one.ages for one in filled], places, len(ids)),
    )


def _add_histograms(each: Sequence[Histograms], places: Sequence[NDArray[np.intp]], items: int) -> Histograms:
    """Sum by item and bucket; `places` says where the items of each go. One after the other: there may be hundreds."""
    if not any(len(one.buckets) for one in each):
        return empty_histograms(items)
    totals = np.zeros(items * _WIDTH, np.uint32)
    for one, place in zip(each, places, strict=True):
        totals[np.repeat(place.astype(np.int64) * _WIDTH, _lengths(one)) + one.buckets] += one.numbers
    return _from_dense(totals, items)


def _by_bucket(keys: NDArray[np.int64], numbers: NDArray[np.number], items: int) -> Histograms:
    """Histograms from entries in any order; a key is the item's position times _WIDTH, plus the bucket."""
    if not len(keys):
        return empty_histograms(items)
    return _from_dense(np.bincount(keys, numbers), items)  # many times quicker than sorting the keys


def _from_dense(totals: NDArray[np.number], items: int) -> Histograms:
    """Histograms from a number for every item and bucket."""
    used = np.flatnonzero(totals)
    first = np.searchsorted(used, np.arange(items + 1) * _WIDTH).astype(np.uint32)
    return Histograms(first, (used % _WIDTH).astype(np.int16), np.rint(totals[used]).astype(np.uint32))


def _lengths(of: Histograms) -> NDArray[np.int64]:
    """Number of buckets of each item."""
    first = of.first.astype(np.int64)
    lengths: NDArray[np.int64] = first[1:] - first[:-1]
    return lengths


def pack(tally: Tally) -> bytes:
    """As bytes, compressed; undone by `unpack`. Nothing is no bytes at all."""
    if not len(tally.ids):
        return NOTHING
    parts = (
        tally.ids.astype("<i8"),
        tally.counts.T.ravel().astype("<u4"),
        tally.seconds.astype("<f8"),
        *_columns(tally.times),
        *_columns(tally.ages),
    )
    sizes = np.array([len(tally.ids), len(tally.times.buckets), len(tally.ages.buckets)], "<u4")
    return zlib.compress(sizes.tobytes() + b"".join(_planes(part) for part in parts), 1)


def _planes(column: NDArray[Any]) -> bytes:
    """Bytes of equal weight side by side: most of the heavier ones are zero, which compresses best and fastest."""
    return np.ascontiguousarray(column).view(np.uint8).reshape(-1, column.itemsize).T.tobytes()


def _columns(of: Histograms) -> tuple[NDArray[Any], ...]:
    """Lengths, steps from bucket to bucket, and numbers."""
    steps = np.diff(of.buckets.astype(np.int32), prepend=0)
    return _lengths(of).astype("<u2"), steps.astype("<i2"), of.numbers.astype("<u4")


def unpack(packed: bytes | memoryview) -> Tally:
    """Undo `pack`."""
    if not len(packed):
        return empty()
    raw = memoryview(zlib.decompress(packed))
    items, times, ages = (int(size) for size in np.frombuffer(raw[:12], "<u4"))
    reader = _Reader(raw, 12)
    ids = reader.take("<i8", items)
    counts = reader.take("<u4", 4 * items).reshape(4, items).T.astype(np.int64)
    seconds = reader.take("<f8", items)
    return Tally(ids, counts, seconds, reader.histograms(items, times), reader.histograms(items, ages))


@dataclass(slots=True)
class _Reader:
    """Takes one column after the other."""

    raw: memoryview
    at: int

    def take(self, kind: str, number: int) -> NDArray[Any]:
        width = np.dtype(kind).itemsize
        planes = np.frombuffer(self.raw[self.at : self.at + width * number], np.uint8).reshape(width, number)
        self.at += width * number
        return np.ascontiguousarray(planes.T).view(kind).reshape(-1)

    def histograms(self, items: int, entries: int) -> Histograms:
        lengths = self.take("<u2", items)
        first = np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)
        buckets = np.cumsum(self.take("<i2", entries), dtype=np.int32).astype(np.int16)
        return Histograms(first, buckets, self.take("<u4", entries))
