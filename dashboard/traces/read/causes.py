"""Root causes: what bad traces of a window have in common, which deploys came before, and where they went bad."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.traces import table as tables
from dashboard.traces.analysis import Cause, Comparison, over_represented
from dashboard.traces.analysis.causes import LEAST
from dashboard.traces.chunk import Ints, Mask
from dashboard.traces.facts import ANNOTATION, CAUSES, EXCEPTIONS, OTHER, Fact
from dashboard.traces.read.blame import blame_of
from dashboard.traces.read.found import Candidate, Causes, TraceQuery
from dashboard.traces.read.loading import Filters, Loaded, load
from dashboard.traces.read.rows import names_of
from dashboard.traces.read.suspects import suspects_of
from dashboard.traces.table import Table

LOOK_BACK = timedelta(hours=1)
"""How long before the window a deploy may have begun, and how far back shares before it are looked at."""
CONSEQUENCES = frozenset((*CAUSES.values(), *EXCEPTIONS.values(), "http.status"))
"""Keys of facts that follow from being bad, and explain nothing."""
VERSIONS = frozenset({"version", "release", "build", "commit", "revision", "deployment"})
TELLING = (ANNOTATION, "http.url", "entry", "node", "http.method", "zone", "user_agent", "user", "client")
"""Which fact speaks for others that are true of the same traces."""
KINDS = {"http.url": "url", "http.method": "method"}
PARAMETERS = {"http.url": "url", "http.method": "method", "user": "user"}
"""Query parameters of the search page by key."""


@dataclass(frozen=True, slots=True)
class Population:
    """Bad traces of a window, and good ones of the fair draw."""

    loaded: Loaded
    limit: float | None
    is_bad: Mask
    """Also of the time before the window."""
    bad: Mask
    good: Mask

    @property
    def table(self) -> Table:
        """All traces."""
        return self.loaded.table


def root_causes(
    scope: Scope,
    window: Window,
    query: TraceQuery,
    *,
    slow_over: float | None = None,
    accounts: Collection[str] = (),
    environments: Collection[str] = (),
    teams: Collection[str] = (),
) -> Causes:
    """Compare bad traces with good ones among those that match everything but result and duration.

    Bad is what `query.result` names: anything failed and anything slow where it is blank. Slow is what took longer
    than `slow_over` seconds, than `query.least_seconds`, or else than 19 of 20 good ones.
    """
    wider = Window(window.start - LOOK_BACK, window.end)
    loaded = load(scope, wider, query, Filters(accounts, environments, teams), nodes=True)
    population = _population(loaded, window, query, slow_over)
    table, bad = population.table, population.bad
    compared = _compare(table, bad, population.good)
    first = float(table.at[bad].min()) if bad.any() else None
    return Causes(
        bad=compared.bad,
        good=compared.good,
        slow_over=population.limit,
        enough=compared.enough,
        candidates=[_candidate(cause) for cause in compared.causes],
        deploys=suspects_of(loaded, wider, population.is_bad, bad),
        blame=blame_of(loaded, bad, population.good),
        first_bad_at=datetime.fromtimestamp(first, UTC) if first is not None else None,
    )


def _population(loaded: Loaded, window: Window, query: TraceQuery, slow_over: float | None) -> Population:
    table = loaded.table
    inside = table.at >= window.start.timestamp()
    limit = slow_over if slow_over is not None else query.least_seconds
    if limit is None:
        limit = table.slow_over(inside)
    is_bad = _is_bad(table, query.result, limit)
    return Population(loaded, limit, is_bad, is_bad & inside, table.fair & ~is_bad & inside)


def _is_bad(table: Table, result: str, limit: float | None) -> Mask:
    if result in tables.FLAGS:
        return np.asarray((table.flags & tables.FLAGS[result]) > 0)
    slow: Mask = table.kinds(limit) == tables.SLOW
    return {"bad": table.bad, "slow": slow}.get(result, table.bad | slow)


def _compare(table: Table, bad: Mask, good: Mask) -> Comparison:
    """What is true of bad ones beyond chance, among facts that are frequent enough to tell."""
    chosen = bad | good
    entries = chosen[table.entry_trace]
    frequent = np.flatnonzero(np.bincount(table.entry_fact[entries], minlength=len(table.facts)) >= LEAST)
    names = names_of(table.facts[frequent].tolist())
    speaker = _speakers(table, names)
    fact, trace = speaker[table.entry_fact[entries]], table.entry_trace[entries]
    kept = fact >= 0
    position = np.cumsum(chosen) - 1
    return over_represented(fact[kept], position[trace[kept]], bad[chosen], names, telling=TELLING)


def _speakers(table: Table, names: Mapping[int, Fact]) -> Ints:
    """By position of a fact: the id to count it as, -1 for those that explain nothing.

    What several accounts call the same is one.
    """
    ids: dict[Fact, int] = {}
    for pk, fact in names.items():
        if fact[0] not in CONSEQUENCES and fact[1] != OTHER:
            ids.setdefault(fact, pk)
    return np.array([ids.get(names.get(int(pk), ("", "")), -1) for pk in table.facts], np.int64)


def _candidate(cause: Cause) -> Candidate:
    return Candidate(
        kind=_kind(cause.key),
        key=cause.key,
        value=cause.value,
        bad=cause.bad,
        good=cause.good,
        share_bad=cause.bad_share,
        share_good=cause.good_share,
        lift=cause.lift,
        also=cause.also,
        parameter=parameter_of(cause.key, cause.value),
    )


def _kind(key: str) -> str:
    name = key.removeprefix(ANNOTATION)
    if name != key:
        return "version" if name.lower() in VERSIONS else "annotation"
    return KINDS.get(key, key)


def parameter_of(key: str, value: str) -> tuple[str, str]:
    """The query parameter of the search page that filters by a fact."""
    if key in PARAMETERS:
        return PARAMETERS[key], value
    name = key.removeprefix(ANNOTATION)
    return ("annotation", f"{name}:{value}") if name != key else ("fact", f"{key}:{value}")
