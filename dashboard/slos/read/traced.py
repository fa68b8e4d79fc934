"""Which traced requests were within an objective's time, from the histograms of the service graph."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from dashboard.slos.counts import Counts, counts_of, nothing_known
from dashboard.slos.models import Slo
from dashboard.traces.models import Node
from dashboard.traces.pieces import Slots
from dashboard.traces.read.grid import slots_of
from dashboard.traces.read.history import OF_NODES, Item

CLIENT = "client"
"""X-Ray's type of the node from which requests come."""


def nodes_of(slos: Sequence[Slo]) -> dict[int, list[Item]]:
    """Nodes that tell of each objective, by its `id()`: of a resource all, of a stack or an account its entry points.

    An objective of one node on its own has none, and is told by nothing.
    """
    resources = {one.resource_id for one in slos if one.resource_id}
    rows = Node.objects.filter(resource__isnull=False).values_list(
        "pk", "account_id", "region", "resource_id", "resource__stack_id", "resource__stack__account_id"
    )
    entries = rows.filter(edges_in__source__type=CLIENT).distinct().order_by("pk")
    of_resource: dict[int, list[Item]] = defaultdict(list)
    of_stack: dict[int, list[Item]] = defaultdict(list)
    of_account: dict[int, list[Item]] = defaultdict(list)
    for pk, account, region, resource_id, *_ in rows.filter(resource__in=resources).order_by("pk") if resources else ():
        of_resource[resource_id or 0].append(Item(pk, (account, region)))
    for pk, account, region, _, stack_id, owner in entries if any(not one.resource_id for one in slos) else ():
        of_stack[stack_id or 0].append(Item(pk, (account, region)))
        of_account[owner or 0].append(Item(pk, (account, region)))
    return {
        id(one): of_resource[one.resource_id]
        if one.resource_id
        else of_stack[one.stack_id]
        if one.stack_id
        else of_account[one.account_id]
        for one in slos
    }


def traced(slos: Sequence[Slo], start: int, end: int) -> dict[int, Counts]:
    """Counts by `id()` of the objective, which may not be saved."""
    if not slos:
        return {}
    items = nodes_of(slos)
    every = list({item for several in items.values() for item in several})
    slots = slots_of(OF_NODES, every, start, end)
    return {id(one): _counts(one, [slots[item.pk] for item in items[id(one)]], start, end) for one in slos}


def _counts(slo: Slo, told: Sequence[Slots], start: int, end: int) -> Counts:
    """Of a resource's nodes the one that saw most tells: the others are the same requests seen from another side."""
    if not told:
        return nothing_known(start, end)
    chosen = [max(told, key=lambda one: float(np.nansum(one.requests)))] if slo.resource_id else list(told)
    requests, within = (
        np.stack([one.requests for one in chosen]),
        np.stack([one.within(slo.target or 0) for one in chosen]),
    )
    unknown = np.isnan(requests).all(axis=0)
    total = np.where(unknown, np.nan, np.nansum(requests, axis=0))
    return counts_of(start, total, total - np.nansum(within, axis=0))
