"""When each call of a request begins: calls follow each other, with the caller's own work in between."""

import numpy as np

from dashboard.demo.world.noise import Floats
from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.requests import Requests

_HANDED_ON = 0.012
"""Seconds from a message's publication until whoever it is for begins."""
_BEFORE = 0.7
"""Share of a function's overhead that comes before its code runs."""


def offsets(requests: Requests) -> list[Floats]:
    """Seconds from the request's start to the start of each call, by slot; meaningless where it didn't happen."""
    slots = requests.entry.slots
    found: list[Floats] = [np.zeros(len(requests)) for _ in slots]
    below: dict[int, list[Slot]] = {}
    for slot in slots[1:]:
        below.setdefault(slot.parent, []).append(slot)
    for number, children in below.items():
        if slots[number].runs:
            _one_after_another(requests, slots[number], children, found)
        else:
            for child in children:
                found[child.number] = found[number] + requests.columns[number].outer + _HANDED_ON
    return found


def lead(requests: Requests, slot: Slot) -> Floats:
    """Seconds from a call's start until the code of a function runs."""
    column = requests.columns[slot.number]
    if not slot.function:
        return np.zeros(len(requests))
    return column.cold + (column.outer - column.cold - column.seconds) * _BEFORE


def detached(requests: Requests, slot: Slot) -> bool:
    """Whether the caller goes on at once: an asynchronous invocation."""
    caller = requests.entry.slots[slot.parent].component
    return slot.runs and not slot.adds and caller is not None and caller.kind == "lambda"


def _one_after_another(requests: Requests, slot: Slot, children: list[Slot], found: list[Floats]) -> None:
    columns = requests.columns
    waited = np.zeros(len(requests))
    calls = np.ones(len(requests))
    for child in children:
        there = columns[child.number].present
        calls = calls + there
        if not detached(requests, child):
            waited = waited + np.where(there, columns[child.number].outer, 0.0)
    pause = np.maximum(columns[slot.number].seconds - waited, 0.0) / calls
    at = found[slot.number] + lead(requests, slot) + pause
    for child in children:
        there = columns[child.number].present
        if detached(requests, child):
            found[child.number] = at + _HANDED_ON
            at = at + np.where(there, pause, 0.0)
        else:
            found[child.number] = at
            at = at + np.where(there, columns[child.number].outer + pause, 0.0)
