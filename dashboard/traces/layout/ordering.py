"""The order within the columns: few crossings, the members of a frame together, frames above one another alike."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.traces.layout.graph import Pair
from dashboard.traces.layout.items import Items
from dashboard.traces.layout.monotone import rising

Order = list[list[int]]
SWEEPS = 12
PATIENCE = 4
"""Sweeps without gain after which to stop."""
EXCHANGES = 4
"""Rounds in which neighbours are exchanged."""


def ordered(items: Items) -> Order:
    """The items of each column from top to bottom."""
    start = _visited(items)
    if not any(items.group):
        best, _ = _swept(items, start, {})
        return best
    free, _ = _swept(items, _gathered(items, start), None)
    tries = [_swept(items, free, _ranks(items, free)), _swept(items, start, _ranks(items, start))]
    return min(tries, key=lambda each: each[1])[0]


def crossings(items: Items, order: Order) -> int:
    """Pairs of pieces of lines that cross."""
    place = places(order)
    between: list[list[Pair]] = [[] for _ in order]
    for source, target in items.segments:
        between[items.column[source]].append((place[source], place[target]))
    return sum(_inversions(np.array(pairs)) for pairs in between if len(pairs) > 1)


def places(order: Order) -> dict[int, int]:
    """Position of each item in its column."""
    return {one: position for column in order for position, one in enumerate(column)}


def _inversions(pairs: NDArray[np.int64]) -> int:
    """Pairs of lines of which one starts above and ends below the other: sums over the matrix of their ends."""
    rows, wide = int(pairs[:, 0].max()) + 1, int(pairs[:, 1].max()) + 1
    ends = np.bincount(pairs[:, 0] * wide + pairs[:, 1], minlength=rows * wide).reshape(rows, wide)
    below = ends[::-1].cumsum(0)[::-1] - ends
    crossed = below.cumsum(1) - below
    return int((ends * crossed).sum())


def _visited(items: Items) -> Order:
    """Columns in the order in which a walk along the lines comes by: neighbours start near one another."""
    _, right = items.sides()
    order: Order = [[] for _ in range(max(items.column) + 1)]
    seen: set[int] = set()
    for start in sorted(range(len(items.column)), key=lambda one: (items.column[one], one)):
        stack = [start]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                order[items.column[one]].append(one)
                stack.extend(reversed(_passing_between(items, right[one])))
    return order


def _passing_between(items: Items, those: Sequence[int]) -> list[int]:
    """What is called, half of it above and half below the lines that pass by to what is further right."""
    boxes = [one for one in those if one < items.boxes]
    half = len(boxes) // 2
    return [*boxes[:half], *(one for one in those if one >= items.boxes), *boxes[half:]]


def _gathered(items: Items, order: Order) -> Order:
    """The same with the members of each frame together."""
    place = _heights(order)
    return [arranged(column, place, items.group, None) for column in order]


def _heights(order: Order) -> dict[int, float]:
    """Where in its column each item stands, from 0 to 1."""
    return {one: (position + 0.5) / len(column) for column in order for position, one in enumerate(column)}


def _ranks(items: Items, order: Order) -> dict[str, int]:
    """Frames from top to bottom, by where their members stand on average."""
    at = _heights(order)
    members: dict[str, list[float]] = {}
    for one, group in enumerate(items.group):
        if group:
            members.setdefault(group, []).append(at[one])
    return ranked({group: sum(each) / len(each) for group, each in members.items()})


def ranked(at: Mapping[str, float]) -> dict[str, int]:
    """Names by ascending figure, numbered."""
    return {group: rank for rank, group in enumerate(sorted(at, key=lambda group: (at[group], group)))}


def arranged(
    column: Sequence[int], at: Mapping[int, float], group: Sequence[str], rank: Mapping[str, int] | None
) -> list[int]:
    """Items by where they want to be, the members of a frame together; frames by rank where there is one."""
    if rank is not None and not rank:
        return sorted(column, key=at.__getitem__)
    framed: dict[str, list[int]] = {}
    units: list[tuple[float, int, list[int]]] = []
    for position, one in enumerate(column):
        if group[one]:
            framed.setdefault(group[one], []).append(one)
        else:
            units.append((at[one], len(column) + position, [one]))
    names = sorted(framed, key=lambda name: rank[name]) if rank else list(framed)
    wanted = [(sum(at[one] for one in framed[name]) / len(framed[name]), len(framed[name])) for name in names]
    for position, (name, want) in enumerate(zip(names, rising(wanted) if rank else wanted, strict=True)):
        units.append((want[0], position, sorted(framed[name], key=at.__getitem__)))
    return [one for *_, those in sorted(units, key=lambda unit: unit[:2]) for one in those]


def _swept(items: Items, order: Order, rank: Mapping[str, int] | None) -> tuple[Order, int]:
    """The best order found by sweeping right and left, and its crossings."""
    best, fewest, idle = order, -1, 0
    left, right = items.sides()
    for sweep in range(SWEEPS):
        rightwards = sweep % 2 == 0
        order = _sweep(items, order, left if rightwards else right, rank, rightwards=rightwards)
        exchanged = _exchanged(items, order, left, right)
        number = crossings(items, exchanged)
        idle += 1
        if fewest < 0 or number < fewest:
            best, fewest, idle = exchanged, number, 0
        if not fewest or idle >= PATIENCE:
            break
        order = exchanged
    return best, fewest


def _sweep(
    items: Items, order: Order, towards: Sequence[Sequence[int]], rank: Mapping[str, int] | None, *, rightwards: bool
) -> Order:
    """Put each item at the mean height of its neighbours in the column before."""
    at = _heights(order)
    swept = list(order)
    for number in range(len(order)) if rightwards else reversed(range(len(order))):
        wants = {
            one: sum(at[other] for other in towards[one]) / len(towards[one]) if towards[one] else at[one]
            for one in order[number]
        }
        swept[number] = arranged(order[number], wants, items.group, rank)
        for position, one in enumerate(swept[number]):
            at[one] = (position + 0.5) / len(swept[number])
    return swept


def _exchanged(items: Items, order: Order, left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> Order:
    """Exchange neighbours of one frame, or of none, while that saves crossings."""
    place = places(order)
    better = [list(column) for column in order]
    for _ in range(EXCHANGES):
        gained = False
        for column in better:
            sides = {one: (sorted(place[o] for o in left[one]), sorted(place[o] for o in right[one])) for one in column}
            for above in range(len(column) - 1):
                one, other = column[above], column[above + 1]
                if items.group[one] == items.group[other] and _saved(sides[one], sides[other]) > 0:
                    column[above : above + 2] = [other, one]
                    gained = True
            place.update((one, position) for position, one in enumerate(column))
        if not gained:
            break
    return better


def _saved(one: tuple[list[int], list[int]], other: tuple[list[int], list[int]]) -> int:
    """Crossings fewer if `other` stood above `one`."""
    return sum(
        (high > low) - (high < low) for highs, lows in zip(one, other, strict=True) for high in highs for low in lows
    )
