"""Response times that traces saw, as pictures: their distribution, and how it moved over the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.utils import timezone

from dashboard.core.units import Unit, format_value
from dashboard.inventory.models import Deploy
from dashboard.pages.charts import Card
from dashboard.pages.figures import trend
from dashboard.pages.scales import LinearScale, LogScale, around
from dashboard.pages.state import PageState
from dashboard.traces.histogram import GROWTH, Buckets, Numbers, percentiles, seconds_of, share_within
from dashboard.traces.read.shape import SHARES, Flow, History

WIDTH, HEIGHT = 600, 180
LEFT, RIGHT, TOP, BOTTOM = 44, 592, 8, 158
BARS = 48
"""Bars of a histogram, at most: neighbouring buckets are drawn together."""
ROWS = 26
"""Rows of a heatmap."""
MOST_COLUMNS = 72
LEVELS = 8
"""Strengths of a heatmap's colour."""
NAMES = ("p50", "p90", "p95", "p99")
TARGETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds: what a share of requests is told of."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram: a box, and what it says."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a picture, with its word."""

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heatmap; `level` from 1 to LEVELS is its share of the column's requests."""

    x: float
    y: float
    width: float
    height: float
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many requests took how long."""

    bars: Sequence[Bar]
    before: str
    """Path of the compared window's outline; blank without one."""
    ticks: Sequence[Mark]
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The same, column by column of time."""

    cells: Sequence[Cell]
    ticks: Sequence[Mark]
    """On the left."""
    times: Sequence[Mark]
    """Below."""
    deploys: Sequence[Mark]


def latency_card(
    history: History, state: PageState, deploys: Sequence[Deploy] = (), *, name: str = ""
) -> dict[str, Any]:
    """Everything that parts/latency.html shows; `empty` where no request was sampled."""
    whole, before = history.whole, history.before if history.before and history.before.total else None
    if not whole.total:
        return {"empty": True, "name": name}
    scale = _scale(whole, before)
    target = target_of(whole)
    within = share_within(whole.buckets, whole.numbers, target)
    return {
        "name": name,
        "total": whole.total,
        "figures": _figures(whole, before, state),
        "target": format_value(target, Unit.SECONDS),
        "within": format_value(within, Unit.SHARE),
        "histogram": _histogram(whole, before, scale),
        "heatmap": _heatmap(history, scale, state, deploys),
        "chart": _chart(history, name),
        "versus": state.versus if before else "",
    }


def target_of(flow: Flow) -> float:
    """A round number of seconds near what nine of ten requests take: the share within it says something."""
    ninety = flow.percentiles()[1] or TARGETS[0]
    return min(TARGETS, key=lambda target: abs(np.log(target / ninety)))


def _figures(whole: Flow, before: Flow | None, state: PageState) -> list[dict[str, Any]]:
    earlier = before.percentiles() if before else (None,) * len(SHARES)
    found = []
    for name, now, then in zip(NAMES, whole.percentiles(), earlier, strict=True):
        share = now / then - 1 if now is not None and then else None
        found.append(
            {"name": name, "value": format_value(now, Unit.SECONDS), "trend": trend(share, state, more_is_worse=True)}
        )
    return found


def _scale(whole: Flow, before: Flow | None) -> LogScale:
    """One scale of time for all pictures of a card; a few stragglers beyond the last thousandth are cut off."""
    flows = [whole, before] if before else [whole]
    ends = [percentiles(flow.buckets, flow.numbers, (0.0, 0.9995)) for flow in flows]
    return LogScale(*around([value for pair in ends for value in pair if value]), LEFT, RIGHT)


def _binned(buckets: Buckets, numbers: Numbers, scale: LogScale, bins: int) -> np.ndarray:
    """Requests per bin of equal width on the scale."""
    edges = np.geomspace(scale.low, scale.high, bins + 1)
    places = np.clip(np.searchsorted(edges, seconds_of(buckets), side="right") - 1, 0, bins - 1)
    return np.bincount(places, numbers, bins)


def _bins(scale: LogScale) -> int:
    """No more bars than buckets there are: a comb of gaps says nothing."""
    return max(1, min(BARS, int(np.log(scale.high / scale.low) / np.log(GROWTH) / 2)))


def _histogram(whole: Flow, before: Flow | None, scale: LogScale) -> Histogram:
    bins = _bins(scale)
    shares = _binned(whole.buckets, whole.numbers, scale, bins) / whole.total
    earlier = _binned(before.buckets, before.numbers, scale, bins) / before.total if before else np.zeros(bins)
    tallest = max(float(shares.max()), float(earlier.max()))
    edges = np.geomspace(scale.low, scale.high, bins + 1)
    width = (RIGHT - LEFT) / bins
    bars = [
        Bar(
            x=round(LEFT + index * width + 0.5, 1),
            y=round(BOTTOM - (BOTTOM - TOP) * share / tallest, 1),
            width=round(max(width - 1, 1), 1),
            height=round((BOTTOM - TOP) * share / tallest, 1),
            title=f"{_span(edges[index], edges[index + 1])}: {format_value(share, Unit.SHARE)}",
        )
        for index, share in enumerate(shares.tolist())
        if share
    ]
    marks = [
        Mark(scale.place(value), f"{name}")
        for name, value in zip(NAMES, whole.percentiles(), strict=True)
        if value is not None
    ]
    return Histogram(bars, _outline(earlier, tallest, width) if before else "", _time_ticks(scale), _apart(marks))


def _span(low: float, high: float) -> str:
    return f"{format_value(low, Unit.SECONDS)} to {format_value(high, Unit.SECONDS)}"


def _outline(shares: np.ndarray, tallest: float, width: float) -> str:
    """Steps over the bars of the compared window."""
    parts = [f"M{LEFT} {BOTTOM}"]
    for index, share in enumerate(shares.tolist()):
        y = round(BOTTOM - (BOTTOM - TOP) * share / tallest, 1)
        parts.append(f"V{y:g}H{round(LEFT + (index + 1) * width, 1):g}")
    return "".join(parts) + f"V{BOTTOM}"


def _time_ticks(scale: LogScale) -> list[Mark]:
    return [Mark(tick.at, format_value(tick.value, Unit.SECONDS)) for tick in scale.ticks()]


def _apart(marks: Sequence[Mark], room: float = 22) -> list[Mark]:
    """Marks whose words would overlap keep their line and lose their word; the higher percentile is told."""
    kept: list[Mark] = []
    for mark in reversed(marks):
        free = not kept or kept[-1].at - mark.at >= room
        kept.append(mark if free else Mark(mark.at, ""))
    return kept[::-1]


def _heatmap(history: History, scale: LogScale, state: PageState, deploys: Sequence[Deploy]) -> Heatmap:
    """Shares per column, so that a quiet hour can be read as well as a busy one."""
    start, end = (int(moment.timestamp()) for moment in (state.window.start, state.window.end))
    across = LinearScale(start, end, LEFT, RIGHT)
    up = LogScale(scale.low, scale.high, BOTTOM, TOP)
    step = history.step * max(1, -(-(end - start) // history.step // MOST_COLUMNS))
    grouped: dict[int, list[Flow]] = {}
    for column in history.columns:
        grouped.setdefault(max(column.at // step * step, start), []).append(column.flow)
    edges = np.geomspace(scale.low, scale.high, ROWS + 1)
    height = (BOTTOM - TOP) / ROWS
    cells = [
        Cell(
            x=across.place(at),
            y=round(BOTTOM - (row + 1) * height, 1),
            width=round(max(across.place(min(at + step, end)) - across.place(at) - 0.4, 0.8), 1),
            height=round(height - 0.4, 1),
            level=max(1, min(LEVELS, round(LEVELS * share**0.5))),
            title=f"{_clock(at)}, {_span(edges[row], edges[row + 1])}: {format_value(share, Unit.SHARE)}",
        )
        for at, flows in grouped.items()
        for row, share in _shares(flows, scale)
    ]
    ticks = [Mark(up.place(tick.value), format_value(tick.value, Unit.SECONDS)) for tick in up.ticks(5)]
    marked = [deploy for deploy in deploys if start <= deploy.started_at.timestamp() < end]
    lines = [Mark(across.place(deploy.started_at.timestamp()), deploy.stack.name) for deploy in marked]
    return Heatmap(cells, ticks, times_below(across, start, end), lines)


def _shares(flows: Sequence[Flow], scale: LogScale) -> list[tuple[int, float]]:
    """Rows of one column that have requests, with their share."""
    numbers = sum(_binned(flow.buckets, flow.numbers, scale, ROWS) for flow in flows)
    total = float(np.sum(numbers))
    return [(row, float(number) / total) for row, number in enumerate(np.atleast_1d(numbers)) if number]


def _clock(at: int) -> str:
    """In the user's zone, as charts tell time."""
    return f"{_local(at):%d %b %H:%M}"


