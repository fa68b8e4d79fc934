"""What the address asks of the service map: colour, open stacks, focus, find and hide, minimum traffic, replay."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import QueryDict

from dashboard.core.windows import Window
from dashboard.pages.map.expressions import Condition, ExpressionError, parse
from dashboard.pages.map.replay import column_at
from dashboard.pages.state import StateError

COLOURS = ("health", "latency", "cost", "change")
COLLAPSE = ("", "all", "none")
VIEWS = ("", "picture", "table")
MOST_HOPS = 9
BOX_ID = re.compile(r"[nrs]\d{1,18}")
LINE_ID = re.compile(r"[nrs]\d{1,18}-[nrs]\d{1,18}")


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands in a field: its text, and its meaning or what is wrong with it."""

    text: str = ""
    condition: Condition | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MapOptions:
    """One view of the map, beside time range and filters."""

    colour: str = "health"
    opened: frozenset[int] = frozenset()
    """Stacks that are open although the others are collapsed."""
    collapse: str = ""
    """'all', 'none', or blank: by the number of nodes."""
    focus: str = ""
    """Id of the node that the map is about, with its neighbours up to `hops` away."""
    hops: int = 1
    find: Expression = Expression()
    hide: Expression = Expression()
    least: float = 0
    """Requests per minute; what is known to have fewer is left out."""
    selected: str = ""
    column: Window | None = None
    """The part of the window that is replayed."""
    group: str = ""
    """Name of an X-Ray group."""
    stacks: frozenset[int] | None = None
    """Only these stacks and what stands next to them."""
    view: str = ""
    """'picture', 'table', or blank: as the screen allows."""


def parse_options(query: QueryDict, window: Window) -> MapOptions:
    """Read them from the query parameters. Raises StateError, naming the parameter; expressions keep their faults."""
    stacks = _numbers(query, "stack")
    return MapOptions(
        colour=_one_of(query, "colour", COLOURS) or "health",
        opened=_numbers(query, "open"),
        collapse=_one_of(query, "collapse", COLLAPSE),
        focus=_id_of(query, "focus", BOX_ID),
        hops=_hops(query),
        find=read_expression(query.get("find", "")),
        hide=read_expression(query.get("hide", "")),
        least=_least(query),
        selected=_selected(query.get("selected", "")),
        column=_column(query.get("at", ""), window),
        group=query.get("group", "")[:64],
        stacks=stacks or None,
        view=_one_of(query, "view", VIEWS),
    )


def read_expression(text: str) -> Expression:
    """What a field's text means; a malformed one keeps its text and says what is wrong."""
    text = text.strip()[:500]
    try:
        return Expression(text, parse(text) if text else None)
    except ExpressionError as error:
        return Expression(text, None, str(error))


def _one_of(query: QueryDict, name: str, allowed: Sequence[str]) -> str:
    value = query.get(name, "")
    if value and value not in allowed:
        raise StateError(f"“{name}” is {value[:40]!r}; it can be {', '.join(filter(None, allowed))}.")
    return value


def _numbers(query: QueryDict, name: str) -> frozenset[int]:
    texts = [text for text in query.getlist(name) if text]
    if not all(text.isascii() and text.isdigit() and len(text) <= 18 for text in texts):
        raise StateError(f"“{name}” must be the number of a stack.")
    return frozenset(map(int, texts))


def _id_of(query: QueryDict, name: str, shape: re.Pattern[str]) -> str:
    value = query.get(name, "")
    if value and not shape.fullmatch(value):
        raise StateError(f"“{name}” must be the id of a node, such as n12.")
    return value


def _selected(value: str) -> str:
    """What cannot be selected is not: a link with it still shows the map."""
    return value if BOX_ID.fullmatch(value) or LINE_ID.fullmatch(value) else ""


def _hops(query: QueryDict) -> int:
    text = query.get("hops") or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_HOPS):
        raise StateError(f"“hops” must be a number from 1 to {MOST_HOPS}.")
    return int(text)


def _least(query: QueryDict) -> float:
    try:
        least = float(query.get("least") or 0)
    except ValueError:
        least = -1
    if not (math.isfinite(least) and least >= 0):
        raise StateError("“least” must be a number of requests per minute.")
    return least


def _column(text: str, window: Window) -> Window | None:
    """The column that holds a Unix time; None without one, or for one outside the window."""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    at = datetime.fromtimestamp(int(text), tz=UTC)
    return column_at(window, at) if window.start <= at < window.end else None
