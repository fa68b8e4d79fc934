"""Empty bands right across the picture, where no box and no frame stands, are made narrow."""

import math
from collections.abc import Sequence

from dashboard.traces.layout.items import Items
from dashboard.traces.layout.shapes import Gap


def squeezed(items: Items, at: Sequence[int], gap: Gap, over: float) -> list[int]:
    """Heights with each empty band that is taller than `over` made as narrow as two gaps between rows."""
    least = 2 * math.ceil(gap.row)
    cuts: list[tuple[float, int]] = []
    reached = math.inf
    for top, bottom in sorted(_outlines(items, at, gap)):
        if top - reached > over:
            cuts.append((top, math.floor(top - reached) - least))
        reached = max(bottom, reached) if reached < math.inf else bottom
    return [height - sum(cut for top, cut in cuts if height >= top) for height in at]


def _outlines(items: Items, at: Sequence[int], gap: Gap) -> list[tuple[float, float]]:
    """Top and bottom of every box outside of frames, and of every frame."""
    rims: dict[str, list[float]] = {}
    spans: list[tuple[float, float]] = []
    for one in range(items.boxes):
        half = items.height[one] / 2
        outline = (at[one] - half, at[one] + half)
        if items.group[one]:
            rims.setdefault(items.group[one], []).extend(outline)
        else:
            spans.append(outline)
    return spans + [(min(each) - gap.padding - gap.title, max(each) + gap.padding) for each in rims.values()]
