"""Smooth lines through doors: the shortest way, then a curve that never leaves it by height."""

import math
from collections.abc import Sequence

from dashboard.traces.layout.shapes import Point

Door = tuple[float, float, float]
"""A place across, and the lowest and highest height at which a line may pass it."""
REACH = 0.42
"""Of a curve's handles, as a share of its width."""


def taut(doors: Sequence[Door]) -> list[float]:
    """Heights at the doors of a thread drawn tight; first and last doors must be points."""
    heights = [doors[0][1]]
    last = len(doors) - 1
    while len(heights) <= last:
        start = len(heights) - 1
        bend, height = _bend(doors, start, heights[-1])
        x, y = doors[start][0], heights[-1]
        slope = (height - y) / (doors[bend][0] - x)
        heights.extend(y + slope * (doors[one][0] - x) for one in range(start + 1, bend))
        heights.append(height)
    return [min(max(height, low), high) for height, (_, low, high) in zip(heights, doors, strict=True)]


def _bend(doors: Sequence[Door], start: int, height: float) -> tuple[int, float]:
    """Where a thread from this door first touches: the door and the height there."""
    least, most = -math.inf, math.inf
    at_least = at_most = start
    for one in range(start + 1, len(doors)):
        x, low, high = doors[one]
        across = x - doors[start][0]
        if (low - height) / across > most:
            return at_most, doors[at_most][2]
        if (high - height) / across < least:
            return at_least, doors[at_least][1]
        if (low - height) / across >= least:
            least, at_least = (low - height) / across, one
        if (high - height) / across <= most:
            most, at_most = (high - height) / across, one
    return len(doors) - 1, doors[-1][1]


def smooth(points: Sequence[Point]) -> list[Point]:
    """Béziers through points that go one way across, level at both ends; between two points they stay between them."""
    kept = _without_needless(points)
    slopes = [0.0, *(_slope(*kept[one - 1 : one + 2]) for one in range(1, len(kept) - 1)), 0.0]
    path = [kept[0]]
    for (x, y), (next_x, next_y), slope, next_slope in zip(kept, kept[1:], slopes, slopes[1:], strict=False):
        reach = (next_x - x) * REACH
        path += [(x + reach, y + slope * reach), (next_x - reach, next_y - next_slope * reach), (next_x, next_y)]
    return path


def _without_needless(points: Sequence[Point]) -> list[Point]:
    """Leave out points in the middle of a level stretch."""
    inner = [
        points[one]
        for one in range(1, len(points) - 1)
        if not points[one - 1][1] == points[one][1] == points[one + 1][1]
    ]
    return [points[0], *inner, points[-1]]


def _slope(before: Point, here: Point, after: Point) -> float:
    """Slope at a point: none at a turn, else between those on both sides and never so steep that it overshoots."""
    one = (here[1] - before[1]) / (here[0] - before[0])
    other = (after[1] - here[1]) / (after[0] - here[0])
    if one * other <= 0:
        return 0.0
    most = min(abs(one), abs(other)) / (2 * REACH)
    return math.copysign(min(2 * one * other / (one + other) * math.copysign(1, one), most), one)


def at_share(piece: Sequence[Point], share: float) -> Point:
    """A point of one Bézier."""
    rest = 1 - share
    weights = (rest**3, 3 * rest * rest * share, 3 * rest * share * share, share**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, piece, strict=True)) for axis in (0, 1))
    return x, y


def pieces(path: Sequence[Point]) -> list[Sequence[Point]]:
    """The Béziers of a path, four points each."""
    return [path[first : first + 4] for first in range(0, len(path) - 1, 3)]
