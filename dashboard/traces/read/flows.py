"""Flows of single nodes and edges out of tallies, and sums of flows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.traces.histogram import Buckets, Numbers, summed
from dashboard.traces.read.shape import Flow
from dashboard.traces.read.slices import Place, Total
from dashboard.traces.tally import Tally


class Flows:
    """A tally's items by id."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {pk: position for position, pk in enumerate(self._tally.ids.tolist())}

    @cached_property
    def _counts(self) -> list[list[int]]:
        counts: list[list[int]] = self._tally.counts.tolist()
        return counts

    def __contains__(self, pk: int) -> bool:
        return pk in self._positions

    def ids(self) -> list[int]:
        """Of all items."""
        return list(self._positions)

    def total(self, pk: int) -> int:
        """Requests of an item; none of one that is not there."""
        position = self._positions.get(pk)
        return 0 if position is None else sum(self._counts[position])

    def of(self, pk: int, minutes: float) -> Flow | None:
        """What an item did in so many minutes; None of one that is not there."""
        position = self._positions.get(pk)
        if position is None or not minutes:
            return None
        ok, error, throttle, fault = self._counts[position]
        buckets, numbers = self._tally.times.of(position)
        return Flow(ok, error, throttle, fault, float(self._tally.seconds[position]), minutes, buckets, numbers)

    def ages(self, pk: int) -> tuple[Buckets, Numbers]:
        """How long messages had waited; empty where nothing is known."""
        position = self._positions.get(pk)
        if position is None:
            return summed(np.empty(0, np.int16), np.empty(0, np.uint32))
        return self._tally.ages.of(position)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came in a window, and its items by id."""

    total: Total
    nodes: Flows
    edges: Flows

    def of_node(self, pk: int, place: Place) -> Flow | None:
        """What a node did; the place is whose graph tells of it."""
        return self.nodes.of(pk, self.total.minutes.get(place, 0))

    def of_edge(self, pk: int, place: Place) -> Flow | None:
        """The same of an edge."""
        return self.edges.of(pk, self.total.minutes.get(place, 0))


def figures_of(total: Total) -> Figures:
    """A total with its items by id."""
    return Figures(total, Flows(total.nodes), Flows(total.edges))


def sum_of(flows: Sequence[Flow | None]) -> Flow | None:
    """Several flows as one."""
    there = [flow for flow in flows if flow is not None]
    if len(there) < 2:
        return there[0] if there else None
    buckets, numbers = summed(
        np.concatenate([one.buckets for one in there]), np.concatenate([one.numbers for one in there])
    )
    return Flow(
        ok=sum(one.ok for one in there),
        error=sum(one.error for one in there),
        throttle=sum(one.throttle for one in there),
        fault=sum(one.fault for one in there),
        seconds=sum(one.seconds for one in there),
        minutes=max(one.minutes for one in there),
        buckets=buckets,
        numbers=numbers,
    )
