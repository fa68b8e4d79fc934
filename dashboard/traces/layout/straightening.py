"""Level lines that are nearly so, where there is room for it."""

import math
from collections.abc import Sequence

from dashboard.traces.layout.items import Items
from dashboard.traces.layout.ordering import Order
from dashboard.traces.layout.rules import Rules
from dashboard.traces.layout.shapes import Gap


def straightened(items: Items, order: Order, at: Sequence[int], given: Rules, gap: Gap) -> list[int]:
    """Heights with each box level with a caller of its own, if that is near; or else with one that it calls."""
    left, right = items.sides()
    room = _Room(given, [*at, *_edges(at, given)])
    reach = [max(height / 2, gap.row) for height in items.height]
    for column in order:
        for one in column:
            callers = [other for other in left[one] if len(right[other]) == 1 or len(left[one]) == 1]
            room.align(one, callers, reach[one])
    for column in reversed(order):
        for one in column:
            if one >= items.boxes or not room.is_level(one, left[one]):
                room.align(one, right[one], reach[one])
    return room.level[: len(at)]


class _Room:
    """Heights, and how far each can change while all others stay."""

    def __init__(self, given: Rules, level: list[int]) -> None:
        self.level = level
        self.above: list[list[tuple[int, int]]] = [[] for _ in range(given.count)]
        self.below: list[list[tuple[int, int]]] = [[] for _ in range(given.count)]
        for one, other, distance in given.downwards:
            self.above[other].append((one, distance))
            self.below[one].append((other, distance))

    def is_level(self, one: int, others: Sequence[int]) -> bool:
        """Whether any of the others stands at the same height."""
        return any(self.level[other] == self.level[one] for other in others)

    def align(self, one: int, others: Sequence[int], reach: float) -> None:
        """Move to the height of the nearest of the others, if it is within reach and there is room."""
        now = self.level[one]
        wanted = min((self.level[other] for other in others), key=lambda at: (abs(at - now), at), default=now)
        least = max((self.level[other] + distance for other, distance in self.above[one]), default=-math.inf)
        most = min((self.level[other] - distance for other, distance in self.below[one]), default=math.inf)
        if abs(wanted - now) <= reach and least <= wanted <= most:
            self.level[one] = wanted


def _edges(at: Sequence[int], given: Rules) -> list[int]:
    """Edges of frames, as close to their members as they may be."""
    level = [*at, *([0] * (given.count - len(at)))]
    for edge in range(len(at), given.count, 2):
        upper, lower = edge, edge + 1
        level[upper] = min(level[below] - distance for above, below, distance in given.downwards if above == upper)
        level[lower] = max(level[above] + distance for above, below, distance in given.downwards if below == lower)
    return level[len(at) :]
