"""The picture of daily or monthly cost: stacked bars, the normal band, marked days. Drawn as paths of an SVG."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 1000, 260
"""The plot's viewBox. It is stretched to the room there is, so that words are placed outside of it, by percent."""
TOP = 18
"""Room above the highest bar, for the marks of unusual days."""
SHOWN = 8
"""Series with a colour of their own; what comes after them is one grey series."""
REST = "All others"
LABELS = 7
STEPS = (1, 2, 2.5, 5, 10)
"""Steps between ticks within a decade."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its name and an amount for each day."""

    label: str
    amounts: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        """All days together."""
        return sum(self.amounts, Decimal(0))


@dataclass(frozen=True, slots=True)
class Layer:
    """A series as drawn: `tone` chooses its colour, `path` holds all of its bars."""

    label: str
    tone: str
    path: str
    total: Decimal
    amounts: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside the plot: where along the axis, in percent or pixels."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Column:
    """One day: where the pointer finds it, what it costs in all, and what is unusual about it."""

    day: date
    x: float
    width: float
    total: Decimal
    low: Decimal | None
    high: Decimal | None
    estimated: bool
    middle: float
    """In percent of the width."""
    peak: float
    """Where the bar ends, in pixels from above."""
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the template draws."""

    layers: Sequence[Layer]
    columns: Sequence[Column]
    ticks: Sequence[Label]
    days: Sequence[Label]
    band: str
    edges: str
    """Upper edge of the band: drawn over the bars, which hide its area."""
    estimated: str
    """Whole columns of the days that may still change."""
    grid: Sequence[float] = field(default_factory=tuple)


def say_day(day: date) -> str:
    """'23 Nov'."""
    return f"{day.day} {day:%b}"


def draw(
    days: Sequence[date],
    lines: Sequence[Line],
    *,
    low: Sequence[Decimal | None] = (),
    high: Sequence[Decimal | None] = (),
    marks: Mapping[date, Sequence[str]] | None = None,
    estimated: Collection[date] = (),
    say: Callable[[date], str] = say_day,
) -> Picture | None:
    """Lay out days from left to right, the largest series at the foot; None without a day or without any cost.

    `low` and `high` are the normal band of the total, None where none is known; `marks` say what is unusual about a
    day; amounts of `estimated` days may still change. `say` names a day below the axis; of months it is the first one.
    """
    kept = stacked(lines)
    if not days or not kept:
        return None
    totals = [sum((line.amounts[at] for line in kept), Decimal(0)) for at in range(len(days))]
    ends = [sum((max(line.amounts[at], Decimal(0)) for line in kept), Decimal(0)) for at in range(len(days))]
    tallest = max([*ends, *(one for one in high if one is not None)])
    if tallest <= 0:
        return None
    top, step = round_up(float(tallest))
    scale = _Scale(top, len(days))
    bands = _bands(days, low, high)
    return Picture(
        layers=_layers(kept, scale),
        columns=[
            Column(
                day=day,
                x=scale.x(at),
                width=scale.step,
                total=totals[at],
                low=bands[at][0],
                high=bands[at][1],
                estimated=day in estimated,
                middle=round((scale.x(at) + scale.step / 2) / WIDTH * 100, 2),
                peak=scale.y(float(ends[at])),
                marks=(marks or {}).get(day, ()),
            )
            for at, day in enumerate(days)
        ],
        ticks=[Label(scale.y(value), say_tick(value, step), "end") for value in _values(top, step)],
        days=_day_labels(days, scale, say),
        band=_band(bands, scale),
        edges=_edges(bands, scale),
        estimated="".join(_whole(at, scale) for at, day in enumerate(days) if day in estimated),
        grid=[scale.y(value) for value in _values(top, step)],
    )


def stacked(lines: Sequence[Line]) -> list[Line]:
    """The largest series by their total, the rest as one; the order of colours is the order of sizes."""
    ordered = sorted((line for line in lines if any(line.amounts)), key=lambda line: line.total, reverse=True)
    shown, rest = ordered[:SHOWN], ordered[SHOWN:]
    if len(rest) == 1:  # one more series takes no more room than "all others"
        return [*shown, Line(rest[0].label, rest[0].amounts)]
    if rest:
        together = [sum(amounts, Decimal(0)) for amounts in zip(*(line.amounts for line in rest), strict=True)]
        shown.append(Line(f"{REST} ({len(rest)})", together))
    return shown


def round_up(value: float) -> tuple[float, float]:
    """The end of an axis from 0 that holds a value above zero in at most five steps, and the step."""
    rough = value / 4
    size: float = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in STEPS if size * one >= rough * (1 - 1e-9))
    return step * math.ceil(value / step - 1e-9), step


def say_tick(value: float, step: float) -> str:
    """A tick with as many decimals as its step needs: '0', '2.50', '12', '1.5 k'."""
    if value == 0:
        return "0"
    if value >= 10_000:
        return f"{value / 1000:g} k"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if step * 10**decimals % 1 > 1e-6:
        decimals += 1
    return f"{value:.{2 if decimals == 1 else decimals}f}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days and amounts to places in the viewBox."""

    top: float
    days: int

    @property
    def step(self) -> float:
        return round(WIDTH / self.days, 3)

    def x(self, at: int) -> float:
        return round(WIDTH * at / self.days, 2)

    def y(self, amount: float) -> float:
        return round(HEIGHT - (HEIGHT - TOP) * max(amount, 0.0) / self.top, 1)


