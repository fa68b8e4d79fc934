"""Labels that are always shown keep clear of boxes, of titles of frames, and of each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.traces.layout import Layout, Route
from dashboard.traces.layout.curves import at_share, pieces
from dashboard.traces.layout.shapes import Point

SIZE = (84.0, 18.0)
"""Of a label."""
TITLE = (230.0, 32.0)
"""Of a frame's name and coverage, at its upper left."""
SHARES = tuple(step / 20 for step in range(1, 20))
"""Of each piece of a line: places that are tried."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle that something occupies."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area") -> bool:
        """Whether two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def label_at(point: Point) -> Area:
    """What a label with its middle there occupies."""
    return Area(point[0] - SIZE[0] / 2, point[1] - SIZE[1] / 2, point[0] + SIZE[0] / 2, point[1] + SIZE[1] / 2)


def places(layout: Layout, shown: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Point]:
    """The middle of the label of each of these lines: the layout's own place unless something is there."""
    routes = {(route.source, route.target): route for route in layout.routes}
    taken = [Area(one.x, one.y, one.x + one.width, one.y + one.height) for one in layout.boxes.values()]
    taken += [Area(one.x, one.y, one.x + min(TITLE[0], one.width), one.y + TITLE[1]) for one in layout.frames.values()]
    found: dict[tuple[str, str], Point] = {}
    for pair in sorted(shown, key=lambda one: (len(routes[one].path), one)):  # short lines have little choice
        route = routes[pair]
        free = (one for one in _tried(route) if not any(label_at(one).meets(area) for area in taken))
        found[pair] = next(free, route.label)
        taken.append(label_at(found[pair]))
    return found


def _tried(route: Route) -> Iterator[Point]:
    """The layout's place, then places along the line, nearest first."""
    yield route.label
    points = [at_share(piece, share) for piece in pieces(route.path) for share in SHARES]
    yield from sorted(points, key=lambda one: (one[0] - route.label[0]) ** 2 + (one[1] - route.label[1]) ** 2)
