"""The next picture of a graph that was drawn before: what was there stays, what is new is fitted in."""

import math
import statistics
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.traces.layout.graph import Graph
from dashboard.traces.layout.items import Items, items_of
from dashboard.traces.layout.ordering import Order
from dashboard.traces.layout.packing import Spots, across, first_spots
from dashboard.traces.layout.rules import rules, settled
from dashboard.traces.layout.shapes import Box, Gap, Point
from dashboard.traces.layout.squeezing import squeezed

LEAST_KNOWN = 0.5
"""Share of the boxes that must have been there before; a frame that is opened counts as one."""
LEAST_KEPT = 0.25
"""Share of the earlier boxes that must be there still: less is left only when the picture shows something else."""

ROWS = 8
"""Height of an empty band, in gaps between rows, from which on what is below moves up: a stack was closed there."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where the boxes stood in an earlier picture."""

    at: Mapping[str, Point]
    columns: Sequence[int | None]
    """Of each box; None for a new one."""
    across: Sequence[float]
    """Middles of the columns."""


def earlier(boxes: Sequence[Box], previous: Mapping[str, Point] | None, gap: Gap) -> Earlier | None:
    """The earlier picture, if enough is as it was to keep the rest in its place."""
    shared = [box for box in boxes if box.id in (previous or ())]
    if not previous or not shared:
        return None
    frames = {box.group for box in shared}
    shown = len({box.group if box.group and box.group not in frames else box.id for box in boxes})
    if len(shared) < max(LEAST_KNOWN * shown, LEAST_KEPT * len(previous)):
        return None
    across: list[float] = []
    for x in sorted({previous[box.id][0] for box in shared}):
        if not across or x - across[-1] > gap.column / 2:
            across.append(x)
    columns = [bisect_right(across, previous[box.id][0]) - 1 if box.id in previous else None for box in boxes]
    return Earlier(previous, columns, across)


def next_spots(graph: Graph, was: Earlier, gap: Gap) -> Spots:
    """Spots near the earlier ones; order within a column is as it was."""
    places = _pushed(graph, _fitted(graph, _dealt(graph, was)))
    used = sorted(set(places))
    columns = [used.index(place) for place in places]
    items = items_of(graph, columns, gap, passing=False)
    at = _wanted(graph, columns, was, gap)
    middle = _middles(items, at, was)
    at += [middle[group] for group in items.group[len(at) :]]
    middles = squeezed(items, settled(at, rules(items, _order(items, at, middle), gap)), gap, ROWS * gap.row)
    wanted = [was.across[int(one)] if one == int(one) and 0 <= one < len(was.across) else None for one in used]
    return Spots(columns, middles[: len(graph.boxes)], across(graph, columns, wanted, gap))


def _dealt(graph: Graph, was: Earlier) -> list[int | None]:
    """Columns with those of new boxes without lines and frames: one after the other, a row at the bottom."""
    touched = {end for pair in graph.lines for end in pair}
    dealt = list(was.columns)
    loose = [one for one, box in enumerate(graph.boxes) if dealt[one] is None and one not in touched and not box.group]
    for place, one in enumerate(loose):
        dealt[one] = place % len(was.across)
    return dealt


def _fitted(graph: Graph, old: Sequence[int | None]) -> list[float]:
    """Columns with the new boxes among them: a fraction stands for a column to be added between two."""
    callers, called = graph.neighbours()
    flow = graph.in_flow()
    ceiling = [math.inf] * len(old)
    for one in reversed(flow):
        for other in called[one]:
            column = old[other]
            ceiling[one] = min(ceiling[one], ceiling[other] if column is None else column)
    places: list[float] = [0.0 if column is None else float(column) for column in old]
    for one in flow:
        if old[one] is None:
            floor = max((places[other] for other in callers[one]), default=None)
            places[one] = _between(floor, ceiling[one], framed=bool(graph.boxes[one].group))
    return places


