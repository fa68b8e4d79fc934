"""Which URL each request asked for: a stage has one for each of its functions."""

import numpy as np

from dashboard.demo.world.tracing.chance import Codes
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.stories import story_of
from dashboard.demo.world.tracing.tables import Entry

Route = tuple[str, str]
"""Method and URL; both blank where nothing came over HTTP."""


def routes_of(entry: Entry) -> list[Route]:
    """The entry's own route, or those of the functions behind a stage."""
    functions = [slot.callee.name for slot in entry.slots if slot.parent == 0 and slot.function]
    names = functions if entry.component.kind == "apigateway_rest" else [entry.component.name]
    return [(story.method, story.url) for story in map(story_of, names)]


def routes(requests: Requests) -> Codes:
    """The position of each request's route among its entry's."""
    found = np.zeros(len(requests), dtype=np.int64)
    if requests.entry.component.kind == "apigateway_rest":
        functions = [slot for slot in requests.entry.slots if slot.parent == 0 and slot.function]
        for position, slot in enumerate(functions):
            found = np.where(requests.columns[slot.number].present, position, found)
    return found
