"""Puts a waterfall together from segment documents."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dashboard.traces.waterfall.clocks import settle
from dashboard.traces.waterfall.critical import Spans, critical_path
from dashboard.traces.waterfall.describe import (
    annotations_of,
    aws_of,
    hints_of,
    http_of,
    kind_of,
    links_of,
    node_of,
    result_of,
    sql_of,
    type_of,
)
from dashboard.traces.waterfall.documents import Problems, pieces_of, sentences
from dashboard.traces.waterfall.exceptions import each_once, exceptions_by_row
from dashboard.traces.waterfall.piece import Piece
from dashboard.traces.waterfall.shape import ExceptionRecord, Node, Row, Span, Waterfall
from dashboard.traces.waterfall.totals import annotations, culprit, node_times, own_times
from dashboard.traces.waterfall.tree import FUNCTION, INITIALIZATION, plant
from dashboard.traces.waterfall.values import mapping, text


class _Place(NamedTuple):
    """A piece's place in the tree and in time; whole microseconds since the trace's start."""

    parent: int | None
    depth: int
    beneath: int
    start: int
    end: int
    own: int
    spans: Spans


def read_trace(trace_id: str, documents: Sequence[str]) -> Waterfall:
    """The waterfall of one trace from its segment documents. Takes anything: what is wrong is told as problems."""
    problems: Problems = Counter()
    order = plant(pieces_of(documents, problems), problems)
    settle(order, problems)
    pieces, depths, parents = _in_order(order)
    first = min((piece.began for piece in pieces), default=0)
    start, end = [piece.began - first for piece in pieces], [piece.ended - first for piece in pieces]
    present = [began if piece.missing else ended for piece, began, ended in zip(pieces, start, end, strict=True)]
    entry = next((at for at, piece in enumerate(pieces) if not piece.missing), None)
    own, path = own_times(start, present, parents), critical_path(start, present, parents, entry)
    exceptions = exceptions_by_row(pieces)
    beneath = _beneath(parents)
    rows: list[Row] = []
    for at, piece in enumerate(pieces):
        place = _Place(parents[at], depths[at], beneath[at], start[at], end[at], own[at], path.rows[at])
        above = None if place.parent is None else rows[place.parent].node
        rows.append(_row(piece, place, exceptions[at], above))
    return Waterfall(
        trace_id=trace_id,
        started_at=first / 1e6,
        seconds=max(end, default=0) / 1e6,
        rows=tuple(rows),
        answered=0.0 if entry is None else rows[entry].end,
        entry=entry,
        culprit=culprit(rows),
        waiting=_seconds(path.waiting),
        nodes=node_times(rows, entry),
        exceptions=each_once((one for row in rows for one in row.exceptions), start),
        annotations=annotations(rows),
        problems=sentences(problems),
    )


def _in_order(order: Sequence[Piece]) -> tuple[list[Piece], list[int], list[int | None]]:
    """Pieces as they are shown, depth first and children by their start, with depth and position of the parent."""
    waiting: list[tuple[Piece, int, int | None]] = [
        (piece, 0, None) for piece in _latest_first([piece for piece in order if piece.parent is None])
    ]
    pieces: list[Piece] = []
    depths: list[int] = []
    parents: list[int | None] = []
    while waiting:
        piece, depth, parent = waiting.pop()
        waiting += [(child, depth + 1, len(pieces)) for child in _latest_first(piece.children)]
        pieces.append(piece)
        depths.append(depth)
        parents.append(parent)
    return pieces, depths, parents


def _latest_first(pieces: Sequence[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda one: (one.began, -one.ended, one.id), reverse=True)


def _beneath(parents: Sequence[int | None]) -> list[int]:
    """How many rows hang below each."""
    beneath = [0] * len(parents)
    for position in range(len(parents) - 1, -1, -1):
        parent = parents[position]
        if parent is not None:
            beneath[parent] += beneath[position] + 1
    return beneath


def _row(piece: Piece, place: _Place, exceptions: tuple[ExceptionRecord, ...], above: Node | None) -> Row:
    kind = kind_of(piece)
    type_ = type_of(piece, kind)
    error, fault, throttle = result_of(piece)
    return Row(
        id=piece.id,
        parent=place.parent,
        depth=place.depth,
        beneath=place.beneath,
        name=piece.name,
        kind=kind,
        type=type_,
        node=node_of(piece, kind, type_, above),
        resource=hints_of(piece),
        start=place.start / 1e6,
        end=place.end / 1e6,
        own=place.own / 1e6,
        spans=_seconds(place.spans),
        ok=not (error or fault or throttle),
        error=error,
        fault=fault,
        throttle=throttle,
        in_progress=piece.unfinished,
        cold_start=_is_cold_start(piece),
        exceptions=exceptions,
        http=http_of(piece),
        sql=sql_of(piece),
        aws=aws_of(piece),
        annotations=annotations_of(piece),
        metadata=mapping(piece.raw.get("metadata")),
        user=text(piece.raw.get("user")),
        links=links_of(piece),
        notes=tuple(piece.notes),
    )


def _is_cold_start(piece: Piece) -> bool:
    """A function's initialization, and the segment of the function that had to wait for it."""
    if piece.name == INITIALIZATION and not piece.segment:
        return True
    if piece.origin != FUNCTION:
        return False
    beside = piece.parent.children if piece.parent else []
    return any(one.name == INITIALIZATION and not one.segment for one in (*piece.children, *beside))


def _seconds(spans: Spans) -> tuple[Span, ...]:
    return tuple(Span(begin / 1e6, end / 1e6) for begin, end in spans)