def _between(floor: float | None, ceiling: float, *, framed: bool) -> float:
    """A column right of `floor` and left of `ceiling`: an old one where there is one. Entries stand at the left."""
    if floor is None:
        return ceiling - 1 if ceiling < math.inf and (framed or ceiling <= 0) else 0.0
    following = math.floor(floor) + 1
    return (floor + ceiling) / 2 if floor < ceiling <= following else float(following)


def _pushed(graph: Graph, places: list[float]) -> list[float]:
    """Move right what stands left of one that calls it."""
    callers, _ = graph.neighbours()
    for one in graph.in_flow():
        least = max((places[other] for other in callers[one]), default=-math.inf)
        if least >= places[one]:
            places[one] = math.floor(least) + 1
    return places


def _wanted(graph: Graph, columns: Sequence[int], was: Earlier, gap: Gap) -> list[float]:
    """Height of each box: as before, or within its new frame, or that of its neighbours, or else below everything."""
    callers, called = graph.neighbours()
    near = [[*one, *other] for one, other in zip(callers, called, strict=True)]
    at: dict[int, float] = {one: round(was.at[box.id][1]) for one, box in enumerate(graph.boxes) if box.id in was.at}
    at |= _new_frames(graph, near, at, was, gap)
    new = [one for one in graph.in_flow() if one not in at]
    while new:
        found = {one: height for one in new if (height := _median(near[one], at)) is not None}
        if not found:
            fellows = [other for other in at if graph.boxes[other].group == graph.boxes[new[0]].group != ""]
            height = _median(fellows, at)
            found = {new[0]: _below(graph, new[0], at, columns, gap) if height is None else height}
        at |= found
        new = [one for one in new if one not in found]
    return [at[one] for one in range(len(graph.boxes))]


def _median(those: Sequence[int], at: Mapping[int, float]) -> float | None:
    """The middle height of those that have one."""
    known = [at[one] for one in those if one in at]
    return statistics.median(known) if known else None


def _new_frames(
    graph: Graph, near: Sequence[Sequence[int]], at: Mapping[int, float], was: Earlier, gap: Gap
) -> dict[int, float]:
    """Heights in frames that were not there: as in a picture of their own, where the closed box was.

    The closed box of a frame has the group's name as its id; without one, the frame goes to its neighbours.
    """
    members: dict[str, list[int]] = {}
    for one, box in enumerate(graph.boxes):
        if box.group:
            members.setdefault(box.group, []).append(one)
    found: dict[int, float] = {}
    for group, those in members.items():
        around = [other for one in those for other in near[one]]
        middle = was.at[group][1] if group in was.at else _median(around, at)
        if middle is not None and not any(one in at for one in those):
            inner = first_spots(graph.part(those), (), gap).middles
            lift = round(middle - (min(inner) + max(inner)) / 2)
            found |= {one: height + lift for one, height in zip(those, inner, strict=True)}
    return found


def _below(graph: Graph, one: int, at: Mapping[int, float], columns: Sequence[int], gap: Gap) -> float:
    """Below all boxes of its column."""
    bottoms = [at[other] + graph.boxes[other].height / 2 for other in at if columns[other] == columns[one]]
    return round(max(bottoms, default=0) + gap.row + graph.boxes[one].height / 2)


def _middles(items: Items, at: Sequence[float], was: Earlier) -> dict[str, float]:
    """The middle of each frame, by the outlines of the members that it had, or else of all."""
    outlines: dict[str, list[float]] = {}
    had = {group for group, column in zip(items.group, was.columns, strict=False) if column is not None}
    for one, height in enumerate(at):
        group = items.group[one]
        if group and (was.columns[one] is not None or group not in had):
            half = items.height[one] / 2
            outlines.setdefault(group, []).extend((height - half, height + half))
    return {group: (min(each) + max(each)) / 2 for group, each in outlines.items()}


def _order(items: Items, at: Sequence[float], middle: Mapping[str, float]) -> Order:
    """Columns by height; the members of a frame stand together where its middle is."""

    def height(one: int) -> tuple[float, str, float, int]:
        group = items.group[one]
        return middle.get(group, at[one]), group, at[one], one

    return [sorted(column, key=height) for column in items.columns()]
