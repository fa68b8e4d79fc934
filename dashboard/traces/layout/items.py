"""What takes up room in the columns: boxes, the places where long lines pass, and frames where they have no member."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dashboard.traces.layout.graph import Graph, Pair
from dashboard.traces.layout.shapes import Gap

BUNDLE = 4
"""Lines to one box that get room of their own where they pass together."""


@dataclass(slots=True)
class Items:
    """Boxes first, with their numbers in the graph."""

    boxes: int
    column: list[int]
    height: list[float]
    group: list[str]
    segments: list[Pair] = field(default_factory=list)
    """Lines cut into pieces from one column to the next."""

    def columns(self) -> list[list[int]]:
        """Items of each column."""
        found: list[list[int]] = [[] for _ in range(max(self.column, default=-1) + 1)]
        for one, column in enumerate(self.column):
            found[column].append(one)
        return found

    def sides(self) -> tuple[list[list[int]], list[list[int]]]:
        """Neighbours of each item to the left, and to the right."""
        left: list[list[int]] = [[] for _ in self.column]
        right: list[list[int]] = [[] for _ in self.column]
        for source, target in self.segments:
            left[target].append(source)
            right[source].append(target)
        return left, right

    def add(self, column: int, group: str) -> int:
        """A new item without height."""
        self.column.append(column)
        self.height.append(0)
        self.group.append(group)
        return len(self.column) - 1


def items_of(graph: Graph, columns: Sequence[int], gap: Gap, *, passing: bool) -> Items:
    """Items of a graph whose boxes have columns; `passing` tells whether long lines take up room, too."""
    items = Items(
        len(graph.boxes),
        list(columns),
        [box.height for box in graph.boxes],
        [box.group for box in graph.boxes],
    )
    if passing:
        _bundle(items, graph, gap)
    _fill_frames(items)
    return items


def _bundle(items: Items, graph: Graph, gap: Gap) -> None:
    """Pass the columns between the ends of each line, together with other lines of its busier end.

    Within its frame if both ends are in it, else outside of frames.
    """
    callers, called = graph.neighbours()
    there: dict[tuple[int, bool, int, str], int] = {}
    for source, target in graph.lines:
        fans_out = len(called[source]) > len(callers[target])
        group = items.group[source] if items.group[source] == items.group[target] else ""
        way = [source]
        for column in range(items.column[source] + 1, items.column[target]):
            key = (source if fans_out else target, fans_out, column, group)
            if key in there:
                one = there[key]
                items.height[one] = min(items.height[one] + gap.lane, (BUNDLE - 1) * gap.lane)
            else:
                one = there[key] = items.add(column, group)
            way.append(one)
        items.segments.extend(pairwise([*way, target]))
    items.segments = sorted(set(items.segments))


def _fill_frames(items: Items) -> None:
    """A frame takes room in every column from its first to its last, tied to what it has further left."""
    there: dict[str, dict[int, int]] = {}
    for one, group in enumerate(items.group):
        if group:
            there.setdefault(group, {}).setdefault(items.column[one], one)
    for group in sorted(there):
        by_column = there[group]
        for column in range(min(by_column), max(by_column)):
            if column not in by_column:
                by_column[column] = items.add(column, group)
                items.segments.append((by_column[column - 1], by_column[column]))
