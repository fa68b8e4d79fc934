"""The rectangles around the members of groups."""

from collections.abc import Iterable, Mapping

from dashboard.traces.layout.shapes import Box, Frame, Gap, Placed


def framed(boxes: Iterable[Box], placed: Mapping[str, Placed], gap: Gap) -> dict[str, Frame]:
    """The frame of each group, with room for its title."""
    members: dict[str, list[Placed]] = {}
    for box in boxes:
        if box.group:
            members.setdefault(box.group, []).append(placed[box.id])
    return {group: _around(group, members[group], gap) for group in sorted(members)}


def _around(group: str, members: list[Placed], gap: Gap) -> Frame:
    left = min(one.x for one in members) - gap.padding
    top = min(one.y for one in members) - gap.padding - gap.title
    right = max(one.x + one.width for one in members) + gap.padding
    bottom = max(one.y + one.height for one in members) + gap.padding
    return Frame(group, left, top, right - left, bottom - top)
