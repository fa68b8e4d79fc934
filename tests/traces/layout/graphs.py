"""Graphs to lay out, and how to look at a layout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from dashboard.traces.layout import Box, Frame, Layout, Line, Placed, Route

WIDTH, HEIGHT = 180.0, 64.0
GROUPS = ("", "", "orders", "billing", "mail")


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]

    def without(self, ident: str) -> "Drawing":
        return Drawing(
            tuple(box for box in self.boxes if box.id != ident),
            tuple(line for line in self.lines if ident not in (line.source, line.target)),
        )


def drawing(lines: str, groups: Mapping[str, str] | None = None) -> Drawing:
    """From 'a>b b>c d': boxes are named by the way."""
    pairs = [word.split(">") for word in lines.split()]
    idents = sorted({ident for pair in pairs for ident in pair})
    boxes = tuple(Box(ident, WIDTH, HEIGHT, (groups or {}).get(ident, "")) for ident in idents)
    return Drawing(boxes, tuple(Line(source, target) for source, target in (pair for pair in pairs if len(pair) == 2)))


@st.composite
def drawings(draw: st.DrawFn, *, most: int = 14, groups: Sequence[str] = GROUPS) -> Drawing:
    number = draw(st.integers(1, most))
    sizes = st.sampled_from((64.0, 40.0, 97.5))
    boxes = tuple(
        Box(f"n{one:02d}", draw(st.sampled_from((180.0, 90.0, 33.3))), draw(sizes), draw(st.sampled_from(groups)))
        for one in range(number)
    )
    ends = st.integers(0, number - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=2 * number))
    return Drawing(boxes, tuple(Line(boxes[one].id, boxes[other].id) for one, other in pairs))


def services(stacks: int, calls: int, *, framed: bool, seed: int = 7) -> Drawing:
    """Stacks of 15 as they are built: an API, functions, queues with their workers, a table that all of them use."""
    random = Random(seed)  # noqa: S311
    boxes: list[Box] = []
    lines: set[Line] = set()
    for stack in range(stacks):
        name = f"s{stack:02d}"
        kinds = ["api", *(f"fn{one}" for one in range(7)), *(f"queue{one}" for one in range(4)), "table", "bus", "log"]
        boxes += [Box(f"{name}-{kind}", WIDTH, HEIGHT, name if framed else "") for kind in kinds]
        lines |= {Line(f"{name}-api", f"{name}-fn{one}") for one in range(3)}
        lines |= {Line(f"{name}-fn{one}", f"{name}-table") for one in range(7)}
        lines |= {Line(f"{name}-queue{one}", f"{name}-fn{one + 3}") for one in range(4)}
        lines |= {Line(f"{name}-fn{one % 3}", f"{name}-queue{one}") for one in range(4)}
        lines |= {Line(f"{name}-fn1", f"{name}-bus"), Line(f"{name}-fn2", f"{name}-log")}
    while len(lines) < calls:  # from any of four tiers to a lower one
        source, target = sorted(random.sample(range(stacks), 2))
        if source * 4 // stacks == target * 4 // stacks:
            continue
        kind = random.choice(["api", "queue0", "queue1", "table"])
        lines.add(Line(f"s{source:02d}-fn{random.randrange(7)}", f"s{target:02d}-{kind}"))
    return Drawing(tuple(boxes), tuple(sorted(lines, key=lambda line: (line.source, line.target))))


def middles(layout: Layout) -> dict[str, tuple[float, float]]:
    return {one.id: (one.x + one.width / 2, one.y + one.height / 2) for one in layout.boxes.values()}


def columns(layout: Layout) -> dict[float, list[str]]:
    """Boxes from top to bottom by the middle of their column."""
    found: dict[float, list[str]] = {}
    for ident, (x, _) in sorted(middles(layout).items(), key=lambda each: each[1][1]):
        found.setdefault(round(x, 3), []).append(ident)
    return found


def overlap(one: Placed | Frame, other: Placed | Frame, apart: float = 0) -> bool:
    return (
        one.x < other.x + other.width + apart
        and other.x < one.x + one.width + apart
        and one.y < other.y + other.height + apart
        and other.y < one.y + one.height + apart
    )


def inside(point: tuple[float, float], box: Placed | Frame, apart: float = 0) -> bool:
    """Whether a point is in the box, or less than `apart` above or below it."""
    x, y = point
    return box.x < x < box.x + box.width and box.y - apart < y < box.y + box.height + apart


def sampled(route: Route, steps: int = 24) -> Iterator[tuple[float, float]]:
    """Points all along a route."""
    for first in range(0, len(route.path) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = route.path[first : first + 4]
        for step in range(steps + 1):
            t = step / steps
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy
