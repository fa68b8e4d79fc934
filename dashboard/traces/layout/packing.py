"""A first picture: each connected part by itself, then the parts beside and below one another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.traces.layout.coordinates import heights
from dashboard.traces.layout.graph import Graph, Pair, parts
from dashboard.traces.layout.items import items_of
from dashboard.traces.layout.layers import layered
from dashboard.traces.layout.ordering import ordered
from dashboard.traces.layout.shapes import Gap

SCREEN = 16 / 9


@dataclass(slots=True)
class Spots:
    """Where the boxes stand: column and middle of each, and the middle of each column."""

    columns: list[int]
    middles: list[int]
    across: list[int]


@dataclass(frozen=True, slots=True)
class Block:
    """A part that is laid out: who, in which column, how high, from 0 at its top."""

    members: Sequence[int]
    columns: Sequence[int]
    middles: Sequence[int]
    height: int

    @property
    def width(self) -> int:
        """In columns."""
        return max(self.columns) + 1


def first_spots(graph: Graph, back: Sequence[Pair], gap: Gap) -> Spots:
    """Spots of a graph that nobody has seen before."""
    touched = {end for pair in [*graph.lines, *back] for end in pair}
    found = parts(graph, back)
    alone = [part[0] for part in found if len(part) == 1 and not graph.boxes[part[0]].group and part[0] not in touched]
    blocks = [_block(graph, part, gap) for part in found if part[0] not in alone]
    wide = max([block.width for block in blocks] + [_columns_for(graph, blocks, alone, gap)])
    shelves = _shelves(blocks, wide) + ([[_grid(graph, alone, wide, gap)]] if alone else [])
    columns, middles = _stacked(shelves, gap, len(graph.boxes))
    return Spots(columns, middles, across(graph, columns, [None] * (max(columns) + 1), gap))


def across(graph: Graph, columns: Sequence[int], wanted: Sequence[float | None], gap: Gap) -> list[int]:
    """Middles of the columns from left to right: where they are wanted, or further right."""
    width = [0.0] * len(wanted)
    for box, column in zip(graph.boxes, columns, strict=True):
        width[column] = max(width[column], box.width)
    found: list[int] = []
    for column, want in enumerate(wanted):
        least = found[-1] + math.ceil((width[column - 1] + width[column]) / 2 + gap.column) if column else -math.inf
        found.append(round(max(least, want if want is not None else max(least, 0))))
    return found


def _block(graph: Graph, part: Sequence[int], gap: Gap) -> Block:
    """Lay out one part."""
    own = graph.part(part)
    columns = layered(own, gap)
    items = items_of(own, columns, gap, passing=True)
    order = ordered(items)
    return _from_zero(graph, part, columns, heights(items, order, gap)[: len(part)], gap)


def _from_zero(graph: Graph, part: Sequence[int], columns: Sequence[int], middles: Sequence[int], gap: Gap) -> Block:
    """A block with its top at 0, frames included."""
    tops, bottoms = [], []
    for one, middle in zip(part, middles, strict=True):
        box = graph.boxes[one]
        tops.append(middle - box.height / 2 - (gap.padding + gap.title if box.group else 0))
        bottoms.append(middle + box.height / 2 + (gap.padding if box.group else 0))
    top = math.floor(min(tops))
    return Block(part, columns, [middle - top for middle in middles], math.ceil(max(bottoms) - top))


def _columns_for(graph: Graph, blocks: Sequence[Block], alone: Sequence[int], gap: Gap) -> int:
    """Columns of a picture with about the shape of a screen, if its boxes filled it."""
    wide = max(box.width for box in graph.boxes) + gap.column
    tall = max(box.height for box in graph.boxes) + gap.row
    area = sum(block.width * wide * (block.height + gap.row) for block in blocks) + len(alone) * wide * tall
    return math.ceil(math.sqrt(area * SCREEN) / wide)


def _grid(graph: Graph, alone: Sequence[int], wide: int, gap: Gap) -> Block:
    """Boxes without lines in rows, as many columns as the picture has."""
    tall = max(graph.boxes[one].height for one in alone) + gap.row
    columns = [place % wide for place in range(len(alone))]
    middles = [math.ceil(tall) * (place // wide) for place in range(len(alone))]
    return _from_zero(graph, alone, columns, middles, gap)


def _shelves(blocks: Sequence[Block], wide: int) -> list[list[Block]]:
    """Blocks side by side, as many as fit."""
    shelves: list[list[Block]] = []
    left = wide
    for block in blocks:
        if left + block.width > wide:
            shelves.append([])
            left = 0
        shelves[-1].append(block)
        left += block.width
    return shelves


def _stacked(shelves: Sequence[Sequence[Block]], gap: Gap, count: int) -> tuple[list[int], list[int]]:
    """Columns and middles of all boxes, shelves below one another."""
    columns, middles = [0] * count, [0] * count
    top = 0
    for shelf in shelves:
        left = 0
        for block in shelf:
            for one, column, middle in zip(block.members, block.columns, block.middles, strict=True):
                columns[one], middles[one] = left + column, top + middle
            left += block.width
        top += max(block.height for block in shelf) + math.ceil(2 * gap.row)
    return columns, middles
