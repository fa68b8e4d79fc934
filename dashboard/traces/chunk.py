"""The traces of one span in columns, packed into bytes and unpacked: the one place that knows how."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.traces import sampling

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Buffer = bytes | memoryview

TICKS = 10_000
"""Durations are stored in tenths of milliseconds."""
_HEADER = struct.Struct("<BIII")
_VERSION = 1
_ID_BYTES = 16
_NARROW = 65_536
"""As many facts fit into positions of two bytes."""


@dataclass(frozen=True)
class Chunk:
    """Traces in order of their start; item i has the facts `known[local[first[i]:first[i + 1]]]`."""

    ids: NDArray[np.uint8]
    """[traces, 16]: X-Ray's id without the dashes and the version."""
    start: Ints
    """Milliseconds from the span's start; X-Ray's clock may put some before it."""
    seconds: Floats
    """Response times."""
    extra: Floats
    """Seconds that work went on after the response."""
    flags: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    known: Ints
    """Ids of the facts that occur, ascending."""
    first: Ints
    local: NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """The trace of each entry of `local`."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def having_any(self, facts: Ints) -> Mask:
        """Which traces have at least one of these facts."""
        found = np.zeros(len(self), np.bool_)
        wanted = np.isin(self.known, facts)
        if wanted.any():
            found[self.rows[wanted[self.local]]] = True
        return found

    def where(self, mask: Mask) -> "Chunk":
        """Those traces alone."""
        if mask.all():
            return self
        columns = (self.ids[mask], self.start[mask], self.seconds[mask], self.extra[mask])
        lengths = np.diff(self.first)[mask]
        return Chunk(
            *columns, self.flags[mask], self.reasons[mask], self.known, _offsets(lengths), self.local[mask[self.rows]]
        )

    def without_entries(self, entries: Mask) -> "Chunk":
        """The same traces without some entries of `local`."""
        if not entries.any():
            return self
        lengths = np.bincount(self.rows[~entries], minlength=len(self))
        columns = (self.ids, self.start, self.seconds, self.extra, self.flags, self.reasons)
        return Chunk(*columns, self.known, _offsets(lengths), self.local[~entries])

    def without_facts(self, hidden: Ints, telling: Ints, private: Ints) -> "Chunk":
        """The same traces without `hidden` facts, and without `private` ones where a trace has one of `telling`."""
        leaking = self.having_any(telling)[self.rows] & np.isin(self.known, private)[self.local]
        return self.without_entries(np.isin(self.known, hidden)[self.local] | leaking)

    def facts_of(self, row: int) -> Ints:
        """Ids of the facts of one trace."""
        entries = slice(int(self.first[row]), int(self.first[row + 1]))
        facts: Ints = self.known[self.local[entries]]
        return facts

    def id_of(self, row: int) -> str:
        """The trace's id as X-Ray writes it."""
        text = self.ids[row].tobytes().hex()
        return f"1-{text[:8]}-{text[8:]}"


def _offsets(lengths: NDArray[np.integer[Any]]) -> Ints:
    offsets: Ints = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))
    return offsets


def chunk_of(kept: sampling.Kept, span: int, facts: Sequence[Sequence[int]]) -> Chunk:
    """Columns of the kept traces of a span; `facts` are ids for each of them, as the dictionary has them."""
    summaries = kept.summaries
    lengths = np.array([len(one) for one in facts], np.int64)
    every = np.array([fact for one in facts for fact in one], np.int64)
    known, local = np.unique(every, return_inverse=True)
    return Chunk(
        ids=ids_of([one.id for one in summaries]),
        start=np.array([round((one.started_at.timestamp() - span) * 1000) for one in summaries], np.int64),
        seconds=_whole_ticks([one.response_time for one in summaries]),
        extra=_whole_ticks([max(one.duration - one.response_time, 0.0) for one in summaries]),
        flags=np.array([sampling.flags(one) for one in summaries], np.uint8),
        reasons=np.array(kept.reasons, np.uint8),
        known=known,
        first=_offsets(lengths),
        local=local,
    )


def ids_of(trace_ids: Sequence[str]) -> NDArray[np.uint8]:
    """Ids in X-Ray's form as bytes."""
    raw = b"".join(bytes.fromhex(one[2:10] + one[11:]) for one in trace_ids)
    return np.frombuffer(raw, np.uint8).reshape(-1, _ID_BYTES)


def _whole_ticks(seconds: Sequence[float]) -> Floats:
    """As they come back from storage, so that nothing changes by being stored."""
    ticks: Floats = _ticks(np.array(seconds, np.float64)).astype(np.float64) / TICKS
    return ticks


def _ticks(seconds: Floats) -> NDArray[np.uint32]:
    return np.minimum(np.rint(seconds * TICKS), 2**32 - 1).astype("<u4")


def pack(chunk: Chunk) -> bytes:
    """As bytes, compressed; undone by `unpack`. Ids stay as they are: nothing can be saved on them."""
    width = "<u2" if len(chunk.known) <= _NARROW else "<u4"
    limits = np.iinfo(np.int32)
    columns = (
        np.clip(chunk.start, limits.min, limits.max).astype("<i4"),
        _ticks(chunk.seconds),
        _ticks(chunk.extra),
        chunk.flags,
        chunk.reasons,
        np.diff(chunk.first).astype("<u2"),
        np.diff(chunk.known, prepend=0).astype("<i8"),
        chunk.local.astype(width),
    )
    header = _HEADER.pack(_VERSION, len(chunk), len(chunk.known), len(chunk.local))
    return header + chunk.ids.tobytes() + zlib.compress(b"".join(_planes(column) for column in columns), 6)


def _planes(column: NDArray[Any]) -> bytes:
    """Bytes of equal weight side by side: neighbours differ in few of them, which zlib likes."""
    return np.ascontiguousarray(column).view(np.uint8).reshape(-1, column.itemsize).T.tobytes()


def unpack(packed: Buffer) -> Chunk:
    """Undo `pack`. Raises ValueError for bytes of another version."""
    version, traces, known, entries = _HEADER.unpack_from(packed)
    if version != _VERSION:
        raise ValueError(f"These are traces of format {version}.")
    body = _HEADER.size + traces * _ID_BYTES
    ids = np.frombuffer(packed, np.uint8, traces * _ID_BYTES, _HEADER.size).reshape(-1, _ID_BYTES)
    reader = _Reader(memoryview(zlib.decompress(memoryview(packed)[body:])))
    start, seconds, extra = (reader.take(kind, traces) for kind in ("<i4", "<u4", "<u4"))
    flags, reasons, lengths = (reader.take(kind, traces) for kind in ("<u1", "<u1", "<u2"))
    facts = np.cumsum(reader.take("<i8", known))
    local = reader.take("<u2" if known <= _NARROW else "<u4", entries)
    return Chunk(
        ids, start.astype(np.int64), seconds / TICKS, extra / TICKS, flags, reasons, facts, _offsets(lengths), local
    )


@dataclass(slots=True)
class _Reader:
    """Takes one column after the other."""

    raw: memoryview
    at: int = 0

    def take(self, kind: str, number: int) -> NDArray[Any]:
        width = np.dtype(kind).itemsize
        planes = np.frombuffer(self.raw[self.at : self.at + width * number], np.uint8).reshape(width, number)
        self.at += width * number
        return np.ascontiguousarray(planes.T).view(kind).reshape(-1)
