"""Where the lines' labels stand: on the line, clear of boxes, and of other labels where that is possible."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from dashboard.traces.layout.curves import at_share, pieces
from dashboard.traces.layout.graph import Pair
from dashboard.traces.layout.routes import Scene
from dashboard.traces.layout.shapes import Point

SHARES = (0.5, 0.38, 0.62, 0.26, 0.74)
"""Of each Bézier: places that are tried, best first."""
APART = 2.0
"""Between a label and a box, in px."""


def labelled(scene: Scene, paths: Mapping[Pair, Sequence[Point]]) -> dict[Pair, Point]:
    """The middle of each line's label."""
    wide, tall = scene.gap.label
    taken: dict[tuple[int, int], list[Point]] = {}
    found: dict[Pair, Point] = {}
    for pair in sorted(paths, key=lambda pair: (len(paths[pair]), pair)):  # short lines have little choice
        found[pair] = _freest(_places(scene, paths[pair], pair), taken, scene.gap.label)
        taken.setdefault((int(found[pair][0] // wide), int(found[pair][1] // tall)), []).append(found[pair])
    return found


def _freest(
    places: Iterator[Point], taken: Mapping[tuple[int, int], Sequence[Point]], size: tuple[float, float]
) -> Point:
    """The first place where no other label stands, or where the fewest do."""
    tried: list[tuple[int, int, Point]] = []
    for place in places:
        others = sum(
            abs(other[0] - place[0]) < size[0] and abs(other[1] - place[1]) < size[1]
            for other in _around(taken, place, size)
        )
        if not others:
            return place
        tried.append((others, len(tried), place))
    return min(tried)[2]


def _around(
    taken: Mapping[tuple[int, int], Sequence[Point]], point: Point, size: tuple[float, float]
) -> Iterator[Point]:
    """Labels that stand near, by a grid of their size."""
    column, row = int(point[0] // size[0]), int(point[1] // size[1])
    for x in (column - 1, column, column + 1):
        for y in (row - 1, row, row + 1):
            yield from taken.get((x, y), ())


def _places(scene: Scene, path: Sequence[Point], pair: Pair) -> Iterator[Point]:
    """Free places on the line, from its middle outwards; and one right of its source, which is always free."""
    curves = pieces(path)
    middle = (len(curves) - 1) / 2
    for curve in sorted(range(len(curves)), key=lambda one: abs(one - middle)):
        for share in SHARES:
            point = at_share(curves[curve], share)
            if _is_free(scene, point):
                yield point
    yield _beside(scene, path, pair)


def _is_free(scene: Scene, point: Point) -> bool:
    """Whether a label here touches no box."""
    half, tall = scene.gap.label[0] / 2 + APART, scene.gap.label[1] / 2 + APART - scene.gap.clearance
    for channel in scene.channels:
        if channel.left < point[0] + half and channel.right > point[0] - half:
            stretch = channel.stretches[min(bisect_right(channel.ends, point[1]), len(channel.ends) - 1)]
            if not stretch.low + tall <= point[1] <= stretch.high - tall:
                return False
    return True


def _beside(scene: Scene, path: Sequence[Point], pair: Pair) -> Point:
    """In the space right of the source's column, at the height at which the line comes by."""
    x = scene.right(pair[0]) + scene.gap.column / 2
    for curve in pieces(path):
        if curve[0][0] <= x <= curve[-1][0]:
            return x, at_share(curve, (x - curve[0][0]) / (curve[-1][0] - curve[0][0]))[1]
    return x, (path[0][1] + path[3][1]) / 2
