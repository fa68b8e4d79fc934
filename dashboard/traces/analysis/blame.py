"""Where on the call path slow traces lost their time, and failed ones failed."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.traces.waterfall import MISSING, Node, Waterfall

Path = tuple[Node, ...]
"""From the entry down to the node that is to blame."""
NO_PATH: Path = ()
LEAST_EXTRA = 0.001
"""Seconds beyond what is usual that are worth a name: X-Ray's clients write milliseconds."""
MOST_EXCEPTIONS = 3


@dataclass(frozen=True, slots=True)
class Blame:
    """A path of calls at whose end bad traces went bad."""

    path: Path
    traces: int
    share: float
    """Of all bad traces that were given."""
    extra_seconds: float | None
    """Median of what its last node took beyond what is usual; None for failures."""
    exceptions: tuple[str, ...]
    """The most frequent at its end, as 'Type: message'."""


def usual_times(good: Iterable[Waterfall]) -> dict[Node, float]:
    """Median seconds that each node spends on the critical path of a good trace; a trace without it counts as none."""
    spent: dict[Node, list[float]] = defaultdict(list)
    traces = 0
    for waterfall in good:
        traces += 1
        for node in waterfall.nodes:
            spent[node.node].append(node.on_path)
    return {node: statistics.median(times + [0.0] * (traces - len(times))) for node, times in spent.items()}


def blame_slow(slow: Sequence[Waterfall], usual: Mapping[Node, float]) -> list[Blame]:
    """Nodes with the most extra time on the critical path, per slow trace; most frequent path first.

    Time off the critical path made nobody wait: it is left out on both sides.
    """
    found = [_extra(waterfall, usual) for waterfall in slow]
    return _count([(path, seconds, ()) for path, seconds in found])


def _extra(waterfall: Waterfall, usual: Mapping[Node, float]) -> tuple[Path, float]:
    extra = {one.node: one.on_path - usual.get(one.node, 0.0) for one in waterfall.nodes}
    node = max(extra, key=lambda one: (extra[one], one), default=None)
    if node is None or extra[node] < LEAST_EXTRA:
        return NO_PATH, 0.0
    rows = [at for at, row in enumerate(waterfall.rows) if row.node == node and row.kind != MISSING]
    return path_to(waterfall, max(rows, key=lambda at: (waterfall.rows[at].on_path, -at))), extra[node]


def blame_failed(failed: Sequence[Waterfall]) -> list[Blame]:
    """Where the failure of each trace arose, and with which exceptions; most frequent path first."""
    return _count([_origin(waterfall) for waterfall in failed])


def _origin(waterfall: Waterfall) -> tuple[Path, None, tuple[str, ...]]:
    if waterfall.culprit is None:
        return NO_PATH, None, ()
    exceptions = _nearest_exceptions(waterfall, waterfall.culprit)
    return path_to(waterfall, waterfall.culprit), None, exceptions


def _nearest_exceptions(waterfall: Waterfall, row: int) -> tuple[str, ...]:
    """Texts of the exceptions of a row, or of the nearest one above that has some."""
    at: int | None = row
    while at is not None:
        if waterfall.rows[at].exceptions:
            return tuple(dict.fromkeys(one.text for one in waterfall.rows[at].exceptions))
        at = waterfall.rows[at].parent
    return ()


def blame_reported(reported: Sequence[Sequence[tuple[Path, Sequence[str]]]]) -> list[Blame]:
    """The same from what X-Ray's summaries report: of each bad trace its root causes, as path and exceptions.

    A trace counts once for each different path.
    """
    blamed: list[_Case] = []
    for causes in reported:
        by_path: dict[Path, tuple[str, ...]] = {}
        for path, exceptions in causes:
            by_path[path] = tuple(dict.fromkeys((*by_path.get(path, ()), *exceptions)))
        blamed += [(path, None, exceptions) for path, exceptions in by_path.items()]
    return _count(blamed, len(reported))


def path_to(waterfall: Waterfall, row: int) -> Path:
    """Nodes from the entry to a row, each once where it calls itself."""
    nodes: list[Node] = []
    at: int | None = row
    while at is not None:
        one = waterfall.rows[at]
        if one.kind != MISSING and (not nodes or nodes[-1] != one.node):
            nodes.append(one.node)
        at = one.parent
    return tuple(reversed(nodes))


_Case = tuple[Path, float | None, tuple[str, ...]]


def _count(cases: Sequence[_Case], traces: int | None = None) -> list[Blame]:
    """One entry per path; cases without one blame nobody, but count as traces."""
    by_path: dict[Path, list[_Case]] = defaultdict(list)
    for case in cases:
        if case[0]:
            by_path[case[0]].append(case)
    total = len(cases) if traces is None else traces
    blames = [_blame(path, own, total) for path, own in by_path.items()]
    return sorted(blames, key=lambda one: (-one.traces, -(one.extra_seconds or 0.0), one.path))


def _blame(path: Path, cases: Sequence[_Case], total: int) -> Blame:
    seconds = [case[1] for case in cases if case[1] is not None]
    texts = Counter(text for case in cases for text in case[2])
    frequent = sorted(texts, key=lambda text: (-texts[text], text))[:MOST_EXCEPTIONS]
    return Blame(
        path,
        traces=len(cases),
        share=len(cases) / total,
        extra_seconds=statistics.median(seconds) if seconds else None,
        exceptions=tuple(frequent),
    )