def _values(top: float, step: float) -> list[float]:
    return [index * step for index in range(round(top / step) + 1)]


def _layers(lines: Sequence[Line], scale: _Scale) -> list[Layer]:
    """Bars as one path per series. What was paid back (a negative amount) has no height."""
    feet = [0.0] * scale.days
    gap = scale.step * (0.16 if scale.days <= 62 else 0.08)
    layers = []
    for place, line in enumerate(lines):
        parts = []
        for at, amount in enumerate(line.amounts):
            size = max(float(amount), 0.0)
            if not size:
                continue
            y, foot = scale.y(feet[at] + size), scale.y(feet[at])
            feet[at] += size
            left, right = round(scale.x(at) + gap / 2, 2), round(scale.x(at) + scale.step - gap / 2, 2)
            parts.append(f"M{left:g} {foot:g}V{y:g}H{right:g}V{foot:g}z")
        tone = "rest" if place >= SHOWN else str(place + 1)
        layers.append(Layer(line.label, tone, "".join(parts), line.total, line.amounts))
    return layers


_Band = tuple[Decimal | None, Decimal | None]


def _bands(days: Sequence[date], low: Sequence[Decimal | None], high: Sequence[Decimal | None]) -> list[_Band]:
    if len(low) != len(days) or len(high) != len(days):
        return [(None, None)] * len(days)
    return list(zip(low, high, strict=True))


def _band(bands: Sequence[_Band], scale: _Scale) -> str:
    """The area between both edges: one rectangle a day."""
    parts = []
    for at, (low, high) in enumerate(bands):
        if low is not None and high is not None:
            foot, top = scale.y(float(low)), scale.y(float(high))
            right = round(scale.x(at) + scale.step, 2)
            parts.append(f"M{scale.x(at):g} {foot:g}V{top:g}H{right:g}V{foot:g}z")
    return "".join(parts)


def _edges(bands: Sequence[_Band], scale: _Scale) -> str:
    """The upper edge of the band, level for the width of each day."""
    parts = []
    for at, (_, high) in enumerate(bands):
        if high is not None:
            right = round(scale.x(at) + scale.step, 2)
            parts.append(f"M{scale.x(at):g} {scale.y(float(high)):g}H{right:g}")
    return "".join(parts)


def _day_labels(days: Sequence[date], scale: _Scale, say: Callable[[date], str]) -> list[Label]:
    """Some days below the axis, evenly; the first and the last are among them where there is room."""
    every = max(1, math.ceil(len(days) / LABELS))
    shown = range(len(days) - 1, -1, -every)
    return [Label(round((scale.x(at) + scale.step / 2) / WIDTH * 100, 2), say(days[at])) for at in reversed(shown)]


def _whole(at: int, scale: _Scale) -> str:
    """A day's column from foot to top."""
    return f"M{scale.x(at):g} {HEIGHT}V0H{round(scale.x(at) + scale.step, 2):g}V{HEIGHT}z"
