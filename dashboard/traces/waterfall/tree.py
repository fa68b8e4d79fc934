"""Hangs pieces below each other: calls and their answers, Lambda's two segments, absent parents, loops."""

from collections.abc import Sequence

from dashboard.traces.waterfall.documents import LOOP, MISSING_PARENT, Problems
from dashboard.traces.waterfall.piece import Piece

LAMBDA, FUNCTION = "AWS::Lambda", "AWS::Lambda::Function"
"""Origins of Lambda's two segments: the service that takes the call, and the function's own code."""
INITIALIZATION = "Initialization"
"""The subsegment of a cold start."""


def plant(pieces: Sequence[Piece], problems: Problems) -> list[Piece]:
    """Set parents and children. All pieces that stay, parents before children."""
    by_id = {piece.id: piece for piece in sorted(pieces, key=lambda piece: piece.id)}
    kept = [piece for piece in list(by_id.values()) if not _join(piece, by_id)]
    kept += _find_parents(kept, by_id, problems)
    _group_functions(kept)
    _break_loops(kept, problems)
    for piece in kept:
        if piece.parent:
            piece.parent.children.append(piece)
    return _from_the_top(kept)


def _join(piece: Piece, by_id: dict[str, Piece]) -> bool:
    """Make an inferred segment one with the call it answers; X-Ray copied it from there."""
    call = by_id.get(piece.parent_id)
    if not piece.inferred or call is None or call.segment or call.inferred or call.answer:
        return False
    call.answer = piece
    by_id[piece.id] = call
    return True


def _find_parents(pieces: Sequence[Piece], by_id: dict[str, Piece], problems: Problems) -> list[Piece]:
    """Set parents; gives back a stand-in for each that is missing."""
    absent: dict[str, Piece] = {}
    for piece in pieces:
        if not piece.parent_id:
            continue
        piece.parent = by_id.get(piece.parent_id) or absent.get(piece.parent_id)
        if piece.parent is None:
            problems[MISSING_PARENT] += 1
            piece.parent = absent[piece.parent_id] = _stand_in(piece.parent_id)
    return list(absent.values())


def _stand_in(identity: str) -> Piece:
    return Piece(
        raw={},
        id=identity,
        parent_id="",
        name="Missing segment",
        segment=True,
        inferred=False,
        origin="",
        start=None,
        end=None,
        missing=True,
    )


def _group_functions(pieces: Sequence[Piece]) -> None:
    """Put a function's segment below the Lambda service's one, and its initialization beside it.

    Both may name the call as their parent. The initialization comes before the function's segment begins, though
    X-Ray records it within.
    """
    services = {(piece.parent_id, piece.name): piece for piece in pieces if piece.segment and piece.origin == LAMBDA}
    for piece in pieces:
        if piece.origin == FUNCTION and piece.segment and piece.parent_id:
            piece.parent = services.get((piece.parent_id, piece.name), piece.parent)
    for piece in pieces:
        function = piece.parent
        if piece.name != INITIALIZATION or function is None or function.origin != FUNCTION:
            continue
        if function.parent and function.parent.origin == LAMBDA and (piece.start or 0) < (function.start or 0):
            piece.parent = function.parent


def _break_loops(pieces: Sequence[Piece], problems: Problems) -> None:
    """Cut each loop above its earliest piece."""
    done: set[int] = set()
    for piece in pieces:
        way: dict[int, Piece] = {}
        at: Piece | None = piece
        while at is not None and id(at) not in done and id(at) not in way:
            way[id(at)] = at
            at = at.parent
        if at is not None and id(at) in way:
            ring = list(way.values())
            ring = ring[ring.index(at) :]
            first = min(ring, key=lambda one: (one.start or 0, one.id))
            first.parent = None
            first.notes.append("It names one of its own descendants as its parent.")
            problems[LOOP] += 1
        done |= way.keys()


def _from_the_top(pieces: Sequence[Piece]) -> list[Piece]:
    order = [piece for piece in pieces if piece.parent is None]
    for piece in order:
        order += piece.children
    return order
