"""Pages of a window's traces: each page looks at so many of them, in order of time."""

import itertools

import numpy as np

from dashboard.demo.world.tracing.chance import Codes, Flags, told_apart, uniform
from dashboard.demo.world.tracing.graph import Matching
from dashboard.demo.world.tracing.places import Place
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.summaries import Summaries, Summary
from dashboard.demo.world.tracing.tables import SPAN
from dashboard.demo.world.tracing.traces import Traces

_SCANNED = 1000
"""Traces that a page looks at, about: pages end with a minute."""
_EMPTY = 1
"""The page of a long answer that comes back empty although more follow."""
_SAMPLED = 530


class Scan:
    """A window of one region's traces; `share` below 1 looks at a random sample of them."""

    def __init__(
        self,
        traces: Traces,
        place: Place,
        window: tuple[float, float],
        *,
        matching: Matching | None = None,
        share: float = 1.0,
        now: float = float("inf"),
    ) -> None:
        self._traces, self._place, self._matching, self._share, self._now = traces, place, matching, share, now
        self._pages = self._cut(*window) if window[0] < window[1] else []

    def page(self, number: int) -> tuple[list[Summary], int, bool]:
        """Matching traces of a page, how many were looked at, and whether more pages follow."""
        if number >= len(self._pages):
            return [], 0, False
        found: list[Summary] = []
        processed = 0
        for view in self._traces.views(self._place):
            for requests, inside in self._traces.requests(view, *self._pages[number]):
                looked = self._looked_at(requests, inside)
                processed += int(np.count_nonzero(looked))
                wanted = looked if self._matching is None else looked & self._matching(view, requests)
                positions = np.flatnonzero(wanted).tolist()
                if positions:
                    summaries = Summaries(view, requests, self._now)
                    found += [summaries.at(position) for position in positions]
        found.sort(key=lambda summary: (summary["StartTime"], summary["Id"]))
        return found, processed, number + 1 < len(self._pages)

    def _looked_at(self, requests: Requests, inside: Flags | None) -> Flags:
        looked = np.ones(len(requests), dtype=np.bool_) if inside is None else inside
        if self._share < 1.0:
            looked = looked & (uniform(told_apart(requests.hashes, _SAMPLED), 0) < self._share)
        return looked

    def _cut(self, start: float, end: float) -> list[tuple[float, float]]:
        """Windows of the pages; a long answer has an empty one among them."""
        first, last = int(start // 60), int(-(-end // 60))
        reached = np.cumsum(self._counts(first, last)) * self._share
        ends = np.flatnonzero(np.diff(reached // _SCANNED, append=np.inf) > 0)
        minutes = [first, *(int(one) + first + 1 for one in ends)]
        pages = [(max(begun * 60.0, start), min(ended * 60.0, end)) for begun, ended in itertools.pairwise(minutes)]
        if len(pages) > _EMPTY + 1:
            pages.insert(_EMPTY, (start, start))
        return pages

    def _counts(self, first: int, last: int) -> Codes:
        total = np.zeros(last - first, dtype=np.int64)
        for view in self._traces.views(self._place):
            for span in range(first // SPAN, (last - 1) // SPAN + 1):
                begun, ended = max(span * SPAN, first), min(span * SPAN + SPAN, last)
                counts = self._traces.tables.of(view.entry, span).count
                total[begun - first : ended - first] += counts[begun - span * SPAN : ended - span * SPAN]
        return total
