"""The layout of the service map at 12, 60 and 300 boxes; and what it saves to close all stacks but one."""

import random
import sys
import time

from bench.measure import Result, median, report, side_by_side
from dashboard.traces.layout import Box, Line, lay_out

Picture = tuple[list[Box], list[Line]]
KINDS = ("api", *(f"function{one}" for one in range(7)), *(f"queue{one}" for one in range(4)), "table", "bus", "log")
"""A stack: functions behind an API, others behind queues, and a table that all of them use."""
SIZES = ((12, 1, 16, 5), (60, 4, 90, 60), (300, 20, 1000, 1000))
"""Boxes, stacks, lines, and the goal in ms."""


def stacks(boxes: int, number: int, lines: int) -> Picture:
    """Stacks that call into later tiers, until there are so many boxes and lines."""
    found = [Box(f"{stack:02d}-{kind}", 180, 64, f"{stack:02d}") for stack in range(number) for kind in KINDS][:boxes]
    calls = [call for stack in range(number) for call in inner(f"{stack:02d}")]
    there = {box.id for box in found}
    chosen = sorted(call for call in calls if set(call) <= there)[:lines]
    every, draw = set(chosen), random.Random(11)  # noqa: S311 - the same picture every time
    tiers = [(a, b) for a in range(number) for b in range(number) if a * 4 // number < b * 4 // number]
    while len(every) < lines and tiers:
        one, other = draw.choice(tiers)
        every.add((f"{one:02d}-function{draw.randrange(7)}", f"{other:02d}-{draw.choice(('api', 'queue0', 'table'))}"))
    return found, [Line(source, target) for source, target in sorted(every)]


def inner(stack: str) -> list[tuple[str, str]]:
    """Calls within a stack."""
    calls = [("api", f"function{one}") for one in range(3)]
    calls += [(f"function{one % 3}", f"queue{one}") for one in range(4)]
    calls += [(f"queue{one}", f"function{one + 3}") for one in range(4)]
    calls += [(f"function{one}", "table") for one in range(7)] + [("function1", "bus"), ("function2", "log")]
    return [(f"{stack}-{source}", f"{stack}-{target}") for source, target in calls]


def with_one_open(picture: Picture, opened: str) -> Picture:
    """The same with all stacks but one as a single box each."""
    boxes, lines = picture
    name = {box.id: box.id if box.group == opened else box.group for box in boxes}
    closed = {Box(group, 180, 64) for group in {box.group for box in boxes} - {opened}}
    calls = {(name[line.source], name[line.target]) for line in lines}
    shown = [*closed, *(box for box in boxes if box.group == opened)]
    return shown, [Line(source, target) for source, target in calls if source != target]


def measure_sizes(times: int) -> None:
    """Processor time of a first picture."""
    for size, number, lines, goal in SIZES:
        boxes, calls = stacks(size, number, lines)
        taken = 1000 * median(lambda boxes=boxes, calls=calls: lay_out(boxes, calls), times, time.process_time)  # type: ignore[misc]
        what = f"{len(boxes)} boxes, {len(calls)} lines"
        report(Result(f"layout.{size}", taken, "ms", what, None, f"≤ {goal} ms", taken <= goal))


def measure_closed(times: int) -> None:
    """Twenty stacks, one of them open, against all of them open: what the map page draws, and what it could draw."""
    whole = stacks(300, 20, 1000)
    partly = with_one_open(whole, "07")
    ours, plain = side_by_side([lambda: lay_out(*partly), lambda: lay_out(*whole)], times, time.process_time)
    ratio = ours / plain
    report(
        Result(
            "layout.one_open", 1000 * ours, "ms", f"whole graph: {1000 * plain:.0f} ms", ratio, "≤ 0.25×", ratio <= 0.25
        )
    )  # fmt: skip


def measure_again(times: int) -> None:
    """The next picture of the whole graph, its boxes where they were, against a first one."""
    boxes, lines = stacks(300, 20, 1000)
    placed = lay_out(boxes, lines).boxes.values()
    before = {one.id: (one.x + one.width / 2, one.y + one.height / 2) for one in placed}
    ours, plain = side_by_side(
        [lambda: lay_out(boxes, lines, previous=before), lambda: lay_out(boxes, lines)], times, time.process_time
    )
    ratio = ours / plain
    report(
        Result("layout.again", 1000 * ours, "ms", f"first picture: {1000 * plain:.0f} ms", ratio, "≤ 1×", ratio <= 1)
    )


if __name__ == "__main__":
    repeated = 3 if "--quick" in sys.argv else 15
    measure_sizes(repeated)
    measure_closed(repeated)
    measure_again(repeated)
