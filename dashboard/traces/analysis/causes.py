"""What is true of bad traces more often than of good ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dashboard.traces.analysis.evidence import Counts, chance, holm, least_difference

LEAST = 5
"""Bad traces that a fact must be true of, and traces of either side that a comparison needs."""
LEVEL = 0.01
"""Chance of a single false finding in a whole comparison."""
NEARLY_ALL = 0.9
"""What is true of so many good traces explains nothing."""

Ids = NDArray[np.integer]
Flags = NDArray[np.bool_]
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """A fact that is over-represented among bad traces."""

    key: str
    value: str
    bad: int
    """Bad traces of which it is true."""
    bad_share: float
    good: int
    good_share: float
    lift: float
    """How many times more often it is true of bad ones; half a trace is added to each count, so that it is finite."""
    weight: float
    """By how much the shares differ at least: what causes are ordered by, 0 to 1."""
    chance: float
    """Probability that chance alone finds this or anything stronger in the comparison, at most."""
    also: tuple[Fact, ...] = ()
    """Other facts that are true of exactly the same traces."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Bad traces against good ones."""

    bad: int
    good: int
    enough: bool
    """Enough of both to compare."""
    causes: tuple[Cause, ...] = ()
    """Weightiest first."""


def over_represented(
    facts: Ids,
    owner: Ids,
    is_bad: Flags,
    names: Mapping[int, Fact],
    *,
    telling: Sequence[str] = (),
    least: int = LEAST,
    level: float = LEVEL,
    most: int = 20,
) -> Comparison:
    """Facts whose share among bad traces exceeds that among good ones by more than chance explains.

    Pair i says that fact `facts[i]` is true of trace `owner[i]`, a position in `is_bad`; `names` are the facts' keys
    and values. Where several facts are true of exactly the same traces, the one whose key begins with the earliest of
    `telling` speaks for all.
    """
    of_bad = int(np.count_nonzero(is_bad))
    of_good = len(is_bad) - of_bad
    if min(of_bad, of_good) < max(least, 1):
        return Comparison(of_bad, of_good, enough=False)
    same, bad, good = _count(facts, owner, is_bad, least)
    rank = partial(_rank, telling=telling)
    groups = [sorted((names[one] for one in ids), key=rank) for ids in same]
    corrected = holm(chance(bad, good, of_bad, of_good), len(groups))
    weight = least_difference(bad, good, of_bad, of_good)
    found = (corrected <= level) & (bad >= least) & (good <= NEARLY_ALL * of_good) & (weight > 0)
    causes = [
        Cause(
            *groups[at][0],
            bad=int(bad[at]),
            bad_share=float(bad[at] / of_bad),
            good=int(good[at]),
            good_share=float(good[at] / of_good),
            lift=float((bad[at] + 0.5) / (of_bad + 1) / ((good[at] + 0.5) / (of_good + 1))),
            weight=float(weight[at]),
            chance=float(corrected[at]),
            also=tuple(groups[at][1:]),
        )
        for at in np.flatnonzero(found)
    ]
    causes.sort(key=lambda one: (-one.weight, one.key, one.value))
    return Comparison(of_bad, of_good, enough=True, causes=tuple(causes[:most]))


def _count(facts: Ids, owner: Ids, is_bad: Flags, least: int) -> tuple[list[list[int]], Counts, Counts]:
    """Ids of facts that are true of exactly the same traces; how many bad and good traces that is.

    What fewer than `least` traces carry could not be found at all: leaving it out costs no certainty (Tarone,
    Biometrics 46, 1990).
    """
    # Sorting is far quicker than numpy's unique, which hashes.
    pairs = np.sort(facts.astype(np.int64) * len(is_bad) + owner)
    fact, trace = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], len(is_bad))
    frequent = np.bincount(fact) >= least
    kept = frequent[fact]
    fact, trace = fact[kept], trace[kept]
    start = np.flatnonzero(np.diff(fact, prepend=-1))
    ids, number = fact[start], np.diff(start, append=len(fact))
    by_traces: dict[tuple[int, int], list[int]] = {}
    for position, mark in enumerate(_fingerprints(trace, start, len(is_bad))):
        by_traces.setdefault(mark, []).append(position)
    first = np.array([same[0] for same in by_traces.values()], np.int64)
    bad = np.add.reduceat(is_bad[trace].astype(np.int64), start) if len(ids) else number
    return [ids[same].tolist() for same in by_traces.values()], bad[first], (number - bad)[first]


def _fingerprints(trace: Counts, start: NDArray[np.intp], traces: int) -> list[tuple[int, int]]:
    """A mark per fact that is the same for the same set of traces, and as good as never for others."""
    if not len(start):
        return []
    marks = np.random.default_rng(0).integers(0, 2**63, (2, traces), np.uint64)
    first, second = (np.add.reduceat(mark[trace], start).tolist() for mark in marks)
    return list(zip(first, second, strict=True))


def _rank(fact: Fact, telling: Sequence[str]) -> tuple[int, str, str]:
    """Earliest beginning of a key first, then in order of the alphabet."""
    key, value = fact
    return next((at for at, begin in enumerate(telling) if key.startswith(begin)), len(telling)), key, value
