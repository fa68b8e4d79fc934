"""Chance for single requests: every draw is a hash, so that a request is the same whenever it is asked for."""

from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.world.noise import Floats

Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

_STEPS = 1 << 16
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = tuple(np.uint64(shift) for shift in (0, 16, 32, 48))
_LOW = np.uint64(_STEPS - 1)


def mixed(state: Hashes) -> Hashes:
    """The finaliser of splitmix64: neighbouring numbers become unrelated ones."""
    with np.errstate(over="ignore"):
        state = (state ^ (state >> np.uint64(30))) * _FIRST
        state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))


def told_apart(hashes: Hashes, number: int) -> Hashes:
    """Hashes for another purpose, of the same requests."""
    with np.errstate(over="ignore"):
        return mixed(hashes + _GOLDEN * np.uint64(number + 1))


def of_requests(key: int, minutes: NDArray[np.int64], numbers: NDArray[np.int64]) -> Hashes:
    """The hash of each request: of its entry's key, its minute, and its number within the minute."""
    with np.errstate(over="ignore"):
        state = np.uint64(key) + minutes.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
        state = mixed(state) + numbers.astype(np.uint64) * _GOLDEN
    return mixed(state)


def uniform(hashes: Hashes, part: int) -> Floats:
    """Numbers in [0, 1), in steps of 1/65536; a hash holds four of them."""
    return (steps(hashes, part) + 0.5) / _STEPS


def normal(hashes: Hashes, part: int) -> Floats:
    """Standard normal numbers; a hash holds four of them."""
    result: Floats = _quantiles()[steps(hashes, part)]
    return result


def steps(hashes: Hashes, part: int) -> Codes:
    """One of the four parts of a hash, 0 to 65535."""
    return ((hashes >> _SHIFTS[part]) & _LOW).astype(np.int64)


@cache
def _quantiles() -> Floats:
    law = NormalDist()
    half = np.array([law.inv_cdf((step + 0.5) / _STEPS) for step in range(_STEPS // 2, _STEPS)])
    return np.concatenate([-half[::-1], half])
