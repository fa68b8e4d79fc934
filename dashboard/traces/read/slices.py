"""Stored spans of the service graph, added up for windows: two queries for any number of windows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from dashboard.core.windows import Window
from dashboard.traces.cover import cover
from dashboard.traces.models import GraphSlice
from dashboard.traces.spans import MINUTE
from dashboard.traces.tally import Tally, add_up, unpack

Place = tuple[int, str]
"""Primary key of an account, and a region."""
Packed = bytes | memoryview
Listed = tuple[int, int, str, int, int]
"""Id, account, region, period and start of a slice."""


@dataclass(frozen=True, slots=True)
class Total:
    """What came in a window."""

    nodes: Tally
    edges: Tally
    minutes: Mapping[Place, float]
    """How many were collected, by place."""
    newest_at: datetime | None
    """End of the newest span."""
    read: Sequence[int]
    """Ids of the slices that were added up."""


def totals(windows: Sequence[Window], group: str = "") -> list[Total]:
    """The sum over each window, of all accounts and regions."""
    listed = slices_of(windows, group)
    chosen = [_chosen(window, listed) for window in windows]
    packed = packed_slices({one[0] for some in chosen for one in some})
    return [_total(some, packed) for some in chosen]


def slices_of(windows: Sequence[Window], group: str, **place: object) -> list[Listed]:
    """Slices that touch any of the windows, without what is in them; in order of their ids."""
    inside = Q()
    for window in windows:
        start, end = range_of(window)
        inside |= Q(at__gte=start, at__lt=end)
    rows = GraphSlice.objects.filter(inside, group=group, **place).order_by("pk")
    return list(rows.values_list("pk", "account_id", "region", "period", "at"))


def range_of(window: Window) -> tuple[int, int]:
    """A window's Unix times, to whole minutes inside it."""
    start, end = window.start.timestamp(), window.end.timestamp()
    return int(-(-start // MINUTE) * MINUTE), int(end // MINUTE * MINUTE)


def _chosen(window: Window, listed: Sequence[Listed]) -> list[Listed]:
    """Slices that cover a window, of each place."""
    places: dict[Place, list[Listed]] = defaultdict(list)
    for one in listed:
        places[one[1], one[2]].append(one)
    return [one for some in places.values() for one in covering(window, some)]


def covering(window: Window, listed: Sequence[Listed], longest: int | None = None) -> list[Listed]:
    """Slices of one place that cover a window as far as there are any; none longer than `longest` seconds."""
    by_span = {(one[3], one[4]): one for one in listed if longest is None or one[3] <= longest}
    held: dict[int, list[int]] = defaultdict(list)
    for period, at in by_span:
        held[period].append(at)
    return [by_span[span] for span in cover(*range_of(window), held)]


def packed_slices(ids: set[int]) -> dict[int, tuple[Packed, Packed]]:
    """Nodes and edges of slices, still packed."""
    rows = GraphSlice.objects.filter(pk__in=ids).values_list("pk", "nodes", "edges")
    return {pk: (nodes, edges) for pk, nodes, edges in rows}


def _total(chosen: Sequence[Listed], packed: Mapping[int, tuple[Packed, Packed]]) -> Total:
    minutes: dict[Place, float] = defaultdict(float)
    for _, account, region, period, _ in chosen:
        minutes[account, region] += period / MINUTE
    newest = max((period + at for _, _, _, period, at in chosen), default=None)
    return Total(
        nodes=add_up([unpack(packed[one[0]][0]) for one in chosen]),
        edges=add_up([unpack(packed[one[0]][1]) for one in chosen]),
        minutes=minutes,
        newest_at=None if newest is None else datetime.fromtimestamp(newest, UTC),
        read=sorted(one[0] for one in chosen),
    )
