"""Hides what a reader may not see: rows of other teams' services keep their time and lose everything else."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from dashboard.traces.waterfall.shape import (
    MISSING,
    REMOTE,
    SEGMENT,
    SUBSEGMENT,
    ExceptionRecord,
    Node,
    ResourceHints,
    Row,
    Waterfall,
)
from dashboard.traces.waterfall.totals import annotations, node_times

HIDDEN = Node("Hidden service", "")


def mask(waterfall: Waterfall, hidden: Collection[tuple[str, str]]) -> Waterfall:
    """The waterfall without what is told of these nodes (name, type), by them, and of calls that they answer."""
    if not hidden:
        return waterfall
    concealed = _concealed(waterfall.rows, hidden)
    rows = tuple(
        _masked(row) if concealed[position] else _without(row, concealed) for position, row in enumerate(waterfall.rows)
    )
    return replace(
        waterfall,
        rows=rows,
        nodes=node_times(rows, waterfall.entry),
        exceptions=_visible(waterfall.exceptions, concealed),
        annotations=annotations(rows),
    )


def _concealed(rows: Sequence[Row], hidden: Collection[tuple[str, str]]) -> list[bool]:
    """Which rows are told of hidden nodes, or by them: work and calls are recorded by the segment they hang below."""
    concealed = [row.kind != MISSING and row.node in hidden for row in rows]
    for position, row in enumerate(rows):
        if concealed[position] and row.kind == SEGMENT and row.parent is not None:
            concealed[row.parent] |= rows[row.parent].kind == REMOTE
    for position, row in enumerate(rows):
        if row.kind in (SUBSEGMENT, REMOTE) and row.parent is not None:
            concealed[position] |= concealed[row.parent]
    return concealed


def _masked(row: Row) -> Row:
    return replace(
        row, name=HIDDEN.name, type="", node=HIDDEN, resource=ResourceHints(), exceptions=(), http=None, sql=None,
        aws={}, annotations={}, metadata={}, user="", links=(), notes=(), hidden=True,
    )  # fmt: skip


def _without(row: Row, concealed: Sequence[bool]) -> Row:
    """The row without exceptions that it passed on from hidden ones."""
    return replace(row, exceptions=_visible(row.exceptions, concealed)) if row.exceptions else row


def _visible(exceptions: Sequence[ExceptionRecord], concealed: Sequence[bool]) -> tuple[ExceptionRecord, ...]:
    return tuple(
        replace(one, cause="", cause_row=None) if one.cause_row is not None and concealed[one.cause_row] else one
        for one in exceptions
        if not concealed[one.row]
    )
