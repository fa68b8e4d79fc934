"""Trace ids: an id alone says which request it is, so that it can be asked for again."""

import re

import numpy as np

from dashboard.demo.world.tracing.chance import told_apart

_FORM = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{16})([0-9a-f]{8})")
_NUMBERS = 20
"""Bits for the number within the minute; the entry has the other twelve."""
_MASK = 777


def write_id(entry: int, number: int, started: float, request: np.uint64) -> str:
    """The id of one request: when it started, its hash, and entry and number veiled by that hash."""
    return f"1-{int(started):08x}-{int(request):016x}{(entry << _NUMBERS | number) ^ _veil(request):08x}"


def read_id(trace_id: str) -> tuple[int, int, int, int] | None:
    """Minute, entry, number and hash of an id; None for what is no id at all."""
    found = _FORM.fullmatch(trace_id)
    if found is None:
        return None
    started, request, veiled = (int(part, 16) for part in found.groups())
    packed = veiled ^ _veil(np.uint64(request))
    return started // 60, packed >> _NUMBERS, packed & ((1 << _NUMBERS) - 1), request


def _veil(request: np.uint64) -> int:
    return int(told_apart(np.array([request], dtype=np.uint64), _MASK)[0]) & 0xFFFFFFFF
