"""Exceptions of a trace: each where it was recorded, and where others refer to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard.traces.waterfall.piece import Piece
from dashboard.traces.waterfall.shape import ExceptionRecord, Frame
from dashboard.traces.waterfall.values import items, mapping, text, truth, whole


def exceptions_by_row(rows: Sequence[Piece]) -> list[tuple[ExceptionRecord, ...]]:
    """The exceptions of each row. A cause that is only named by its id is looked up in the whole trace."""
    own = [[_record(raw, position) for raw in _raw(piece)] for position, piece in enumerate(rows)]
    by_id = {one.id: one for records in own for one in records if one.id}
    by_segment = {piece.id: tuple(records) for piece, records in zip(rows, own, strict=True)}
    causes = [[text(raw.get("cause")) for raw in _raw(piece)] for piece in rows]
    found: list[tuple[ExceptionRecord, ...]] = []
    for piece, records, named in zip(rows, own, causes, strict=True):
        told = tuple(_with_cause(one, by_id.get(cause)) for one, cause in zip(records, named, strict=True))
        found.append(told or _referred(text(piece.raw.get("cause")), by_id, by_segment))
    return found


def each_once(exceptions: Iterable[ExceptionRecord], start: Sequence[int]) -> tuple[ExceptionRecord, ...]:
    """Without repetitions, in order of the rows' starts."""
    distinct = {(one.id or (one.type, one.message, one.row)): one for one in exceptions}
    return tuple(sorted(distinct.values(), key=lambda one: start[one.row]))


def _raw(piece: Piece) -> list[Mapping[str, Any]]:
    recorded = items(mapping(piece.raw.get("cause")).get("exceptions"))
    return [one for one in recorded if isinstance(one, dict)]


def _record(raw: Mapping[str, Any], row: int) -> ExceptionRecord:
    return ExceptionRecord(
        id=text(raw.get("id")),
        type=text(raw.get("type")) or "Exception",
        message=text(raw.get("message")).strip(),
        remote=truth(raw.get("remote")),
        stack=tuple(
            Frame(text(one.get("path")), whole(one.get("line")), text(one.get("label")))
            for one in map(mapping, items(raw.get("stack")))
        ),
        left_out=max(whole(raw.get("truncated")) or 0, 0),
        row=row,
    )


def _with_cause(record: ExceptionRecord, cause: ExceptionRecord | None) -> ExceptionRecord:
    return replace(record, cause=cause.text, cause_row=cause.row) if cause and cause is not record else record


def _referred(
    reference: str, by_id: Mapping[str, ExceptionRecord], by_segment: Mapping[str, tuple[ExceptionRecord, ...]]
) -> tuple[ExceptionRecord, ...]:
    """Exceptions of another segment that a cause refers to, by an exception's id or a segment's."""
    if not reference:
        return ()
    return (by_id[reference],) if reference in by_id else by_segment.get(reference, ())
