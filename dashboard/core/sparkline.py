"""Small line pictures: values in, SVG path texts out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Path data for a viewBox of `width` × `height`; `last` is where the newest value lies, None when it is missing."""

    line: str
    area: str
    last: Point | None
    width: int
    height: int


def draw(values: Sequence[float | None], width: int = 96, height: int = 24, from_zero: bool = True) -> Sparkline:
    """Lay out values from left to right; None and NaN are gaps.

    The lower edge is 0 for values that are not negative, so that a flat busy line isn't drawn like a flat idle one.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return Sparkline("", "", None, width, height)
    bottom = min(0.0, *known) if from_zero else min(known)
    span = (max(known) - bottom) or 1.0
    step = (width - 4) / max(len(values) - 1, 1)

    def place(position: int, value: float) -> Point:
        share = (value - bottom) / span
        return round(2 + position * step, 1), round(height - 2 - share * (height - 4), 1)

    runs = list(_runs(values))
    points = [[place(position, value) for position, value in run] for run in runs]
    last = points[-1][-1] if runs[-1][-1][0] == len(values) - 1 else None
    line = "".join(_line(run) for run in points)
    area = "".join(f"{_line(run)}V{height}H{run[0][0]:g}Z" for run in points if len(run) > 1)
    return Sparkline(line, area, last, width, height)


def _runs(values: Sequence[float | None]) -> Iterable[list[tuple[int, float]]]:
    """Split into unbroken runs of (position, value)."""
    run: list[tuple[int, float]] = []
    for position, value in enumerate(values):
        if value is not None and math.isfinite(value):
            run.append((position, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(run: Sequence[Point]) -> str:
    """A path through the points; a single point becomes a dot by a line of no length."""
    first, rest = run[0], run[1:] or run[:1]
    return f"M{first[0]:g} {first[1]:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
