"""The picture of a budget's period: what it has come to, where it runs with its range, the cap, and the day of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.pages.spend.pictures import LABELS, Label, round_up, say_day, say_tick
from dashboard.spend.found import BudgetPath, BudgetStatus

WIDTH, HEIGHT = 1000, 220
"""The plot's viewBox; it is stretched, so that words are placed by percent."""


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that the template draws. Places of days are their ends: a day's money is spent when it is over."""

    spent: str
    area: str
    expected: str
    range: str
    cap: float
    today: float
    hit: float | None
    """The day of the cap, in percent of the width."""
    hit_span: tuple[float, float] | None
    """Between which days it may be, in the viewBox: left edge and width."""
    ticks: Sequence[Label]
    days: Sequence[Label]
    hit_text: str
    hit_anchor: str


def draw_course(one: BudgetStatus, today: date) -> Course | None:
    """Lay the period out from left to right; None where its days aren't known."""
    path = one.path
    if path is None or not path.spent or not path.days:
        return None
    tallest = float(max(one.limit, *path.spent, *path.high, *path.expected))
    if tallest <= 0:
        return None
    top, step = round_up(tallest)
    scale = _Scale(path, top)
    spent = [(0.0, float(HEIGHT)), *scale.points(0, path.spent)]
    joint = spent[-1:]
    middle, low, high = ([*joint, *scale.points(len(path.spent), one)] for one in (path.expected, path.low, path.high))
    values = [number * step for number in range(round(top / step) + 1)]
    hit = scale.of_day(one.cap_day) if one.cap_day else None
    return Course(
        spent=_line(spent),
        area=f"{_line(spent)}L{joint[0][0]:g} {HEIGHT}z",
        expected=_line(middle) if path.expected else "",
        range=f"{_line(high)}{_line(low[::-1]).replace('M', 'L', 1)}z" if path.high else "",
        cap=scale.y(float(one.limit)),
        today=scale.of_day(today),
        hit=None if hit is None else round(hit / WIDTH * 100, 2),
        hit_span=_between(one, scale),
        ticks=[Label(scale.y(value), say_tick(value, step), "end") for value in values],
        days=_labels(path.days, scale),
        hit_text=say_day(one.cap_day) if one.cap_day else "",
        hit_anchor="end" if hit is not None and hit > WIDTH * 0.75 else "start",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    path: BudgetPath
    top: float

    def x(self, at: float) -> float:
        """The end of the day so many days after the first."""
        return round(WIDTH * (at + 1) / len(self.path.days), 2)

    def of_day(self, day: date) -> float:
        return min(max(self.x((day - self.path.days[0]).days), 0.0), float(WIDTH))

    def y(self, amount: float) -> float:
        return round(HEIGHT - HEIGHT * max(amount, 0.0) / self.top, 1)

    def points(self, first: int, amounts: Sequence[Decimal]) -> list[tuple[float, float]]:
        """The ends of days, from one so many days after the first."""
        return [(self.x(first + number), self.y(float(amount))) for number, amount in enumerate(amounts)]


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _between(one: BudgetStatus, scale: _Scale) -> tuple[float, float] | None:
    """From the earliest to the latest day of the cap; to the period's end where it may not come at all."""
    if one.cap_day is None or one.cap_day_low is None:
        return None
    left = scale.of_day(one.cap_day_low)
    right = scale.of_day(one.cap_day_high) if one.cap_day_high else float(WIDTH)
    return (left, round(right - left, 2)) if right > left else None


def _labels(days: Sequence[date], scale: _Scale) -> list[Label]:
    every = max(1, math.ceil(len(days) / LABELS))
    return [
        Label(round((scale.x(at) - WIDTH / len(days) / 2) / WIDTH * 100, 2), say_day(days[at]))
        for at in range(0, len(days), every)
    ]
