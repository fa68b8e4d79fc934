"""What boxes and lines of the map say: on their faces, on hover, and to screen readers."""

from collections.abc import Iterable

from dashboard.catalog import all_services
from dashboard.core.units import Unit, format_value
from dashboard.pages.map.grouping import CLIENT, HIDDEN, STACK, Box, Line
from dashboard.pages.map.judging import change_level, failing, growth, trouble_of
from dashboard.traces.read.shape import Coverage, Flow, MapNode, Waiting

Facts = list[tuple[str, str]]
"""Label and value, in the order in which they are read."""
UNTRACED = "untraced"
KINDS = {CLIENT: "Clients of", "remote": "Remote host"}
STATES = {"critical": "unhealthy", "warning": "degraded"}
RELATIONS = {
    "event_source_mapping": "event source mapping",
    "dead_letter": "dead-letter queue",
    "reference": "reference in the template",
}
"""Those whose key is not said as it is."""


def rate(flow: Flow | None) -> str:
    """'312 /min'."""
    return f"{format_value(flow.per_minute, Unit.COUNT)} /min" if flow else ""


def seconds(value: float | None) -> str:
    """'2.4 s': two figures on the picture, because more of them cannot be told apart."""
    return format_value(None if value is None else float(f"{value:.2g}"), Unit.SECONDS)


def noun_of(box: Box) -> str:
    """'Lambda function', 'Remote host', 'Stack'."""
    return "Stack" if box.kind == STACK else noun_of_node(box.first)


def noun_of_node(node: MapNode) -> str:
    """What a node is."""
    if node.hidden or node.kind in KINDS:
        return "Resource of another team" if node.hidden else KINDS[node.kind]
    service = all_services().get(node.service)
    return service.noun if service else node.type or "Node"


def name_of(box: Box) -> str:
    """What stands in the box."""
    if box.kind == STACK:
        return box.first.stack_name
    return {HIDDEN: "Another team’s", CLIENT: "Clients"}.get(box.kind, box.first.name)


def face_of(box: Box, waiting: Waiting | None, *, change: bool) -> str:
    """The line of figures in the box."""
    waits = f"waits {seconds(waiting.worst)}" if waiting else ""
    if box.kind in (HIDDEN, UNTRACED):
        return "not yours to see" if box.kind == HIDDEN else " · ".join(filter(None, ("not traced", waits)))
    if change:
        return say_change(box.flow, box.before)
    if box.flow is None or not box.flow.total:
        return "no requests"
    if box.kind == CLIENT:
        return rate(box.flow)
    return f"{rate(box.flow)} · {waits or f'p95 {seconds(box.flow.percentiles()[2])}'}"


def under_name(box: Box, coverage: Coverage | None) -> str:
    """What a collapsed stack says of itself; blank for nodes."""
    if box.kind != STACK:
        return ""
    share = None if coverage is None else coverage.share
    traced = "" if share is None else f" · {format_value(round(share, 2), Unit.SHARE)} traced"
    return f"{len(box.members)} resources{traced}"


def trouble_in(box: Box) -> str:
    """What is bad about the box, in few words; of a stack, where."""
    if box.kind == CLIENT:
        return ""
    own = trouble_of(box.flow) or STATES.get(box.first.state if box.kind != STACK else "", "")
    if box.kind != STACK or box.tone not in STATES:
        return own
    guilty = sum(node.state in STATES or bool(trouble_of(node.flow)) for node in box.members)
    return own or f"{guilty} of {len(box.members)} {STATES[box.tone]}"


def say_change(flow: Flow | None, before: Flow | None) -> str:
    """'+40 % · p95 +120 %'."""
    level = change_level(flow, before)
    if level in ("new", "gone", ""):
        return {"new": "new", "gone": "no requests any more"}.get(level, "no requests")
    if flow is None or before is None:  # a level says that both are there
        return ""
    points = failing(flow) - failing(before)
    second = f"fails {_signed(points)}" if abs(points) >= 0.01 else f"p95 {_signed(growth(flow, before) - 1)}"
    return f"{_signed(flow.per_minute / before.per_minute - 1)} · {second}"


