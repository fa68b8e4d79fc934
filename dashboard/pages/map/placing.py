"""Where boxes and lines stand: computed once for each topology, and close to what the same view showed before."""

import hashlib
from collections.abc import Hashable

from django.core.cache import cache

from dashboard.pages.map.grouping import CLIENT, STACK, Box, Grouped
from dashboard.traces.layout import Box as Outline
from dashboard.traces.layout import Gap, Layout, Line, lay_out

SIZES = {CLIENT: (112.0, 40.0), STACK: (220.0, 76.0)}
SIZE = (192.0, 64.0)
"""Of any other box, in px."""
GAP = Gap(column=88, row=26, lane=8, padding=16, title=24, margin=20, label=(84, 18))
KEPT = 86_400
"""Seconds for which pictures are kept."""


def place(grouped: Grouped, view: Hashable) -> tuple[str, Layout]:
    """The picture's key and its geometry; pictures of one view keep what they have in common in its place."""
    outlines = [_outline(box) for box in sorted(grouped.boxes, key=lambda box: box.id)]
    lines = sorted({(line.source, line.target) for line in grouped.lines})
    key = _hashed("map", view, [(one.id, one.group, one.width) for one in outlines], lines)
    found: Layout | None = cache.get(key)
    if found is not None:
        return key, found
    seen_key = _hashed("map-view", view)
    seen: dict[str, tuple[float, float]] = cache.get(seen_key) or {}
    drawn = lay_out(outlines, [Line(*pair) for pair in lines], previous=seen or None, gap=GAP)
    middles = {one.id: (one.x + one.width / 2, one.y + one.height / 2) for one in drawn.boxes.values()}
    cache.set(seen_key, middles, KEPT)
    cache.set(key, drawn, KEPT)
    return key, drawn


def _outline(box: Box) -> Outline:
    width, height = SIZES.get(box.kind, SIZE)
    return Outline(box.id, width, height, "" if box.frame is None else f"s{box.frame}")


def _hashed(name: str, *parts: object) -> str:
    return f"{name}:{hashlib.blake2s(repr(parts).encode(), digest_size=12).hexdigest()}"
