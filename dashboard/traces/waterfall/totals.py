"""What the rows of a trace come to: own time, time per node, and where a failure arose."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from dashboard.traces.waterfall.shape import MISSING, Annotation, Node, NodeTime, Row


def own_times(start: Sequence[int], end: Sequence[int], parents: Sequence[int | None]) -> list[int]:
    """Of each row the time in which none of its children ran; those that run at the same time count once."""
    own = [ended - began for began, ended in zip(start, end, strict=True)]
    covered = list(start)
    # In order of their starts, so that each child adds what reaches beyond those before it.
    for row in sorted(range(len(start)), key=start.__getitem__):
        parent = parents[row]
        if parent is None:
            continue
        begin, until = max(start[row], covered[parent]), min(end[row], end[parent])
        if until > begin:
            own[parent] -= until - begin
            covered[parent] = until
    return own


def node_times(rows: Sequence[Row], entry: int | None) -> tuple[NodeTime, ...]:
    """Time per node, most own time first; missing segments did nothing that is known."""
    answered = 0.0 if entry is None else rows[entry].end
    by_node: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind != MISSING:
            by_node[row.node].append(row)
    times = [
        NodeTime(
            node,
            own=sum(row.own for row in own),
            on_path=sum(_before(row, answered) for row in own),
            rows=len(own),
            failed=sum(not row.ok for row in own),
        )
        for node, own in by_node.items()
    ]
    return tuple(sorted(times, key=lambda one: (-one.own, one.node)))


def _before(row: Row, answered: float) -> float:
    """Seconds on the critical path before the answer."""
    return sum(max(min(span.end, answered) - span.start, 0.0) for span in row.spans)


def culprit(rows: Sequence[Row]) -> int | None:
    """Where the failure arose: of the failed rows without failed ones below, that with most failed ones above.

    Among several the earliest. Errors (the caller's mistakes) count only where nothing worse happened: a cache that
    does not have a key answers 404.
    """
    failed = [row.fault or row.throttle for row in rows]
    if not any(failed):
        failed = [row.error for row in rows]
    above, below = [0] * len(rows), [False] * len(rows)
    for position, row in enumerate(rows):
        if row.parent is not None:
            above[position] = above[row.parent] + failed[row.parent]
    for position in range(len(rows) - 1, -1, -1):
        parent = rows[position].parent
        if parent is not None and (failed[position] or below[position]):
            below[parent] = True
    origins = [position for position in range(len(rows)) if failed[position] and not below[position]]
    return min(origins, key=lambda position: (-above[position], rows[position].start, position), default=None)


def annotations(rows: Iterable[Row]) -> tuple[Annotation, ...]:
    """Each pair of key and value once, in order of keys; where it was first said."""
    found: dict[tuple[str, str], Annotation] = {}
    for position, row in enumerate(rows):
        for key, value in row.annotations.items():
            found.setdefault((key, value), Annotation(key, value, position))
    return tuple(found[pair] for pair in sorted(found))
