"""A line chart as SVG, to be turned into a PNG: few marks, colours that hold on white and on black."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from dashboard.digests.document import Picture

WIDTH, HEIGHT = 560, 150
LEFT, RIGHT, TOP, BOTTOM = 4, 52, 26, 20
INK = "#7d828c"
"""Text and axes: at least 3:1 on white, and on the dark surface of mail programs."""
GRID = "#7d828c"
COLOURS = ("#d64545", "#8d94a3")
"""This period, and the one it is compared with; told apart by their dashes, too."""
POINTS = 160


@dataclass(frozen=True, slots=True)
class Curve:
    """Values at even steps; None where nothing came."""

    label: str
    values: Sequence[float | None]


def line_chart(
    name: str, title: str, curves: Sequence[Curve], *, write: Callable[[float], str], ticks: Sequence[str], alt: str
) -> Picture:
    """One chart: the first curve is drawn strongly, others dashed behind it; the axis begins at 0."""
    drawn = [Curve(one.label, thinned(one.values)) for one in curves if any(v is not None for v in one.values)]
    top = max((value for one in drawn for value in one.values if value is not None), default=0.0) or 1.0
    body = "".join(
        [
            _legend(title, drawn),
            _grid(top, write),
            _ticks(ticks),
            *(_path(one.values, top, position) for position, one in reversed(list(enumerate(drawn)))),
        ]
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Inter" font-size="11">{body}</svg>'
    )
    return Picture(name, svg, alt, WIDTH, HEIGHT)


def thinned(values: Sequence[float | None], points: int = POINTS) -> list[float | None]:
    """At most `points` values, the highest of each part, so that peaks stay."""
    if len(values) <= points:
        return list(values)
    edges = [len(values) * part // points for part in range(points + 1)]
    parts = (values[low:high] for low, high in pairwise(edges))
    return [max((value for value in part if value is not None), default=None) for part in parts]


def _x(position: float, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * position / max(count - 1, 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _path(values: Sequence[float | None], top: float, position: int) -> str:
    """A line that breaks where nothing came."""
    pieces: list[str] = []
    pen_up = True
    for at, value in enumerate(values):
        if value is None:
            pen_up = True
            continue
        pieces.append(f"{'M' if pen_up else 'L'}{_x(at, len(values)):.1f} {_y(value, top):.1f}")
        pen_up = False
    style = 'stroke-width="2"' if position == 0 else 'stroke-width="1.5" stroke-dasharray="4 3"'
    colour = COLOURS[min(position, len(COLOURS) - 1)]
    return f'<path d="{"".join(pieces)}" fill="none" stroke="{colour}" stroke-linejoin="round" {style}/>'


def _legend(title: str, curves: Sequence[Curve]) -> str:
    parts = [f'<text x="{LEFT}" y="12" fill="{INK}" font-size="12">{escape(title)}</text>']
    right = WIDTH - 4
    for position, one in reversed(list(enumerate(curves))):
        length = 6 * len(one.label) + 26
        right -= length
        dashes = "" if position == 0 else ' stroke-dasharray="4 3"'
        colour = COLOURS[min(position, len(COLOURS) - 1)]
        parts.append(
            f'<path d="M{right} 8h16" stroke="{colour}" stroke-width="2"{dashes}/>'
            f'<text x="{right + 20}" y="12" fill="{INK}">{escape(one.label)}</text>'
        )
    return "".join(parts)


def _grid(top: float, write: Callable[[float], str]) -> str:
    lines = []
    for value in (0.0, top / 2, top):
        y = _y(value, top)
        lines.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GRID}" stroke-width="0.5" stroke-opacity="0.6"/>'
            f'<text x="{WIDTH - RIGHT + 6}" y="{y + 4:.1f}" fill="{INK}">{escape(write(value))}</text>'
        )
    return "".join(lines)


def _ticks(ticks: Sequence[str]) -> str:
    parts = []
    for at, text in enumerate(ticks):
        anchor = "start" if at == 0 else "end" if at == len(ticks) - 1 else "middle"
        parts.append(
            f'<text x="{_x(at, len(ticks)):.1f}" y="{HEIGHT - 4}" fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'  # noqa: E501
        )
    return "".join(parts)
