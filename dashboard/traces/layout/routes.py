"""How the lines run: out at the right of a box, between the others, in at the left; feedback goes round backwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.traces.layout.channels import Channel, Stretch, taken, taken_round
from dashboard.traces.layout.curves import Door, smooth, taut
from dashboard.traces.layout.graph import Pair
from dashboard.traces.layout.shapes import Box, Gap, Placed, Point

SIDE = 0.6
"""Share of a box's side over which lines leave."""


@dataclass(frozen=True, slots=True)
class Way:
    """A line with the stretches of the channels that it passes, in order."""

    source: int
    target: int
    backwards: bool
    passed: Sequence[tuple[Channel, Stretch]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that stands already."""

    boxes: Sequence[Box]
    columns: Sequence[int]
    placed: Sequence[Placed]
    channels: Sequence[Channel]
    gap: Gap

    def middle(self, one: int) -> float:
        """Height of the middle of a box."""
        return self.placed[one].y + self.placed[one].height / 2

    def left(self, one: int) -> float:
        """Left end of a box's column."""
        return self.channels[self.columns[one]].left

    def right(self, one: int) -> float:
        """Right end of a box's column."""
        return self.channels[self.columns[one]].right


def paths(scene: Scene, forwards: Sequence[Pair], back: Sequence[Pair]) -> dict[Pair, list[Point]]:
    """The Béziers of every line."""
    pairs = [(pair, False) for pair in forwards] + [(pair, True) for pair in back]
    span = scene.columns
    pairs.sort(key=lambda each: (abs(span[each[0][1]] - span[each[0][0]]), each))
    ways = [_way(scene, number, pair, backwards=backwards) for number, (pair, backwards) in enumerate(pairs)]
    _sort_lanes(scene, ways)
    ports = _ports(scene, ways)
    return {
        (way.source, way.target): (_round if way.backwards else _across)(scene, number, way, ports[number])
        for number, way in enumerate(ways)
    }


def _way(scene: Scene, number: int, pair: Pair, *, backwards: bool) -> Way:
    """Choose where a line passes, and note it there."""
    source, target = pair
    first, last = scene.columns[source], scene.columns[target]
    passed = scene.channels[last : first + 1][::-1] if backwards else scene.channels[first + 1 : last]
    if not passed:
        return Way(source, target, backwards, ())
    chosen = _chosen(scene, pair, passed, backwards=backwards)
    stretches = [channel.stretches[one] for channel, one in zip(passed, chosen, strict=True)]
    for stretch in stretches:
        stretch.lines.append(number)
    return Way(source, target, backwards, tuple(zip(passed, stretches, strict=True)))


def _chosen(scene: Scene, pair: Pair, passed: Sequence[Channel], *, backwards: bool) -> tuple[int, ...]:
    """Numbers of the stretches to take; backwards these are next to the target if possible, above it or below."""
    source, target = pair
    groups = _groups(scene, source, target)
    start, end = scene.middle(source), scene.middle(target)
    if not backwards:
        return taken(passed, (scene.right(source), start), (scene.left(target), end), groups)
    aside = scene.placed[target].height / 2 + scene.gap.clearance
    return taken_round(passed, start, (end + aside, end - aside), groups)


def _groups(scene: Scene, source: int, target: int) -> frozenset[str]:
    """Frames in which a line may pass: its own if it stays in one, else outside or in those of its ends."""
    ends = {scene.boxes[source].group, scene.boxes[target].group}
    return frozenset(ends if len(ends) == 1 else ends | {""})


def _sort_lanes(scene: Scene, ways: Sequence[Way]) -> None:
    """Lines that share a stretch lie in the order of their ends."""

    def height(number: int) -> tuple[float, float, int]:
        way = ways[number]
        return scene.middle(way.source) + scene.middle(way.target), _turning(scene, way), number

    for channel in scene.channels:
        for stretch in channel.stretches:
            stretch.lines.sort(key=height)


def _turning(scene: Scene, way: Way) -> float:
    """How far a line must leave its source's height where it first has to."""
    middle = scene.middle(way.source)
    heights = [stretch.within(middle) for _, stretch in way.passed]
    return next((height for height in heights if height != middle), scene.middle(way.target)) - middle


def _ports(scene: Scene, ways: Sequence[Way]) -> list[float]:
    """Height at which each line leaves: a level one in the middle, others above or below by where they go."""
    leaving: dict[int, list[tuple[float, float, int]]] = {}
    for number, way in enumerate(ways):
        turning = _turning(scene, way)
        if way.backwards:
            turning = math.copysign(math.inf, turning)  # it turns first, so it must not cross the others
        leaving.setdefault(way.source, []).append((turning, scene.middle(way.target), number))
    heights = [0.0] * len(ways)
    for source, lines in leaving.items():
        ranked = [(turning, number) for turning, _, number in sorted(lines)]
        for number, offset in _spread(scene, ranked, scene.placed[source].height):
            heights[number] = scene.middle(source) + offset
    return heights


def _spread(scene: Scene, lines: Sequence[tuple[float, int]], height: float) -> list[tuple[int, float]]:
    """Offsets from the middle, from top to bottom."""
    level = [place for place, (change, _) in enumerate(lines) if abs(change) < 1]
    centre = level[len(level) // 2] if level else (len(lines) - 1) / 2
    room = max(centre, len(lines) - 1 - centre) or 1
    step = min(scene.gap.lane, SIDE * height / 2 / room)
    return [(number, (place - centre) * step) for place, (_, number) in enumerate(lines)]


def _lane(stretch: Stretch, number: int, gap: Gap) -> tuple[float, float]:
    """Heights that are left for a line beside those which share the stretch."""
    lines = len(stretch.lines)
    place = stretch.lines.index(number)
    step = min(gap.lane, (stretch.high - stretch.low) / lines)
    return stretch.low + place * step, stretch.high - (lines - 1 - place) * step


def _doors(way: Way, number: int, gap: Gap) -> list[Door]:
    """Both ends of each column that is passed."""
    doors: list[Door] = []
    for channel, stretch in way.passed:
        low, high = _lane(stretch, number, gap)
        ends = (channel.right, channel.left) if way.backwards else (channel.left, channel.right)
        doors += [(x, low, high) for x in ends]
    return doors


def _across(scene: Scene, number: int, way: Way, port: float) -> list[Point]:
    """From left to right."""
    end = scene.middle(way.target)
    start = (scene.right(way.source), port, port)
    doors = [start, *_doors(way, number, scene.gap), (scene.left(way.target), end, end)]
    points = [(x, y) for (x, *_), y in zip(doors, taut(doors), strict=True)]
    source, target = scene.placed[way.source], scene.placed[way.target]
    return smooth(_distinct([(source.x + source.width, port), *points, (target.x, end)]))


def _round(scene: Scene, number: int, way: Way, port: float) -> list[Point]:
    """Out at the right, back above or below the boxes, in at the left."""
    doors = [(-x, low, high) for x, low, high in _doors(way, number, scene.gap)]
    end = scene.middle(way.target)
    first, last = (_clamped(doors[0], port), _clamped(doors[-1], end))
    heights = taut([(doors[0][0], first, first), *doors[1:-1], (doors[-1][0], last, last)])
    back = smooth([(-x, y) for (x, *_), y in zip(doors, heights, strict=True)])
    source, target = scene.placed[way.source], scene.placed[way.target]
    start = (scene.right(way.source), port)
    finish = (scene.left(way.target), end)
    return [
        *_level((source.x + source.width, port), start),
        *_turn(start, back[0], scene.gap.column),
        *back[1:],
        *_turn(back[-1], finish, -scene.gap.column)[1:],
        *_level(finish, (target.x, end))[1:],
        *([] if finish == (target.x, end) else [(target.x, end)]),
    ]


def _clamped(door: Door, height: float) -> float:
    return min(max(height, door[1]), door[2])


def _level(start: Point, end: Point) -> list[Point]:
    """A straight piece without its end; nothing if it has no length."""
    if start == end:
        return []
    third = (end[0] - start[0]) / 3
    return [start, (start[0] + third, start[1]), (end[0] - third, end[1])]


def _turn(start: Point, end: Point, column: float) -> list[Point]:
    """A bow into the space beside a column; `column` is that space, negative to the left."""
    bow = min(0.5 * abs(column), 14 + 0.2 * abs(end[1] - start[1]))
    out = math.copysign(bow, column)
    return [start, (start[0] + out, start[1]), (end[0] + out, end[1]), end]


def _distinct(points: Sequence[Point]) -> list[Point]:
    """Without points that stand where the one before does."""
    return [point for place, point in enumerate(points) if not place or point[0] != points[place - 1][0]]
