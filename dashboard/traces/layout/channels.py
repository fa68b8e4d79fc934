"""Where long lines may pass: the free stretches between the boxes of a column, and which of them a line takes."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.traces.layout.shapes import Frame, Gap, Placed, Point

STEEP = 0.004
"""Price of a bend: px squared, so that two small ones are better than one large."""
BEND = 12
"""Price of any bend, in px."""
STRANGE = 150
"""Price of passing through a frame that the line has no end in, or of leaving the one that holds both its ends."""
CROWDED = 25
"""Price of each line too many for a stretch."""


@dataclass(slots=True)
class Stretch:
    """Free heights of a column, within a frame or outside; the lines that pass there."""

    low: float
    high: float
    group: str
    lines: list[int] = field(default_factory=list)

    def within(self, height: float) -> float:
        """The nearest free height."""
        return min(max(height, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Channel:
    """A column with what is free in it, from top to bottom."""

    left: float
    right: float
    stretches: Sequence[Stretch]
    ends: Sequence[float]
    """Lower ends of the stretches."""
    lane: float
    """Height that a line takes up."""

    def near(self, height: float) -> list[int]:
        """The stretch that holds this height, or the two around it."""
        below = bisect_left(self.ends, height)
        return [below] if self.stretches[below].low <= height else [below - 1, below]

    def allowed(self, number: int, groups: frozenset[str]) -> list[int]:
        """A stretch and, if it lies in a frame that the line must keep out of, the next ones up and down that don't."""
        found = [number]
        if self.stretches[number].group not in groups:
            for way in (range(number - 1, -1, -1), range(number + 1, len(self.stretches))):
                found.extend([next((one for one in way if self.stretches[one].group in groups), number)])
        return found


def channels(placed: Sequence[Placed], columns: Sequence[int], frames: Mapping[str, Frame], gap: Gap) -> list[Channel]:
    """The channel of every column."""
    members: list[list[Placed]] = [[] for _ in range(max(columns) + 1)]
    for one, column in zip(placed, columns, strict=True):
        members[column].append(one)
    return [_channel(sorted(those, key=lambda one: one.y), frames, gap) for those in members]


def _channel(those: Sequence[Placed], frames: Mapping[str, Frame], gap: Gap) -> Channel:
    left = min(one.x for one in those)
    right = max(one.x + one.width for one in those)
    over = sorted(
        (frame for frame in frames.values() if frame.x < right and frame.x + frame.width > left),
        key=lambda frame: frame.y,
    )
    stretches: list[Stretch] = []
    top = -math.inf
    for one in those:
        stretches += _cut(top, one.y - gap.clearance, over)
        top = one.y + one.height + gap.clearance
    stretches += _cut(top, math.inf, over)
    return Channel(left, right, stretches, [one.high for one in stretches], gap.lane)


def _cut(low: float, high: float, frames: Sequence[Frame]) -> list[Stretch]:
    """Free heights, cut at the edges of frames."""
    found: list[Stretch] = []
    for frame in frames:
        top, bottom = frame.y, frame.y + frame.height
        if bottom <= low or top >= high:
            continue
        if top > low:
            found.append(Stretch(low, top, ""))
        found.append(Stretch(max(low, top), min(bottom, high), frame.group))
        low = bottom
    if low < high:
        found.append(Stretch(low, high, ""))
    return found


@dataclass(frozen=True, slots=True)
class State:
    """A way so far: its price, the height it is at, and the stretches it took."""

    price: float
    height: float
    taken: tuple[int, ...]


def taken(passed: Sequence[Channel], start: Point, end: Point, groups: frozenset[str]) -> tuple[int, ...]:
    """The cheapest stretches through the channels that are passed, from one point to another."""
    states = [State(0, start[1], ())]
    at = start[0]
    for channel in passed:
        middle = (channel.left + channel.right) / 2
        states = _through(channel, states, end[1], (middle - at) / (end[0] - at), groups)
        at = middle
    return min((state.price + _price(abs(end[1] - state.height)), state.taken) for state in states)[1]


def taken_round(
    passed: Sequence[Channel], start: float, goals: Sequence[float], groups: frozenset[str]
) -> tuple[int, ...]:
    """The cheapest stretches backwards, at one of several heights all along if that can be."""
    ends: list[State] = []
    for goal in goals:
        first = _through(passed[0], [State(0, start, ())], goal, 1, groups)
        states = [State(abs(state.height - start), state.height, state.taken) for state in first]
        for channel in passed[1:]:
            states = _through(channel, states, goal, 1, groups)
        ends += states
    return min((state.price, state.taken) for state in ends)[1]


def _through(
    channel: Channel, states: Sequence[State], goal: float, share: float, groups: frozenset[str]
) -> list[State]:
    """The cheapest way to each stretch that is worth a try; `share` of the height that is left to go is wanted here."""
    best: dict[int, State] = {}
    for state in states:
        wanted = state.height + (goal - state.height) * share
        for number in _worth_trying(channel, {state.height, wanted, goal}, groups):
            stretch = channel.stretches[number]
            height = stretch.within(wanted)
            price = state.price + _price(abs(height - state.height)) + _toll(stretch, channel.lane, groups)
            if number not in best or price < best[number].price:
                best[number] = State(price, height, (*state.taken, number))
    return list(best.values())


def _worth_trying(channel: Channel, heights: set[float], groups: frozenset[str]) -> list[int]:
    near = {number for height in heights for number in channel.near(height)}
    return sorted({other for number in near for other in channel.allowed(number, groups)})


def _price(change: float) -> float:
    return change + STEEP * change * change + BEND if change > 1 else 0


def _toll(stretch: Stretch, lane: float, groups: frozenset[str]) -> float:
    """What it costs to pass here: through strange frames, and where many pass already."""
    room = (stretch.high - stretch.low) / lane
    crowd = max(0, len(stretch.lines) + 1 - room) * CROWDED
    return crowd + (0 if stretch.group in groups else STRANGE)
