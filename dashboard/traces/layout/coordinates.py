"""How high everything stands in a first picture: lines as straight as they can be, frames and gaps small."""

import numpy as np

from dashboard.traces.layout.items import Items
from dashboard.traces.layout.ordering import Order
from dashboard.traces.layout.rules import compact, rules, settled
from dashboard.traces.layout.shapes import Gap
from dashboard.traces.layout.squeezing import squeezed
from dashboard.traces.layout.straightening import straightened

ROUNDS = 30
OUTSIDE = 0.03
"""How much less a line wants so that leaves or enters a frame: frames stay small."""
STRAIGHT = (1, 3, 8)
"""How much a piece of a line wants to be level: between boxes, at a box, in the middle of a long line."""


def heights(items: Items, order: Order, gap: Gap) -> list[int]:
    """The middle of every item, for a picture that nobody has seen before."""
    given = rules(items, order, gap)
    at = compact(given, len(items.column))
    if not items.segments:
        return at
    ends = np.array(items.segments)
    thin = (ends >= items.boxes).sum(axis=1)
    weight = np.array(STRAIGHT, float)[thin]
    weight[[items.group[one] != items.group[other] for one, other in items.segments]] *= OUTSIDE
    both = np.concatenate((ends[:, 0], ends[:, 1]))
    others = np.concatenate((ends[:, 1], ends[:, 0]))
    weights = np.concatenate((weight, weight))
    total = np.bincount(both, weights, len(at))
    alone = total == 0
    total[alone] = 1
    for _ in range(ROUNDS):
        now = np.array(at, float)
        pulled = np.bincount(both, weights * now[others], len(at)) / total
        at = settled(np.where(alone, now, (now + pulled) / 2).tolist(), given)
    return squeezed(items, straightened(items, order, at, given, gap), gap, 2 * gap.row)
