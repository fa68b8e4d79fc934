"""The critical path: which rows decided when the answer came, and when all was done.

Walked back from the end of the entry: of a row's children, the one that ended last before the point that was reached
is what the row waited for; the walk goes on within it, then from its start. This is how Uber's CRISP (USENIX ATC 2022)
and Jaeger define it. What was still running after the answer is walked in the same way, back to the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROUNDING = 1_000
"""Microseconds by which one child may end after the next began and still be what it waited for: times are rounded."""

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """Spans in microseconds, earliest first. All of them together fill the trace, without overlap."""

    rows: Sequence[Spans]
    """Of each row, when it was on the path."""
    waiting: Spans
    """When the path went through no row's own time."""


def critical_path(
    start: Sequence[int], end: Sequence[int], parents: Sequence[int | None], entry: int | None
) -> CriticalPath:
    """The path through rows of which parents come before their children; `entry` is the row that gives the answer."""
    walk = _Walk(start, end, parents)
    if entry is not None:
        answered = walk.end[entry]
        walk.back(walk.top, max(walk.reaches), answered, walk.reaches)
        walk.back(entry, answered, walk.begins[entry], walk.end)
        walk.back(walk.top, walk.begins[entry], 0, walk.reaches)
    for spans in (*walk.rows, walk.waiting):
        spans.reverse()
    return CriticalPath(walk.rows[:-1], walk.waiting)


class _Walk:
    """Rows with one more above all others, that itself never runs."""

    def __init__(self, start: Sequence[int], end: Sequence[int], parents: Sequence[int | None]) -> None:
        self.top = len(start)
        self.start, self.end = [*start, 0], [*end, 0]
        self.begins, self.reaches = [*start, max(end, default=0)], [*end, 0]
        """When a row or anything below it begins first and ends last."""
        self.rows: list[Spans] = [[] for _ in self.start]
        self.waiting: Spans = []
        self.children: list[list[int]] = [[] for _ in self.start]
        for row in range(self.top - 1, -1, -1):
            above = parents[row]
            parent = self.top if above is None else above
            self.children[parent].append(row)
            self.begins[parent] = min(self.begins[parent], self.begins[row])
            self.reaches[parent] = max(self.reaches[parent], self.reaches[row])

    def back(self, row: int, reached: int, floor: int, ends: Sequence[int]) -> None:
        """Walk from a point back to the floor; `ends` says whether what a row set off counts as its end, or its own."""
        stack = [_Step(row, reached, self._latest_first(row, ends))]
        while stack:
            step = stack[-1]
            child = next((one for one in step.children if self._was_waited_for(one, step.reached, floor, ends)), None)
            if child is None:
                self._own(step.row, max(self.begins[step.row], floor), step.reached)
                if len(stack) == 1:
                    self._wait(floor, min(max(self.begins[row], floor), step.reached))
                stack.pop()
                continue
            until = min(ends[child], step.reached)
            self._own(step.row, until, step.reached)
            step.reached = max(self.begins[child], floor)
            stack.append(_Step(child, until, self._latest_first(child, ends)))

    def _latest_first(self, row: int, ends: Sequence[int]) -> Iterator[int]:
        return iter(sorted(self.children[row], key=lambda child: (-ends[child], self.begins[child], child)))

    def _was_waited_for(self, child: int, reached: int, floor: int, ends: Sequence[int]) -> bool:
        until = min(ends[child], reached)
        return ends[child] <= reached + ROUNDING and until > max(self.begins[child], floor)

    def _own(self, row: int, begin: int, reached: int) -> None:
        """Time that passed in no child: the row's own as far as it ran, waiting for the rest."""
        first, last = max(begin, self.start[row]), min(reached, self.end[row])
        if first >= last:
            self._wait(begin, reached)
            return
        self._wait(last, reached)
        self.rows[row].append((first, last))
        self._wait(begin, first)

    def _wait(self, begin: int, reached: int) -> None:
        if begin < reached:
            self.waiting.append((begin, reached))


@dataclass(slots=True)
class _Step:
    """Where the walk is within a row."""

    row: int
    reached: int
    children: Iterator[int]
    """Those that have not been looked at, latest first."""
