"""The service map as JSON: what the map page draws, for other pages and for scripts."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from dashboard.access.roles import scope_of
from dashboard.pages.map.options import parse_options
from dashboard.pages.map.picture import View
from dashboard.pages.state import parse_state

router = Router(tags=["Service map"])


class BoxOut(Schema):
    """A node, or a collapsed stack. Fields that say nothing are left out."""

    id: str
    kind: str
    noun: str
    name: str
    face: str
    tone: str
    said: str
    x: float
    y: float
    w: float
    h: float


class LineOut(Schema):
    """A connection. `d` is its path as SVG writes it, `at` the middle of its label."""

    id: str
    source: str
    target: str
    tone: str
    width: float
    d: str
    at: list[float]


class FrameOut(Schema):
    """An open stack."""

    stack: int
    name: str
    said: str
    x: float
    y: float
    w: float
    h: float


class MapOut(Schema):
    """The picture: where boxes, lines and frames stand and what they say. `key` changes with the geometry."""

    key: str
    version: str
    width: float
    height: float
    boxes: list[BoxOut]
    lines: list[LineOut]
    frames: list[FrameOut]


@router.get("/map", response=MapOut, summary="The service map, laid out, with figures")
def service_map(request: HttpRequest) -> HttpResponse:
    """Answer the map of a view; parameters are those of the map page: range, stack, open, focus, find, at."""
    state = parse_state(request.GET, timezone.now())
    view = View(scope_of(request.user), state, parse_options(request.GET, state.window))
    drawn: dict[str, Any] = view.drawn()
    answer = HttpResponse(orjson.dumps(drawn), content_type="application/json")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
