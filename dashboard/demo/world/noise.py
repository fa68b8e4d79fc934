"""Chance without state: numbers drawn from a hash of (seed, key, minute)."""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SIZE = 1 << 18  # minutes until a key's noise repeats: half a year
_SPARE = 1 << 14  # the longest span that is read as one slice


def stable_number(*parts: object) -> int:
    """A 64-bit number that depends on the parts alone."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def stable_text(length: int, alphabet: str, *parts: object) -> str:
    """An id of that length and alphabet that depends on the parts alone."""
    digest = hashlib.blake2b("\x1f".join(str(part) for part in parts).encode(), digest_size=64).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])


class Noise:
    """Tables of hashed numbers; a key reads them from its own place, one entry per minute."""

    def __init__(self, seed: int) -> None:
        with np.errstate(over="ignore"):
            state = np.arange(2 * _SIZE, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            state += np.uint64(stable_number("noise", seed))
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        hashed = (state ^ (state >> np.uint64(31))).astype(np.float64) / 2.0**64
        first, second = hashed[:_SIZE], hashed[_SIZE:]
        normal = np.sqrt(-2.0 * np.log(np.maximum(first, 1e-12))) * np.cos(2.0 * np.pi * second)
        self.seed = seed
        self._uniform = np.concatenate([first, first[:_SPARE]])
        self._normal = np.concatenate([normal, normal[:_SPARE]])

    def uniform(self, key: str, start: int, count: int) -> Floats:
        """Numbers in [0, 1) for the minutes [start, start + count)."""
        return self._read(self._uniform, key, start, count)

    def normal(self, key: str, start: int, count: int) -> Floats:
        """Standard normal numbers for the minutes [start, start + count)."""
        return self._read(self._normal, key, start, count)

    def wander(self, key: str, start: int, count: int, every: int = 30) -> Floats:
        """A slow standard normal wander: one draw every `every` minutes, joined by straight lines."""
        first = start // every
        knots = self.normal(f"{key}/wander", first, (start + count) // every - first + 2)
        return np.interp((np.arange(start, start + count) / every) - first, np.arange(len(knots)), knots)

    def _read(self, table: Floats, key: str, start: int, count: int) -> Floats:
        offset = (_place(self.seed, key) + start) % _SIZE
        if count <= _SPARE:
            return table[offset : offset + count]
        return table[(offset + np.arange(count)) % _SIZE]


@cache
def _place(seed: int, key: str) -> int:
    return stable_number(seed, key) % _SIZE
