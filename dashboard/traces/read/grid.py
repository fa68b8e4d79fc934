"""Many nodes or connections at once, on slots of five minutes: what thresholds and objectives are judged by."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from dashboard.traces.cover import finest
from dashboard.traces.models import GraphSlice
from dashboard.traces.pieces import SLOT, Piece, Slots, on_slots
from dashboard.traces.read.history import Item
from dashboard.traces.read.slices import Listed, Place, packed_slices
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES
from dashboard.traces.tally import Tally, unpack

MINUTES_FOR, TENS_FOR = 6 * HOUR, 72 * HOUR
"""Farther back than this before the end, minutes and tens are not looked at: a month of minutes is too much to read."""
AT_ONCE = 200
"""Slices that are unpacked before their bytes are let go."""


def slots_of(side: int, items: Sequence[Item], start: int, end: int) -> dict[int, Slots]:
    """By id of each item, its figures in [start, end), multiples of SLOT; two queries for each account and region.

    `side` is OF_NODES or OF_EDGES.
    """
    by_place: dict[Place, list[int]] = defaultdict(list)
    for item in items:
        by_place[item.place].append(item.pk)
    size = (end - start) // SLOT
    return {
        pk: on_slots(pieces, start, size)
        for place, ids in by_place.items()
        for pk, pieces in _pieces(side, place, ids, start, end).items()
    }


def _pieces(side: int, place: Place, ids: Sequence[int], start: int, end: int) -> dict[int, list[Piece]]:
    chosen = _chosen(place, start, end)
    found: dict[int, list[Piece]] = {pk: [] for pk in ids}
    for first in range(0, len(chosen), AT_ONCE):
        some = chosen[first : first + AT_ONCE]
        packed = packed_slices({one[0] for one in some})
        for pk, _, _, period, at in some:
            if pk in packed:  # it may have expired since it was listed
                tally = unpack(packed[pk][side])
                for item, pieces in found.items():
                    pieces.append(_piece(tally, item, period, at))
    return found


def _chosen(place: Place, start: int, end: int) -> list[Listed]:
    """The finest slices that there are, no finer than is worth reading; in order of time."""
    account, region = place
    rows = GraphSlice.objects.filter(account=account, region=region, group="", at__gte=start - HOUR, at__lt=end)
    rows = rows.filter(period__in=(MINUTE, TEN_MINUTES, HOUR)).order_by("at", "period")
    oldest = {MINUTE: end - MINUTES_FOR, TEN_MINUTES: end - TENS_FOR, HOUR: 0}
    listed = rows.values_list("pk", "account_id", "region", "period", "at")
    by_span = {(one[3], one[4]): one for one in listed if one[4] >= oldest[one[3]]}
    held: dict[int, list[int]] = {HOUR: [], TEN_MINUTES: [], MINUTE: []}
    for period, at in by_span:
        held[period].append(at)
    return [by_span[span] for span in finest(start, end, held)]


def _piece(tally: Tally, item: int, period: int, at: int) -> Piece:
    """What a slice has of an item: nothing, too, is told."""
    position = int(np.searchsorted(tally.ids, item))
    if position >= len(tally.ids) or tally.ids[position] != item:
        return Piece(period, at, (0, 0, 0, 0), np.empty(0, np.int16), np.empty(0, np.uint32))
    ok, error, throttle, fault = tally.counts[position].tolist()
    return Piece(period, at, (ok, error, throttle, fault), *tally.times.of(position))
