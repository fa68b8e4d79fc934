"""Which spans of the service graph to ask for next: everything is covered once, the newest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, TEN_MINUTES, HOUR, DAY = 60, 600, 3600, 86_400
COARSER = {MINUTE: TEN_MINUTES, TEN_MINUTES: HOUR, HOUR: DAY}
"""What each period is rolled up into."""
NEWEST_FIRST = 5
"""Minutes that are asked before anything else: what is going on right now."""
MINUTES_FOR = timedelta(minutes=20)
"""Spans that lie farther back are asked ten minutes at once…"""
TENS_FOR = timedelta(days=1)
"""… and farther back than this by the hour."""
KEPT_BY_XRAY = timedelta(days=30)

Held = Mapping[int, Collection[int]]
"""Starts (Unix times) of stored spans by period."""
Span = tuple[int, int]
"""Period and start."""


@dataclass(frozen=True, slots=True)
class GraphChoices:
    """What the operator chose about service graphs; doors read it from the settings."""

    delay: timedelta = timedelta(minutes=3)
    """How long after its end a span is asked for."""
    backfill: timedelta = timedelta(days=14)
    most: int = 30
    """Spans asked for in one run: a backfill takes several, so that no run holds a worker for long."""


def due_spans(now: datetime, choices: GraphChoices, held: Held, *, quiet: bool) -> list[Span]:
    """Spans to ask for, most urgent first, at most `choices.most`.

    First come the newest minutes, then the last day from now backwards, then hours. What an interruption left open is
    asked for like a backfill. A `quiet` place, where nothing came for a day, is asked every ten minutes.
    """
    closed = int((now - choices.delay).timestamp()) // MINUTE * MINUTE
    oldest = closed - int(min(choices.backfill, KEPT_BY_XRAY - timedelta(days=1)).total_seconds())
    tens_from = _floor(max(closed - int(MINUTES_FOR.total_seconds()), oldest), TEN_MINUTES)
    hours_from = _floor(max(closed - int(TENS_FOR.total_seconds()), oldest), HOUR)
    fine = TEN_MINUTES if quiet else MINUTE
    recent = _open(_floor(closed, fine), tens_from, fine, held)
    tens = _open(tens_from, hours_from, TEN_MINUTES, held)
    hours = _open(hours_from, _floor(oldest, HOUR), HOUR, held)
    return [*recent[:NEWEST_FIRST], *_urgent(recent[NEWEST_FIRST:], tens), *hours][: choices.most]


def _urgent(minutes: list[Span], tens: list[Span]) -> list[Span]:
    """Three hours in tens show more than single minutes do; minutes in order of time."""
    return [*tens[:18], *reversed(minutes), *tens[18:]]


def _floor(at: int, period: int) -> int:
    return at // period * period


def _open(end: int, start: int, period: int, held: Held) -> list[Span]:
    """Spans in [start, end) that neither are stored nor lie in a stored coarser one; newest first."""
    coarser = [(step, set(held.get(step, ()))) for step in (MINUTE, *COARSER.values()) if step >= period]
    return [
        (period, at)
        for at in range(end - period, start - 1, -period)
        if not any(at // step * step in starts for step, starts in coarser)
    ]


def whole(stored: Collection[int], period: int, coarse_start: int) -> bool:
    """Whether all spans of a period are there that make up the coarser one that begins at `coarse_start`."""
    return all(at in stored for at in range(coarse_start, coarse_start + COARSER[period], period))
