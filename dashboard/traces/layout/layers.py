"""Which column a box stands in: every line goes right, lines are short, no column is much too tall."""

import math
from collections import Counter
from collections.abc import Sequence

from dashboard.traces.layout.graph import Graph
from dashboard.traces.layout.shapes import Gap

ROUNDS = 8
"""Of tightening; it has settled long before in all graphs seen."""
BEHIND = 2
"""How much more a box wants to stand near its callers than near those it calls: beside what else they call."""
WITHIN = 3
"""How much more a line inside a frame wants to be short, against others: narrow frames."""
SHAPE = 1.5
"""Width over height from which on a picture is wide enough for a screen of 16:9 with its header."""
MOST_SPLIT = 6


def layered(graph: Graph, gap: Gap) -> list[int]:
    """A column for each box of one connected part, counted from 0 without holes."""
    columns = _split(graph, _gathered(graph, _tightened(graph, _longest(graph))), gap)
    used = {column: place for place, column in enumerate(sorted(set(columns)))}
    return [used[column] for column in columns]


def _longest(graph: Graph) -> list[int]:
    """As far left as the callers allow."""
    callers, _ = graph.neighbours()
    layer = [0] * len(graph.boxes)
    for one in graph.in_flow():
        layer[one] = max((layer[caller] + 1 for caller in callers[one]), default=0)
    return layer


def _tightened(graph: Graph, layer: list[int]) -> list[int]:
    """Move boxes right where that makes lines shorter. Entries stay at the left unless their frame is further right."""
    callers, called = graph.neighbours()
    framed = {graph.boxes[target].group for _, target in graph.lines}
    order = graph.in_flow()

    def pull(one: int) -> int:
        away = sum(_weight(graph, one, other) for other in called[one])
        return away - BEHIND * sum(_weight(graph, one, other) for other in callers[one])

    movable = [
        one
        for one in reversed(order)
        if called[one] and (callers[one] or (graph.boxes[one].group and graph.boxes[one].group in framed))
    ]
    force = {one: pull(one) for one in movable}
    for _ in range(ROUNDS):
        before = list(layer)
        for one in movable:
            if force[one] > 0:
                layer[one] = min(layer[other] for other in called[one]) - 1
            elif force[one] < 0:
                layer[one] = max((layer[other] for other in callers[one]), default=-1) + 1
        if layer == before:
            break
    return layer


def _gathered(graph: Graph, layer: list[int]) -> list[int]:
    """Move what has no lines to the others of its frame: to the column of the frame that has the fewest."""
    touched = {end for pair in graph.lines for end in pair}
    number: dict[str, Counter[int]] = {}
    for one in sorted(touched):
        number.setdefault(graph.boxes[one].group, Counter())[layer[one]] += 1
    for one, box in enumerate(graph.boxes):
        if one not in touched and (there := number.get(box.group)):
            layer[one] = min(there, key=lambda place: (there[place], -place))
            there[layer[one]] += 1
    return layer


def _weight(graph: Graph, one: int, other: int) -> int:
    group = graph.boxes[one].group
    return WITHIN if group and group == graph.boxes[other].group else 1


def _split(graph: Graph, layer: Sequence[int], gap: Gap) -> list[int]:
    """Spread layers that are too tall over several columns each, until the picture has a useful shape."""
    members: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    _, called = graph.neighbours()
    # What calls nobody stands left in a layer that is split, so that lines onwards stay short.
    for one in sorted(range(len(layer)), key=lambda one: (bool(called[one]), one)):
        members[layer[one]].append(one)
    tall = [sum(graph.boxes[one].height + gap.row for one in those) for those in members]
    wide = [max((graph.boxes[one].width for one in those), default=0) + gap.column for those in members]
    for cut in range(1, MOST_SPLIT + 1):
        limit = max(tall) / cut
        pieces = [
            max(1, min(math.ceil(height / limit), len(those))) for height, those in zip(tall, members, strict=True)
        ]
        if sum(width * number for width, number in zip(wide, pieces, strict=True)) >= SHAPE * limit:
            break
    columns = [0] * len(layer)
    start = 0
    for those, number in zip(members, pieces, strict=True):
        for one, piece in _dealt(graph, those, number):
            columns[one] = start + piece
        start += number
    return columns


def _dealt(graph: Graph, those: Sequence[int], number: int) -> list[tuple[int, int]]:
    """Boxes of a layer with their column among `number`; those of one frame, or of one caller, spread evenly."""
    callers, _ = graph.neighbours()
    together: dict[tuple[str, int], list[int]] = {}
    for one in those:
        group = graph.boxes[one].group
        together.setdefault((group, -1 if group else min(callers[one], default=-1)), []).append(one)
    dealt: list[tuple[int, int]] = []
    for key in sorted(together):
        each = together[key]
        start = len(dealt) if len(each) < number else 0
        dealt.extend((one, (start + place * number // len(each)) % number) for place, one in enumerate(each))
    return dealt
