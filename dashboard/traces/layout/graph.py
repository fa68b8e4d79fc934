"""The graph by number: boxes in order of their ids, lines as pairs of positions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.traces.layout.shapes import Box, Line

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes with lines that make no cycle."""

    boxes: Sequence[Box]
    lines: Sequence[Pair]

    def neighbours(self) -> tuple[list[list[int]], list[list[int]]]:
        """Whom each box is called by, and whom it calls."""
        callers: list[list[int]] = [[] for _ in self.boxes]
        called: list[list[int]] = [[] for _ in self.boxes]
        for source, target in self.lines:
            callers[target].append(source)
            called[source].append(target)
        return callers, called

    def in_flow(self) -> list[int]:
        """All boxes, callers before those whom they call."""
        _, called = self.neighbours()
        open_calls = [0] * len(self.boxes)
        for _, target in self.lines:
            open_calls[target] += 1
        order = [one for one, calls in enumerate(open_calls) if not calls]
        for one in order:  # grows while it is walked
            for target in called[one]:
                open_calls[target] -= 1
                if not open_calls[target]:
                    order.append(target)
        return order

    def part(self, chosen: Sequence[int]) -> "Graph":
        """The graph of some boxes and the lines between them, numbered anew."""
        number = {one: position for position, one in enumerate(chosen)}
        lines = [(number[a], number[b]) for a, b in self.lines if a in number and b in number]
        return Graph([self.boxes[one] for one in chosen], lines)


def numbered(boxes: Iterable[Box], lines: Iterable[Line]) -> tuple[list[Box], list[Pair]]:
    """Boxes by id and lines by position, each once; raises ValueError for an id that is unknown or there twice."""
    ordered = sorted(boxes, key=lambda box: box.id)
    number: dict[str, int] = {}
    for position, box in enumerate(ordered):
        if number.setdefault(box.id, position) != position:
            raise ValueError(f"Two boxes have the id {box.id!r}.")
    pairs: set[Pair] = set()
    for line in lines:
        unknown = [end for end in (line.source, line.target) if end not in number]
        if unknown:
            raise ValueError(f"A line from {line.source!r} to {line.target!r}: there is no box {unknown[0]!r}.")
        pairs.add((number[line.source], number[line.target]))
    return ordered, sorted(pairs)


def parts(graph: Graph, back: Sequence[Pair]) -> list[list[int]]:
    """What hangs together, by lines in either direction or by a frame; the largest first."""
    root = list(range(len(graph.boxes)))

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    first_of: dict[str, int] = {}
    together = [(first_of.setdefault(box.group, one), one) for one, box in enumerate(graph.boxes) if box.group]
    for one, other in [*graph.lines, *back, *together]:
        root[max(find(one), find(other))] = min(find(one), find(other))
    found: dict[int, list[int]] = {}
    for one in range(len(root)):
        found.setdefault(find(one), []).append(one)
    return sorted(found.values(), key=lambda part: (-len(part), part[0]))
