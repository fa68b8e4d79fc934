"""Pictures of found traces: each one by time and duration, and how durations are distributed."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse

from dashboard.core.units import Unit, format_value
from dashboard.core.windows import Window
from dashboard.pages.latency import BOTTOM, LEFT, RIGHT, TOP, Mark, times_below
from dashboard.pages.scales import LinearScale, LogScale, around
from dashboard.traces.histogram import seconds_of
from dashboard.traces.read.found import Found, Point

BARS = 40
SHAPES = {"ok": "dot", "slow": "diamond", "error": "square", "throttle": "square", "fault": "cross"}
WORDS = {"ok": "ok", "slow": "slow", "error": "client error", "throttle": "throttled", "fault": "fault"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One trace of the scatter; the shape says its kind as well as the colour."""

    x: float
    y: float
    kind: str
    shape: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """Traces by time and duration; good ones first, so that bad ones lie on top."""

    dots: Sequence[Dot]
    ticks: Sequence[Mark]
    times: Sequence[Mark]
    deploys: Sequence[Mark]
    start: int
    end: int
    low: float
    high: float
    """Ends of both axes: what a drag over the picture selects."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One bar: all, and the bad among them at its foot."""

    x: float
    width: float
    y: float
    height: float
    bad_y: float
    bad_height: float
    title: str


@dataclass(frozen=True, slots=True)
class Durations:
    """Distribution of durations."""

    bars: Sequence[Pair]
    ticks: Sequence[Mark]


def scatter_of(found: Found, window: Window, deploys: Sequence[tuple[float, str]]) -> Scatter | None:
    """The scatter; None without traces. `deploys` are Unix time and stack."""
    if not found.points:
        return None
    start, end = (int(moment.timestamp()) for moment in (window.start, window.end))
    low, high = around([max(point.seconds, 1e-4) for point in found.points])
    across, up = LinearScale(start, end, LEFT, RIGHT), LogScale(low, high, BOTTOM, TOP)
    ordered = sorted(found.points, key=lambda point: (point.kind != "ok", point.kind == "fault"))
    return Scatter(
        dots=[_dot(point, across, up) for point in ordered],
        ticks=[Mark(tick.at, format_value(tick.value, Unit.SECONDS)) for tick in up.ticks(5)],
        times=times_below(across, start, end),
        deploys=[Mark(across.place(at), stack) for at, stack in deploys if start <= at < end],
        start=start,
        end=end,
        low=round(low, 6),
        high=round(high, 6),
    )


def _dot(point: Point, across: LinearScale, up: LogScale) -> Dot:
    return Dot(
        x=across.place(point.at),
        y=up.place(max(point.seconds, up.low)),
        kind=point.kind,
        shape=SHAPES.get(point.kind, "dot"),
        title=f"{format_value(point.seconds, Unit.SECONDS)}, {WORDS.get(point.kind, point.kind)}",
        href=trace_address(point.trace_id, point.account_id, point.region),
    )


def trace_address(trace_id: str, account_id: str, region: str) -> str:
    """The page of a trace."""
    return f"{reverse('trace', args=[trace_id])}?{urlencode({'account': account_id, 'region': region})}"


def durations_of(found: Found) -> Durations | None:
    """The histogram of durations; None without traces."""
    if not len(found.times.buckets):
        return None
    seconds = seconds_of(found.times.buckets)
    low, high = around([float(seconds[0]), float(seconds[-1])])
    scale = LogScale(low, high, LEFT, RIGHT)
    edges = np.geomspace(low, high, BARS + 1)
    places = np.clip(np.searchsorted(edges, seconds, side="right") - 1, 0, BARS - 1)
    every = np.bincount(places, found.times.numbers, BARS)
    bad = np.bincount(places, found.times.bad, BARS)
    tallest, width = float(every.max()), (RIGHT - LEFT) / BARS
    bars = [
        _pair(index, every[index] / tallest, bad[index] / tallest, width, _title(edges, index, every, bad))
        for index in range(BARS)
        if every[index]
    ]
    return Durations(bars, [Mark(tick.at, format_value(tick.value, Unit.SECONDS)) for tick in scale.ticks()])


def _pair(index: int, share: float, bad: float, width: float, title: str) -> Pair:
    room = BOTTOM - TOP
    return Pair(
        x=round(LEFT + index * width + 0.5, 1),
        width=round(width - 1, 1),
        y=round(BOTTOM - room * share, 1),
        height=round(room * share, 1),
        bad_y=round(BOTTOM - room * bad, 1),
        bad_height=round(room * bad, 1),
        title=title,
    )


def _title(edges: np.ndarray, index: int, every: np.ndarray, bad: np.ndarray) -> str:
    span = f"{format_value(edges[index], Unit.SECONDS)} to {format_value(edges[index + 1], Unit.SECONDS)}"
    return f"{span}: {every[index]:g} traces, {bad[index]:g} failed"