def times_below(across: LinearScale, start: int, end: int) -> list[Mark]:
    """Five moments along the axis; dates where the window is longer than two days."""
    form = "%d %b" if end - start > 2 * 86_400 else "%H:%M"
    moments = [start + (end - start) * part // 5 for part in range(6)]
    anchors = ["start", *["middle"] * 4, "end"]
    return [Mark(across.place(at), f"{_local(at):{form}}", anchor) for at, anchor in zip(moments, anchors, strict=True)]


def _local(at: int) -> datetime:
    return timezone.localtime(datetime.fromtimestamp(at, UTC))


def _chart(history: History, name: str) -> Card:
    """Percentiles over time: each column's own, from its histogram."""
    columns = history.columns
    rows = [column.flow.percentiles() for column in columns]
    start = columns[0].at if columns else 0
    size = (columns[-1].at - start) // history.step + 1 if columns else 0
    lines: list[list[float | None]] = [[None] * size for _ in NAMES]
    for column, values in zip(columns, rows, strict=True):
        for line, value in zip(lines, values, strict=True):
            line[(column.at - start) // history.step] = value
    ids = [f"traced-{key}" for key in NAMES]
    return {
        "id": "chart-traced-latency",
        "title": "How did response times move?",
        "kind": "percentiles",
        "unit": Unit.SECONDS.value,
        "note": f"sampled requests{' of ' + name if name else ''}",
        "series": [{"id": one, "label": key, "role": key} for one, key in zip(ids, NAMES, strict=True)],
        "points": {
            "start": start,
            "step": history.step,
            "series": [{"id": one, "values": line} for one, line in zip(ids, lines, strict=True)],
        },
    }
