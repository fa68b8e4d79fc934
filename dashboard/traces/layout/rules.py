"""Distances that must be kept from top to bottom, and heights that keep them.

All heights are those of middles, in whole pixels, so that a layout which is fed to the next one stays what it was.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import accumulate, pairwise

from dashboard.traces.layout.items import Items
from dashboard.traces.layout.monotone import rising
from dashboard.traces.layout.ordering import Order
from dashboard.traces.layout.shapes import Gap


@dataclass(frozen=True, slots=True)
class Rules:
    """Distances that must be kept: (above, below, least distance of their middles), in an order from top to bottom.

    Numbers past those of the items are the upper and lower edges of frames.
    """

    count: int
    downwards: Sequence[tuple[int, int, int]]
    upwards: Sequence[tuple[int, int, int]]
    chains: Sequence[Sequence[tuple[int, int]]]
    """Columns that no frame stands in: each item with its least distance from the first."""


def rules(items: Items, order: Order, gap: Gap) -> Rules:
    """What the order of the columns demands."""
    edges = {group: len(items.column) + 2 * place for place, group in enumerate(sorted(set(items.group) - {""}))}
    found: dict[tuple[int, int], int] = {}
    for column in order:
        for above, below, distance in _chain(items, column, edges, gap):
            found[above, below] = max(distance, found.get((above, below), 0))
    count = len(items.column) + 2 * len(edges)
    before: dict[int, set[int]] = {one: set() for one in range(count)}
    for above, below in found:
        before[below].add(above)
    place = {one: position for position, one in enumerate(TopologicalSorter(before).static_order())}
    every = [(above, below, distance) for (above, below), distance in found.items()]
    return Rules(
        count,
        sorted(every, key=lambda rule: (place[rule[1]], place[rule[0]])),
        sorted(every, key=lambda rule: (-place[rule[0]], -place[rule[1]])),
        [_offsets(column, found) for column in order if not any(items.group[one] for one in column)],
    )


def _offsets(column: Sequence[int], distances: Mapping[tuple[int, int], int]) -> list[tuple[int, int]]:
    """Items with their distances from the first."""
    return list(zip(column, accumulate((distances[pair] for pair in pairwise(column)), initial=0), strict=True))


def _chain(items: Items, column: Sequence[int], edges: dict[str, int], gap: Gap) -> list[tuple[int, int, int]]:
    """Distances along one column, with the edges of frames between their members and what is outside."""
    stops: list[tuple[int, float]] = []  # what, and half its height
    group = ""
    for one in [*column, -1]:
        now = items.group[one] if one >= 0 else ""
        if now != group and group:
            stops.append((edges[group] + 1, 0))
        if now != group and now:
            stops.append((edges[now], 0))
        if one >= 0:
            stops.append((one, items.height[one] / 2))
        group = now
    return [
        (above, below, math.ceil(one_half + other_half + _space(items, above, below, gap)))
        for (above, one_half), (below, other_half) in pairwise(stops)
    ]


def _space(items: Items, above: int, below: int, gap: Gap) -> float:
    """Between the outlines of two things that follow one another."""
    count = len(items.column)
    if above >= count and (above - count) % 2 == 0:
        return gap.padding + gap.title
    if below >= count and (below - count) % 2:
        return gap.padding
    thin = [count > one >= items.boxes for one in (above, below)]
    return gap.lane if all(thin) else (gap.clearance + gap.lane if any(thin) else gap.row)


def settled(wanted: Sequence[float], given: Rules) -> list[int]:
    """Heights near the wanted ones that keep the rules; the wanted ones themselves if they do."""
    found = _between(wanted, given) if given.count > len(wanted) else list(wanted)
    for chain in given.chains:
        free = rising((wanted[one] - offset, 1) for one, offset in chain)
        for (one, offset), (height, _) in zip(chain, free, strict=True):
            found[one] = height + offset
    return [math.floor(height + 0.5) for height in found]


def _between(wanted: Sequence[float], given: Rules) -> list[float]:
    """Pushing everything down until it fits is one answer, pushing it up another; half-way between is one, too."""
    edges = given.count - len(wanted)
    low = [*wanted, *([-math.inf] * edges)]
    high = [*wanted, *([math.inf] * edges)]
    for above, below, distance in given.downwards:
        low[below] = max(low[below], low[above] + distance)
    for above, below, distance in given.upwards:
        high[above] = min(high[above], high[below] - distance)
    return [(one + other) / 2 for one, other in zip(low[: len(wanted)], high, strict=False)]


def compact(given: Rules, count: int) -> list[int]:
    """Heights of a picture no taller than it must be: half-way between everything up and everything down."""
    up = [0] * given.count
    for above, below, distance in given.downwards:
        up[below] = max(up[below], up[above] + distance)
    down = [max(up)] * given.count
    for above, below, distance in given.upwards:
        down[above] = min(down[above], down[below] - distance)
    return [(one + other) // 2 for one, other in zip(up[:count], down, strict=False)]
