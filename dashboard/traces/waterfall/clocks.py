"""Settles when pieces began and ended: what is not said, ends before starts, and clocks that differ."""

from collections.abc import Sequence

from dashboard.core.units import Unit, format_value
from dashboard.traces.waterfall.documents import BACKWARDS, MOVED, NO_START, UNFINISHED, Problems
from dashboard.traces.waterfall.piece import Piece

ROUNDING = 1_000
"""Microseconds. X-Ray's clients write milliseconds: a shift of less needs no word."""


def settle(order: Sequence[Piece], problems: Problems) -> None:
    """Give every piece a start and an end; `order` has parents before children."""
    known = [time for piece in order for time in (piece.start, piece.end) if time is not None]
    first, last = min(known, default=0), max(known, default=0)
    for piece in order:
        if not piece.missing:
            _settle(piece, first, last, problems)
    for piece in order:
        if piece.missing:
            piece.start = min((child.began for child in piece.children), default=first)
            piece.end = max((child.ended for child in piece.children), default=first)


def _settle(piece: Piece, first: int, last: int, problems: Problems) -> None:
    parent = piece.parent if piece.parent and not piece.parent.missing else None
    piece.host = piece if piece.segment or parent is None else parent.host
    if piece.start is None:
        problems[NO_START] += 1
        piece.notes.append("It does not say when it began.")
        piece.start = parent.began if parent else first
        if piece.end is not None:
            piece.start = min(piece.start, piece.end)
    elif piece.end is not None and piece.end < piece.start:
        problems[BACKWARDS] += 1
        piece.notes.append("It ends before it begins.")
        piece.end = piece.start
    _correct_clock(piece, parent, problems)
    if piece.end is None:
        problems[UNFINISHED] += 1
        piece.unfinished = True
        until = parent.ended if parent and not parent.hands_over else last
        piece.end = max(piece.began, until)


def _correct_clock(piece: Piece, parent: Piece | None, problems: Problems) -> None:
    """Move a segment into its caller's time, and what it contains along with it."""
    if piece.host is not piece:
        piece.moved = piece.host.moved if piece.host else 0
    elif parent:
        piece.moved = _skew(piece, parent)
        if abs(piece.moved) >= ROUNDING:
            problems[MOVED] += 1
            size = format_value(abs(piece.moved) / 1e6, Unit.SECONDS)
            side = "later" if piece.moved > 0 else "earlier"
            piece.notes.append(f"It is drawn {size} {side} than recorded: the clocks of two hosts differ.")
    piece.start = piece.began + piece.moved
    if piece.end is not None:
        piece.end += piece.moved


def _skew(piece: Piece, parent: Piece) -> int:
    """By how much its clock must differ from its caller's at least: an answer lies within the call.

    A segment that outlasts its call was handed over: its end says nothing. Both as Jaeger judges it
    (model/adjuster/clockskew.go).
    """
    if piece.began < parent.began:
        return parent.began - piece.began
    if piece.end is None or piece.end <= parent.ended or parent.unfinished or parent.hands_over:
        return 0
    outlasts = piece.end - piece.began > parent.ended - parent.began
    return 0 if outlasts else parent.ended - piece.end
