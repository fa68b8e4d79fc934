"""Everything that was traced: entries, what each region sees of them, and their requests by window or by id."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.demo.world.noise import Noise
from dashboard.demo.world.plan import Plan
from dashboard.demo.world.tracing.chance import Flags
from dashboard.demo.world.tracing.graph import Graph, Matching
from dashboard.demo.world.tracing.ids import read_id
from dashboard.demo.world.tracing.places import Place
from dashboard.demo.world.tracing.requests import Requests, one_request, requests_of
from dashboard.demo.world.tracing.tables import SPAN, Tables, entries_of
from dashboard.demo.world.tracing.views import View, views_of


@dataclass(frozen=True)
class Found:
    """One request and the eyes it is seen with."""

    view: View
    requests: Requests
    position: int = 0


class Traces:
    """The traced side of the world."""

    def __init__(self, plan: Plan, noise: Noise, origin: int, seed: int) -> None:
        self.entries = entries_of(plan, seed, origin)
        self.tables = Tables(plan, noise, origin)
        self._views = views_of(self.entries)

    def views(self, place: Place) -> list[View]:
        """What a region sees."""
        return self._views.get(place, [])

    def requests(self, view: View, start: float, end: float) -> Iterator[tuple[Requests, Flags | None]]:
        """Requests that began in [start, end) Unix seconds, span by span; flags say which of a cut minute are in."""
        first, last = int(start // 60), int(-(-end // 60))
        for begin in range(first - first % SPAN, last, SPAN):
            found = requests_of(view.entry, self.tables, max(begin, first), min(begin + SPAN, last))
            if not len(found):
                continue
            inside = None
            if start % 60 or end % 60:
                started = found.started()
                inside = (started >= start) & (started < end)
            here = found.columns[view.root.number].present
            if not view.complete:
                inside = here if inside is None else inside & here
            yield found, inside

    def graph(self, place: Place, start: float, end: float, matching: Matching | None = None) -> Graph:
        """The service graph of a window."""
        graph = Graph()
        for view in self.views(place):
            for requests, inside in self.requests(view, start, end):
                wanted = inside
                if matching is not None:
                    kept = matching(view, requests)
                    wanted = kept if inside is None else kept & inside
                graph.add(view, requests, wanted)
        return graph

    def find(self, place: Place, trace_id: str) -> Found | None:
        """The request with that id, if it was traced and this region saw some of it."""
        read = read_id(trace_id)
        if read is None:
            return None
        minute, entry, number, request = read
        view = next((one for one in self.views(place) if one.entry.number == entry), None)
        if view is None:
            return None
        requests = one_request(view.entry, self.tables, minute, number)
        if requests is None or requests.hashes[0] != np.uint64(request):
            return None
        return Found(view, requests) if requests.columns[view.root.number].present[0] else None
