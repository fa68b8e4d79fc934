"""The layout of the service map: columns from left to right, frames around groups, lines between them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.traces.layout.channels import channels
from dashboard.traces.layout.cycles import feedback
from dashboard.traces.layout.frames import framed
from dashboard.traces.layout.graph import Graph, Pair, numbered
from dashboard.traces.layout.keeping import earlier, next_spots
from dashboard.traces.layout.labels import labelled
from dashboard.traces.layout.packing import Spots, first_spots
from dashboard.traces.layout.routes import Scene, paths
from dashboard.traces.layout.shapes import Box, Frame, Gap, Layout, Line, Placed, Point, Route

EMPTY = 0.25
"""Share of its size that a picture may leave empty at its left or top so that its boxes stay where they were."""


def lay_out(
    boxes: Sequence[Box],
    lines: Sequence[Line],
    *,
    previous: Mapping[str, Point] | None = None,
    gap: Gap = Gap(),  # noqa: B008
) -> Layout:
    """Give every box a place and every line a way; the same input gives the same picture, in whatever order.

    `previous` holds the middles of an earlier layout of nearly the same graph: its boxes stay where they were, as far
    as the lines allow; of a very different graph, it is left aside. A closed group is a box whose id is the group's
    name: opened, it is drawn in its place. Raises ValueError for a line whose end is no box, naming it.
    """
    ordered, pairs = numbered(boxes, lines)
    if not ordered:
        return Layout(0, 0, {}, (), {})
    was = earlier(ordered, previous, gap)
    back = feedback(len(ordered), pairs, was.columns if was else [])
    graph = Graph(ordered, sorted(set(pairs) - set(back)))
    spots = next_spots(graph, was, gap) if was else first_spots(graph, back, gap)
    corner = (min(spots.across), min(spots.middles))
    drawn = _drawn(graph, back, spots, corner, gap)
    return _moved(drawn, corner if was else (-math.inf, -math.inf), gap)


def _drawn(graph: Graph, back: Sequence[Pair], spots: Spots, corner: tuple[int, int], gap: Gap) -> Layout:
    """The picture with this corner at (0, 0): the way of a line does not depend on where the picture lies."""
    placed = [
        Placed(
            box.id,
            spots.across[column] - corner[0] - box.width / 2,
            middle - corner[1] - box.height / 2,
            box.width,
            box.height,
        )
        for box, column, middle in zip(graph.boxes, spots.columns, spots.middles, strict=True)
    ]
    by_id = {one.id: one for one in placed}
    frames = framed(graph.boxes, by_id, gap)
    scene = Scene(graph.boxes, spots.columns, placed, channels(placed, spots.columns, frames, gap), gap)
    ways = paths(scene, graph.lines, back)
    labels = labelled(scene, ways)
    routes = tuple(
        Route(graph.boxes[pair[0]].id, graph.boxes[pair[1]].id, tuple(ways[pair]), labels[pair])
        for pair in sorted(ways)
    )
    return Layout(0, 0, by_id, routes, frames)


def _moved(drawn: Layout, wanted: tuple[float, float], gap: Gap) -> Layout:
    """The picture moved as wanted, as far as that keeps it inside the margin and leaves no wide strip empty."""
    (left, right), (top, bottom) = _extent(drawn, gap)
    dx, dy = _shift(wanted[0], left, right, gap), _shift(wanted[1], top, bottom, gap)

    def move(point: Point) -> Point:
        return point[0] + dx, point[1] + dy

    return Layout(
        right + dx + gap.margin,
        bottom + dy + gap.margin,
        {key: replace(one, x=one.x + dx, y=one.y + dy) for key, one in drawn.boxes.items()},
        tuple(replace(one, path=tuple(map(move, one.path)), label=move(one.label)) for one in drawn.routes),
        {key: replace(one, x=one.x + dx, y=one.y + dy) for key, one in drawn.frames.items()},
    )


def _shift(wanted: float, low: float, high: float, gap: Gap) -> int:
    """By how much to move what reaches from `low` to `high`."""
    least = math.ceil(gap.margin - low)
    return int(wanted) if 0 <= wanted - least <= EMPTY * (high - low) else least


def _extent(drawn: Layout, gap: Gap) -> tuple[Point, Point]:
    """From where to where everything reaches, across and down."""
    wide, tall = gap.label[0] / 2, gap.label[1] / 2
    points = [point for route in drawn.routes for point in route.path]
    for x, y in (route.label for route in drawn.routes):
        points += [(x - wide, y - tall), (x + wide, y + tall)]
    outlines: list[Placed | Frame] = [*drawn.boxes.values(), *drawn.frames.values()]
    for one in outlines:
        points += [(one.x, one.y), (one.x + one.width, one.y + one.height)]
    across, down = zip(*points, strict=True)
    return (min(across), max(across)), (min(down), max(down))
