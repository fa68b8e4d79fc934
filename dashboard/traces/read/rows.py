"""One stored trace in words: its facts by key."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dashboard.traces import sampling
from dashboard.traces.facts import ANNOTATION, CAUSES, EXCEPTIONS, Fact, name_and_type
from dashboard.traces.models import TraceFact
from dashboard.traces.read.found import TraceRow
from dashboard.traces.read.loading import Loaded
from dashboard.traces.table import SLOW

AT_ONCE = 900
"""Ids in one question: SQLite takes 999 parameters."""


def names_of(ids: Collection[int]) -> dict[int, Fact]:
    """Key and value of facts by id; what has gone meanwhile is left out."""
    ordered = sorted(ids)
    found: dict[int, Fact] = {}
    for start in range(0, len(ordered), AT_ONCE):
        rows = TraceFact.objects.filter(pk__in=ordered[start : start + AT_ONCE]).values_list("pk", "key", "value")
        found |= {pk: (key, value) for pk, key, value in rows}
    return found


def row_of(loaded: Loaded, at: int, kinds: NDArray[np.uint8], names: Mapping[int, Fact]) -> TraceRow:
    """The trace at a position of the table."""
    table = loaded.table
    chunk, row, place = loaded.chunks[table.chunk[at]], int(table.row[at]), loaded.places[table.chunk[at]]
    facts = _by_key(names[int(pk)] for pk in chunk.facts_of(row) if int(pk) in names)
    flags, slow = int(chunk.flags[row]), bool(kinds[at] == SLOW)
    status = _first(facts, "http.status")
    return TraceRow(
        id=chunk.id_of(row),
        account_id=place.account_id,
        region=place.region,
        started_at=datetime.fromtimestamp(float(table.at[at]), UTC),
        seconds=float(chunk.seconds[row]),
        duration=float(chunk.seconds[row] + chunk.extra[row]),
        fault=bool(flags & sampling.FAULT),
        error=bool(flags & sampling.ERROR),
        throttle=bool(flags & sampling.THROTTLE),
        partial=bool(flags & sampling.PARTIAL),
        slow=slow,
        entry=name_and_type(_first(facts, "entry"))[0],
        url=_first(facts, "http.url"),
        method=_first(facts, "http.method"),
        status=int(status) if status.isdecimal() else None,
        user=_first(facts, "user"),
        annotations={key.removeprefix(ANNOTATION): some for key, some in facts.items() if key.startswith(ANNOTATION)},
        facts=facts,
        cause=_cause(facts, failed=bool(flags & sampling.BAD), slow=slow),
    )


def _by_key(facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in facts:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _first(facts: Mapping[str, tuple[str, ...]], key: str) -> str:
    return facts.get(key, ("",))[0]


def _cause(facts: Mapping[str, tuple[str, ...]], *, failed: bool, slow: bool) -> str:
    """Where it went wrong and how, as far as X-Ray's summary says."""
    kinds = ("fault", "error") if failed else ("slow",) if slow else ()
    for kind in kinds:
        node = name_and_type(_first(facts, CAUSES[kind]))[0]
        exception = _first(facts, EXCEPTIONS.get(kind, ""))
        if node or exception:
            return ": ".join(part for part in (node, exception) if part)
    return ""
