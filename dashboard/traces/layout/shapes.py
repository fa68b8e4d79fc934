"""What goes into a layout and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """What is laid out."""

    id: str
    width: float
    """Of the whole footprint in px, its label included; so is the height."""
    height: float
    group: str = ""
    """The frame that it belongs to, if any."""


@dataclass(frozen=True, slots=True)
class Line:
    """Who calls whom."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Distances in px."""

    column: float = 104
    """Between two columns: lines bend here, and their labels stand here."""
    row: float = 30
    """Between two boxes of a column, and between frames."""
    lane: float = 8
    """Between two lines that run side by side."""
    padding: float = 18
    """Between a frame and its members."""
    title: float = 22
    """Room for a frame's name above its members, beside the padding."""
    margin: float = 24
    """Around the whole."""
    label: tuple[float, float] = (64, 18)
    """Width and height of a line's label."""

    def __post_init__(self) -> None:
        if self.column <= max(2 * self.padding, self.label[0]) or min(self.row, self.lane) <= 0:
            raise ValueError("Columns must be further apart than two paddings of frames, and than a label is wide.")

    @property
    def clearance(self) -> float:
        """Between a line and a box that it passes: two lines fit between neighbours."""
        return self.row / 4


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a box stands: x and y are its top left."""

    id: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """How a line runs."""

    source: str
    target: str
    path: tuple[Point, ...]
    """A chain of cubic Béziers: start, then (control, control, end) again and again."""
    label: Point
    """Centre of a place that is free of boxes, for a label of the size in `Gap`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle around the members of a group."""

    group: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The picture: its corner is (0, 0)."""

    width: float
    height: float
    boxes: Mapping[str, Placed]
    routes: tuple[Route, ...]
    frames: Mapping[str, Frame]
