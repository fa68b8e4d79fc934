"""The picture as the browser draws it: boxes, lines and frames with their places, colours and words."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dashboard.catalog import all_services
from dashboard.pages.map.costing import Burns, burn_of, cost_level, facts_of_cost, say_cost
from dashboard.pages.map.grouping import CLIENT, HIDDEN, STACK, Box, Grouped, Line
from dashboard.pages.map.judging import change_level, latency_level, tone_of, width_of
from dashboard.pages.map.labelling import places
from dashboard.pages.map.words import (
    Facts,
    face_of,
    facts_of_box,
    facts_of_line,
    label_of,
    name_of,
    noun_of,
    rate,
    say_box,
    say_coverage,
    trouble_in,
    under_name,
)
from dashboard.traces.layout import Layout
from dashboard.traces.layout.shapes import Point
from dashboard.traces.read.shape import Flow, Waiting

Drawn = dict[str, Any]
BETWEEN = frozenset({"sqs", "sns", "eventbridge", "kinesis", "firehose"})
"""Services that hand messages on: drawn as pipes."""
UNPRICED = frozenset({CLIENT, HIDDEN, "remote"})
"""What AWS doesn't bill, or what isn't the user's to see."""
OWN_ICONS = {CLIENT: "ui#user", HIDDEN: "ui#lock", "remote": "ui#globe", STACK: "services#stack"}


def draw(
    grouped: Grouped, layout: Layout, colour: str, *, found_only: bool, burns: Burns = MappingProxyType({})
) -> Drawn:
    """Everything with its place.

    `found_only`: what the find expression does not hold for is dimmed. `burns`: what resources cost, for colour 'cost'.
    """
    waiting = waits_of(grouped.lines)
    routes = {(route.source, route.target): route for route in layout.routes}
    boxes = []
    for box in sorted(grouped.boxes, key=lambda one: _reading_order(layout, one)):
        placed = layout.boxes[box.id]
        place = {"x": _short(placed.x), "y": _short(placed.y), "w": placed.width, "h": placed.height}
        dim = found_only and not box.found
        drawn = _box(box, waiting.get(box.id), grouped, colour)
        if colour == "cost":
            drawn |= _cost_of(box, burns, drawn.get("facts", []))
        boxes.append(drawn | place | ({"dim": True} if dim else {}))
    lines = []
    loud = places(layout, [(line.source, line.target) for line in grouped.lines if label_of(line)])
    for line in grouped.lines:
        route = routes[line.source, line.target]
        x, y = loud.get((line.source, line.target), route.label)
        lines.append(_line(line, colour) | {"d": path_of(route.path), "at": [_short(x), _short(y)]})
    return {
        "width": _short(layout.width),
        "height": _short(layout.height),
        "boxes": boxes,
        "lines": lines,
        "frames": _frames(grouped, layout),
    }


def _reading_order(layout: Layout, box: Box) -> tuple[float, float]:
    """From left to right, then down: the order of Tab, and of a screen reader."""
    return layout.boxes[box.id].x, layout.boxes[box.id].y


def _short(value: float) -> float:
    return round(value, 1)


def waits_of(lines: Sequence[Line]) -> Mapping[str, Waiting]:
    """The longest that messages wait, by the box that they wait in."""
    found: dict[str, Waiting] = {}
    for line in lines:
        if line.waiting and (line.source not in found or found[line.source].worst < line.waiting.worst):
            found[line.source] = line.waiting
    return found


def path_of(points: Sequence[Point]) -> str:
    """A chain of cubic Béziers as SVG writes it."""
    start, *rest = (f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points)
    curves = (" ".join(rest[step : step + 3]) for step in range(0, len(rest), 3))
    return f"M{start}" + "".join(f"C{curve}" for curve in curves)


def _box(box: Box, waiting: Waiting | None, grouped: Grouped, colour: str) -> Drawn:
    stack = box.first.stack_id
    pipe = box.kind != STACK and box.first.service in BETWEEN
    coverage = grouped.coverage.get(stack) if stack is not None else None
    drawn = {
        "id": box.id,
        "kind": box.kind,
        "shape": "pipe" if pipe else "card",
        "icon": icon_of(box),
        "noun": noun_of(box),
        "name": name_of(box),
        "under": under_name(box, coverage),
        "face": face_of(box, waiting if pipe else None, change=colour == "change"),
        "trouble": trouble_in(box),
        "tone": box.tone,
        "shade": shade_of(box.flow, box.before, box.tone, colour),
        "ring": ring_of(box.flow),
        "entry": box.entry,
        "found": box.found,
        "stack": stack,
        "said": say_box(box, waiting, coverage),
        "facts": facts_of_box(box, waiting),
    }
    return {key: value for key, value in drawn.items() if value not in (None, "", False, [])}


def _cost_of(box: Box, burns: Burns, facts: Facts) -> Drawn:
    """What replaces the face and the shade when the colour is that of cost; nothing of what isn't priced at all."""
    burn = burn_of(box, burns)
    if burn is None and box.kind in UNPRICED:
        return {"shade": "unknown"}
    told = [facts_of_cost(burn)] if burn else []
    return {"face": say_cost(burn), "shade": cost_level(burn) or "unknown", "facts": [*told, *facts]}


def icon_of(box: Box) -> str:
    """A symbol of one of the two sprites."""
    if box.kind in (CLIENT, HIDDEN, STACK):
        return OWN_ICONS[box.kind]
    service = all_services().get(box.first.service)
    return f"services#{service.icon}" if service else OWN_ICONS.get(box.kind, "services#other")


def ring_of(flow: Flow | None) -> list[float] | None:
    """Shares of ok, error, throttle and fault; None without requests."""
    if flow is None or not flow.total:
        return None
    return [round(number / flow.total, 4) for number in (flow.ok, flow.error, flow.throttle, flow.fault)]


def shade_of(flow: Flow | None, before: Flow | None, tone: str, colour: str) -> str:
    """The class that says the colour."""
    if colour == "latency":
        return f"level-{latency_level(flow)}"
    if colour == "change":
        return change_level(flow, before) or "unknown"
    return "unknown" if colour == "cost" else tone


def _line(line: Line, colour: str) -> Drawn:
    tone = tone_of(line.flow)
    drawn = {
        "id": line.id,
        "source": line.source,
        "target": line.target,
        "width": width_of(line.flow.per_minute if line.flow else None),
        "dashed": not line.traced,
        "tone": tone,
        "shade": shade_of(line.flow, line.before, tone, colour),
        "label": label_of(line),
        "rate": rate(line.flow) if line.flow and line.flow.total else "",
        "facts": facts_of_line(line),
    }
    return {key: value for key, value in drawn.items() if value not in (None, "", False, [])}


def _frames(grouped: Grouped, layout: Layout) -> list[Drawn]:
    frames = []
    for stack, name in sorted(grouped.opened.items(), key=lambda one: (one[1], one[0])):
        frame = layout.frames.get(f"s{stack}")
        if frame is None:
            continue
        place = {"x": _short(frame.x), "y": _short(frame.y), "w": _short(frame.width), "h": _short(frame.height)}
        frames.append({"stack": stack, "name": name, "said": say_coverage(grouped.coverage.get(stack))} | place)
    return frames
