"""Search of stored traces: rows, a scatter, a histogram, and what there is to filter by."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.traces import table as tables
from dashboard.traces.chunk import Mask
from dashboard.traces.read.found import Found, Point, Times, TraceQuery
from dashboard.traces.read.loading import Filters, Loaded, load
from dashboard.traces.read.rows import names_of, row_of
from dashboard.traces.table import KINDS, Table

MOST_POINTS = 2000
MOST_FACETS = 1000
"""Facts that are looked up for the filter menus, most frequent first."""
MOST_VALUES = 25
"""Values of one key in the filter menus."""


def search(
    scope: Scope,
    window: Window,
    query: TraceQuery,
    *,
    accounts: Collection[str] = (),
    environments: Collection[str] = (),
    teams: Collection[str] = (),
) -> Found:
    """Stored traces that the user may see and that match. Accounts are AWS account ids, teams their names."""
    loaded = load(scope, window, query, Filters(accounts, environments, teams))
    table = loaded.table
    slow_over = table.slow_over(np.ones(len(table), np.bool_))
    kinds = table.kinds(slow_over)
    mask = matching(table, query, kinds)
    counts = table.counts(mask)
    shown = table.ordered(mask, query.order, query.most)
    frequent = np.argsort(-counts, kind="stable")[:MOST_FACETS]
    frequent = frequent[counts[frequent] > 0]
    names = names_of({*table.facts[frequent].tolist(), *_facts_of(loaded, shown)})
    return Found(
        rows=[row_of(loaded, int(place), kinds, names) for place in shown],
        total=int(np.count_nonzero(mask)),
        bad=int(np.count_nonzero(mask & table.bad)),
        points=[_point(loaded, int(place), kinds) for place in table.thinned(mask, kinds, MOST_POINTS)],
        times=Times(*table.histogram(mask)),
        facets=_facets(table.facts[frequent].tolist(), counts[frequent].tolist(), names),
        sampled=loaded.sampled,
        slow_over=slow_over,
        complete=loaded.complete,
        since=loaded.since,
        newest_at=loaded.newest_at,
    )


def matching(table: Table, query: TraceQuery, kinds: NDArray[np.uint8]) -> Mask:
    """Which traces have the result and the duration that are asked for."""
    mask = np.ones(len(table), np.bool_)
    if query.result == "bad":
        mask &= table.bad
    elif query.result == "ok":
        mask &= ~table.bad
    elif query.result == "slow":
        mask &= kinds == tables.SLOW
    elif query.result:
        mask &= (table.flags & tables.FLAGS[query.result]) > 0
    if query.least_seconds is not None:
        mask &= table.seconds >= query.least_seconds
    if query.most_seconds is not None:
        mask &= table.seconds <= query.most_seconds
    return mask


def _facts_of(loaded: Loaded, places: NDArray[np.intp]) -> set[int]:
    table = loaded.table
    return {int(one) for at in places for one in loaded.chunks[table.chunk[at]].facts_of(int(table.row[at]))}


def _point(loaded: Loaded, at: int, kinds: NDArray[np.uint8]) -> Point:
    table = loaded.table
    chunk, place = loaded.chunks[table.chunk[at]], loaded.places[table.chunk[at]]
    return Point(
        float(table.at[at]),
        float(table.seconds[at]),
        KINDS[kinds[at]],
        chunk.id_of(int(table.row[at])),
        place.account_id,
        place.region,
    )


def _facets(
    ids: Sequence[int], counts: Sequence[int], names: Mapping[int, tuple[str, str]]
) -> dict[str, list[tuple[str, int]]]:
    """Values by key with their counts, most frequent first; what several accounts call the same is added up."""
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for pk, count in zip(ids, counts, strict=True):
        if pk in names:
            key, value = names[pk]
            totals[key][value] += count
    return {
        key: sorted(values.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
        for key, values in sorted(totals.items())
    }
