"""Rows of the waterfall: which are shown, what each says, and where its bar lies."""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.core.units import Unit, format_value
from dashboard.pages.trace.words import Mark, detail_of, icon_of, marks_of, plain_name, service_of, tone_of
from dashboard.traces.waterfall import SUBSEGMENT, Row, Span, Waterfall

MOST = 500
"""Rows that are shown at once; the rest is folded."""
WIDTH = 1000
"""Units of the time axis in a bar's drawing."""
SHORT = 0.01
"""Share of the trace below which a row may be hidden."""
TICKS = 4
INDENT, DEEPEST = 14, 24
"""Pixels of one level, and the level from which on rows are set no further in."""

Resources = Mapping[tuple[str, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the table shows it."""

    position: int
    row: Row
    name: str
    level: int
    indent: int
    """Pixels."""
    icon: str
    """Of our own sprite; blank where `service` has one."""
    service: str
    """Key of the catalogue."""
    resource_id: int | None
    detail: str
    marks: tuple[Mark, ...]
    tone: str
    x: float
    width: float
    path: str
    """Drawing of the spans on the critical path."""
    on_path: bool
    """It, or something below it, is on the critical path."""
    children: bool
    folded: int
    """Rows below it that are not shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of a waterfall that is on the screen."""

    lines: Sequence[Line]
    rows: int
    """How many there are to be shown, folded ones included."""
    folded: int
    left_out: int
    """Rows that the filters hide."""
    ticks: Sequence[str]
    """Times along the axis."""


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a waterfall is wanted."""

    under: int | None = None
    """Position of the row that is looked into; None for the whole trace."""
    path_only: bool = False
    without_short: bool = False
    most: int = MOST


def shown(waterfall: Waterfall, view: View, resources: Resources) -> Shown:
    """The rows that a view wants, the most telling ones where there are too many."""
    rows = waterfall.rows
    first = view.under or 0
    inside = range(first, len(rows) if view.under is None else first + rows[first].beneath + 1)
    wanted = _wanted(waterfall, view, inside)
    chosen = _most_telling(rows, wanted, view.most)
    folded = _folded(rows, wanted, chosen)
    axis = _axis(waterfall, inside, view)
    drawing = _Drawing(axis, 0 if view.under is None else rows[first].depth, resources)
    parents = {rows[position].parent for position in chosen}
    critical = _with_all_above(rows, inside, (position for position in inside if rows[position].critical))
    lines = [
        drawing.line(
            position,
            rows[position],
            children=position in parents,
            folded=folded.get(position, 0),
            on_path=position in critical,
        )
        for position in sorted(chosen)
    ]
    return Shown(lines, len(wanted), len(wanted) - len(chosen), len(inside) - len(wanted), _ticks(axis))


def _wanted(waterfall: Waterfall, view: View, inside: range) -> set[int]:
    """Positions that the filters leave, with all rows above them."""
    rows, short = waterfall.rows, SHORT * waterfall.seconds
    left = (
        position
        for position in inside
        if (rows[position].critical or not view.path_only) and (rows[position].total >= short or not view.without_short)
    )
    return _with_all_above(rows, inside, left)


def _with_all_above(rows: Sequence[Row], inside: range, positions: Iterable[int]) -> set[int]:
    """These rows, and those that they hang below."""
    found: set[int] = set()
    for position in positions:
        at: int | None = position
        while at is not None and at in inside and at not in found:
            found.add(at)
            at = rows[at].parent
    return found


def _most_telling(rows: Sequence[Row], wanted: Collection[int], most: int) -> set[int]:
    """At most so many rows, each with its parent: failed and critical ones first, then the longest."""
    if len(wanted) <= most:
        return set(wanted)
    below: dict[int | None, list[int]] = {}
    for position in wanted:
        parent = rows[position].parent
        below.setdefault(parent if parent in wanted else None, []).append(position)
    waiting = [_rank(rows, position) for position in below.get(None, ())]
    heapq.heapify(waiting)
    chosen: set[int] = set()
    while waiting and len(chosen) < most:
        position = heapq.heappop(waiting)[-1]
        chosen.add(position)
        for child in below.get(position, ()):
            heapq.heappush(waiting, _rank(rows, child))
    return chosen


def _rank(rows: Sequence[Row], position: int) -> tuple[bool, bool, float, int]:
    row = rows[position]
    return row.ok, not row.critical, -row.total, position


def _folded(rows: Sequence[Row], wanted: Collection[int], chosen: Collection[int]) -> dict[int, int]:
    """How many rows are not shown below each that is."""
    folded: dict[int, int] = {}
    home: dict[int, int] = {}
    for position in sorted(wanted):
        if position in chosen:
            home[position] = position
            continue
        parent = rows[position].parent
        if parent is not None and parent in home:
            home[position] = home[parent]
            folded[home[parent]] = folded.get(home[parent], 0) + 1
    return folded


def _axis(waterfall: Waterfall, inside: range, view: View) -> Span:
    """The time that bars are drawn along."""
    if view.under is None:
        return Span(0.0, waterfall.seconds)
    rows = [waterfall.rows[position] for position in inside]
    return Span(min(row.start for row in rows), max(row.end for row in rows))


def _ticks(axis: Span) -> tuple[str, ...]:
    step = (axis.end - axis.start) / TICKS
    return tuple(format_value(axis.start + step * tick, Unit.SECONDS) for tick in range(TICKS + 1)) if step else ()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all rows of one picture share."""

    axis: Span
    top: int
    """Depth of its topmost row."""
    resources: Resources

    def line(self, position: int, row: Row, *, children: bool, folded: int, on_path: bool) -> Line:
        depth = row.depth - self.top
        resource_id, service = self.resources.get(row.node, (None, service_of(row.type or row.node.type)))
        icon = icon_of(row, service)
        x, end = _place(row.start, self.axis), _place(row.end, self.axis)
        return Line(
            position=position,
            row=row,
            name=plain_name(row.name),
            level=depth + 1,
            indent=INDENT * min(depth, DEEPEST),
            icon=icon,
            service="" if icon else service,
            resource_id=None if row.kind == SUBSEGMENT else resource_id,
            detail=detail_of(row),
            marks=marks_of(row),
            tone=tone_of(row),
            x=x,
            width=round(end - x, 2),
            path=_path(row.spans, self.axis),
            on_path=on_path,
            children=children or folded > 0,
            folded=folded,
        )


def _place(seconds: float, axis: Span) -> float:
    length = axis.end - axis.start
    return round(WIDTH * (seconds - axis.start) / length, 2) if length else 0.0


def _path(spans: Sequence[Span], axis: Span) -> str:
    """Rectangles of the spans; those that would touch on the screen are one."""
    joined: list[list[float]] = []
    for span in spans:
        begin, end = _place(span.start, axis), _place(span.end, axis)
        if joined and begin - joined[-1][1] < 1:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    return "".join(f"M{begin:g} 3H{end:g}V13H{begin:g}Z" for begin, end in joined)
