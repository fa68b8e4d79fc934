"""Reads segment documents: JSON texts in, flat pieces out, each with the id of what it hangs below."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from dashboard.traces.waterfall.piece import Piece
from dashboard.traces.waterfall.values import items, microseconds, text, truth

Problems = Counter[str]
"""How often each kind of problem came up; `sentences` words them."""
UNREADABLE, NO_ID, NO_NAME, NO_START, TWICE = "unreadable", "no id", "no name", "no start", "twice"
MISSING_PARENT, LOOP, BACKWARDS, MOVED, UNFINISHED = "missing", "loop", "backwards", "moved", "unfinished"
_WORDS = {
    UNREADABLE: ("{n} segment could not be read and is left out.", "{n} segments could not be read and are left out."),
    NO_ID: ("{n} segment has no id.", "{n} segments have no id."),
    NO_NAME: ("{n} segment has no name.", "{n} segments have no name."),
    NO_START: (
        "{n} segment does not say when it began; it is drawn from its parent's beginning.",
        "{n} segments do not say when they began; they are drawn from their parents' beginning.",
    ),
    TWICE: (
        "{n} segment came more than once; the last version is shown.",
        "{n} segments came more than once; the last versions are shown.",
    ),
    MISSING_PARENT: (
        "{n} segment is missing: others name it as their parent, but X-Ray does not have it.",
        "{n} segments are missing: others name them as their parents, but X-Ray does not have them.",
    ),
    LOOP: (
        "{n} segment is its own ancestor; it is shown at the top.",
        "{n} segments are their own ancestors; they are shown at the top.",
    ),
    BACKWARDS: (
        "{n} segment ends before it begins; it is drawn without length.",
        "{n} segments end before they begin; they are drawn without length.",
    ),
    MOVED: (
        "{n} segment was moved into its caller's time: the clocks of their hosts differ.",
        "{n} segments were moved into their callers' time: the clocks of their hosts differ.",
    ),
    UNFINISHED: ("{n} segment has not ended.", "{n} segments have not ended."),
}


def sentences(problems: Problems) -> tuple[str, ...]:
    """One sentence for each kind of problem. No names: the reader may not be allowed to see them."""
    return tuple(_WORDS[kind][problems[kind] > 1].format(n=problems[kind]) for kind in _WORDS if problems.get(kind))


def pieces_of(documents: Iterable[str], problems: Problems) -> list[Piece]:
    """All segments and subsegments, each id once: rather complete than in progress, rather later than earlier."""
    chosen: dict[str, Piece] = {}
    for document in documents:
        for piece in _flatten(_parse(document), problems):
            known = chosen.get(piece.id)
            if known is not None and known.complete and piece.complete:
                problems[TWICE] += 1
            if known is None or piece.complete or not known.complete:
                chosen[piece.id] = piece
    return list(chosen.values())


def _parse(document: str) -> Any:
    """The JSON value; None for what is no JSON."""
    try:
        return orjson.loads(document)
    except ValueError:
        return _parse_leniently(document)


def _parse_leniently(document: str) -> Any:
    """JSON as Python writes it: NaN and infinity become null, halves of characters question marks."""
    try:
        value = json.loads(document, parse_constant=lambda _: None)
        return orjson.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _flatten(document: Any, problems: Problems) -> Iterator[Piece]:
    """The segment and its subsegments, however deep."""
    waiting: list[tuple[Any, Piece | None]] = [(document, None)]
    while waiting:
        raw, above = waiting.pop()
        if not isinstance(raw, dict):
            problems[UNREADABLE] += 1
            continue
        piece = _piece(raw, above, problems)
        waiting += [(one, piece) for one in reversed(items(raw.get("subsegments")))]
        yield piece


def _piece(raw: Mapping[str, Any], above: Piece | None, problems: Problems) -> Piece:
    start, end = microseconds(raw.get("start_time")), microseconds(raw.get("end_time"))
    identity = text(raw.get("id"))
    if not identity:
        problems[NO_ID] += 1
        identity = f"without-id-{problems[NO_ID]}"
    name = text(raw.get("name")).strip()
    if not name:
        problems[NO_NAME] += 1
    return Piece(
        raw=raw,
        id=identity,
        parent_id=above.id if above else text(raw.get("parent_id")),
        name=name or "Without a name",
        segment=above is None and raw.get("type") != "subsegment",
        inferred=above is None and truth(raw.get("inferred")),
        origin=text(raw.get("origin")),
        start=start,
        end=None if truth(raw.get("in_progress")) else end,
    )
