"""Counts and response times of nodes and connections, added up over the requests of a window."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dashboard.demo.world.noise import Floats
from dashboard.demo.world.tracing.chance import Codes, Flags
from dashboard.demo.world.tracing.places import Node, node_of
from dashboard.demo.world.tracing.requests import Column, Requests
from dashboard.demo.world.tracing.views import Seen, View

_DECADE = 900
_SHORTEST = 1e-5

Counts = tuple[int, int, int, int]
"""Requests, faults, errors (throttles among them), throttles."""


@dataclass
class Tally:
    """Requests of a node or of a connection."""

    total: int = 0
    fault: int = 0
    error: int = 0
    throttle: int = 0
    seconds: float = 0.0
    times: list[Codes] = field(default_factory=list)
    ages: list[Codes] = field(default_factory=list)

    @property
    def ok(self) -> int:
        """Neither failed nor refused."""
        return self.total - self.fault - self.error

    def add(self, counts: Counts, seconds: float, times: Codes) -> None:
        """More requests, and their times as codes."""
        self.total += counts[0]
        self.fault += counts[1]
        self.error += counts[2]
        self.throttle += counts[3]
        self.seconds += seconds
        self.times.append(times)


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    whole = Tally()
    for tally in tallies:
        whole.total += tally.total
        whole.fault += tally.fault
        whole.error += tally.error
        whole.throttle += tally.throttle
        whole.seconds += tally.seconds
        whole.times += tally.times
    return whole


Connection = tuple[Node, Node]


@dataclass
class Graph:
    """All nodes and connections of a window; `links` are connections over a queue."""

    nodes: dict[Node, Tally] = field(default_factory=lambda: defaultdict(Tally))
    edges: dict[Connection, Tally] = field(default_factory=lambda: defaultdict(Tally))
    links: dict[Connection, Tally] = field(default_factory=lambda: defaultdict(Tally))
    roots: set[Node] = field(default_factory=set)

    def add(self, view: View, requests: Requests, wanted: Flags | None) -> None:
        """Count the requests of one entry as one place sees them; of `wanted` ones only when that is given."""
        for seen in view.seen:
            column = requests.columns[seen.slot.number]
            there = column.present if wanted is None else column.present & wanted
            chosen = np.flatnonzero(there)
            if len(chosen):
                self._add_slot(view, seen, column, requests, chosen)

    def _add_slot(self, view: View, seen: Seen, column: Column, requests: Requests, chosen: Codes) -> None:
        fault, error, throttle = (int(np.count_nonzero(flags[chosen])) for flags in _flags(column))
        counts = (len(chosen), fault, error, throttle)
        seconds = column.outer[chosen]
        times, total = codes_of(seconds), float(seconds.sum())
        self.nodes[seen.service].add(counts, total, times)
        if view.feeds and seen.slot.number == 0:
            self._add_links(view, requests, chosen, counts, total)
        elif seen.caller is not None:
            self.edges[seen.caller, seen.service].add(counts, total, times)
            if seen.slot.number == 0:
                self.nodes[seen.caller].add(counts, total, times)
                self.roots.add(seen.caller)
        if seen.slot.number == 0:
            self.roots.add(seen.service)
        if seen.function is not None:
            self._add_function(seen, seen.function, column, chosen)

    def _add_function(self, seen: Seen, function: Node, column: Column, chosen: Codes) -> None:
        ran = chosen[~column.throttle[chosen]] if column.throttle.any() else chosen
        seconds = column.seconds[ran]
        counts = (len(ran), int(np.count_nonzero(column.fault[ran])), 0, 0)
        if len(ran):
            times, total = codes_of(seconds), float(seconds.sum())
            self.nodes[function].add(counts, total, times)
            self.edges[seen.service, function].add(counts, total, times)

    def _add_links(self, view: View, requests: Requests, chosen: Codes, counts: Counts, total: float) -> None:
        """What came over a queue has no client: its time is that of the wait."""
        for feed in view.feeds:
            tally = self.links[node_of(feed.source), view.seen[0].service]
            tally.add(counts, total, np.zeros(0, dtype=np.int64))
            tally.ages.append(codes_of(requests.waited()[chosen]))


def _flags(column: Column) -> Iterable[Flags]:
    return column.fault, column.error, column.throttle


def codes_of(seconds: Floats) -> Codes:
    """Durations to one percent, in three digits, as whole numbers in order."""
    clipped = np.maximum(seconds, _SHORTEST)
    decades = np.floor(np.log10(clipped))
    digits = clipped / 10.0 ** (decades - 2)
    step = np.where(digits < 200, 2.0, np.where(digits < 500, 5.0, 10.0))
    digits = np.rint(digits / step) * step
    return ((decades + 5) * _DECADE + digits - 100).astype(np.int64)


@cache
def seconds_of(code: int) -> float:
    """The duration that a code stands for."""
    decade, digits = divmod(code, _DECADE)
    return float(f"{digits + 100}e{decade - 7}")


def histogram(times: list[Codes]) -> tuple[list[int], list[int]]:
    """Codes in order and how often each occurs."""
    if not times:
        return [], []
    counted = np.bincount(np.concatenate(times) if len(times) > 1 else times[0])
    used = np.flatnonzero(counted)
    return used.tolist(), counted[used].tolist()


Matching = Callable[[View, Requests], Flags]
"""Which requests a filter expression keeps."""