def _signed(share: float) -> str:
    percent = round(share * 100)
    return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)} %"


def say_box(box: Box, waiting: Waiting | None, coverage: Coverage | None) -> str:
    """What a screen reader says."""
    name = box.first.name if box.kind == CLIENT else name_of(box)
    parts = [f"{noun_of(box)} {name}" if box.kind != HIDDEN else noun_of(box), under_name(box, coverage)]
    if box.kind == UNTRACED:
        parts.append("not traced")
    if box.flow and box.flow.total:
        parts += [f"{format_value(box.flow.per_minute, Unit.COUNT)} requests per minute", trouble_in(box)]
        parts.append(f"p95 {seconds(box.flow.percentiles()[2])}")
    elif box.kind not in (UNTRACED, HIDDEN):
        parts += ["no requests", trouble_in(box)]
    if waiting:
        parts.append(say_waiting(waiting))
    if box.entry:
        parts.append("traces begin here")
    return ", ".join(filter(None, parts))


def say_waiting(waiting: Waiting) -> str:
    """How long messages wait, and who says so."""
    told = "" if waiting.source == "traces" else ", as the queue’s metric tells"
    return f"messages wait {seconds(waiting.median)}, at worst {seconds(waiting.worst)}{told}"


def facts_of_box(box: Box, waiting: Waiting | None) -> Facts:
    """What is said on hover."""
    facts = facts_of_flow(box.flow)
    if waiting:
        facts.append(("Messages wait", f"{seconds(waiting.median)}, at worst {seconds(waiting.worst)}"))
    reasons = [node.reason for node in box.members if node.reason and node.state in STATES]
    if reasons and box.kind != HIDDEN:
        facts.append(("Verdict", reasons[0]))
    if box.kind not in (STACK, HIDDEN) and box.first.stack_name:
        facts.append(("Stack", box.first.stack_name))
    return facts


def facts_of_flow(flow: Flow | None) -> Facts:
    """Requests, failures by kind, percentiles."""
    if flow is None or not flow.total:
        return []
    sampled = f"{rate(flow)}, {format_value(flow.total, Unit.COUNT)} sampled"
    p50, _, p95, p99 = flow.percentiles()
    kinds = ((flow.fault, "faults"), (flow.error, "errors"), (flow.throttle, "throttled"))
    bad = [f"{format_value(number / flow.total, Unit.SHARE)} {name}" for number, name in kinds if number]
    return [
        ("Requests", sampled),
        ("Failed", ", ".join(bad) or "none"),
        ("p50, p95, p99", ", ".join(map(seconds, (p50, p95, p99)))),
    ]


def facts_of_line(line: Line) -> Facts:
    """What a line says on hover."""
    facts = facts_of_flow(line.flow)
    if line.waiting:
        facts.append(("Messages wait", f"{seconds(line.waiting.median)}, at worst {seconds(line.waiting.worst)}"))
    dark = sum(not edge.traced for edge in line.edges)
    if dark:
        facts.append(("Not traced", say_relations(line) if dark == len(line.edges) else f"{dark} of {len(line.edges)}"))
    elif not facts:
        facts.append(("Requests", "none"))
    return facts


def say_relations(line: Line) -> str:
    """How configuration connects two boxes: 'event source mapping, target'."""
    return ", ".join(_unique(relation_of(edge.relation) for edge in line.edges if edge.relation))


def relation_of(key: str) -> str:
    """A relation in words."""
    return RELATIONS.get(key, key.replace("_", " "))


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def label_of(line: Line) -> str:
    """What stands at a line at rest: what is bad, else how long messages wait; blank for the rest."""
    return trouble_of(line.flow) or (f"waits {seconds(line.waiting.worst)}" if line.waiting else "")


def say_coverage(coverage: Coverage | None) -> str:
    """'7 of 12 connections traced'."""
    if coverage is None or not coverage.edges:
        return ""
    return f"{coverage.traced} of {coverage.edges} connections traced"
