"""The annotations of requests, and whose code recorded them."""

import numpy as np

from dashboard.demo.world.tracing import facts
from dashboard.demo.world.tracing.chance import Flags
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.views import Seen, View


def names_of(requests: Requests) -> list[str]:
    """Which annotations an entry's requests carry."""
    return ["version", *(fact.name for fact in facts.facts_of(requests.entry))]


def of(requests: Requests, position: int) -> dict[str, facts.Value]:
    """Names with their values."""
    return {
        name: facts.values_of(requests.entry, name)[int(requests.fact(name)[position])] for name in names_of(requests)
    }


def annotated(view: View, requests: Requests) -> Flags:
    """Whose code ran here, and so recorded them."""
    functions = [requests.columns[seen.slot.number] for seen in view.seen if seen.function is not None]
    found = np.zeros(len(requests), dtype=np.bool_)
    decided = found
    for column in functions:
        found = found | (column.present & ~column.throttle & ~decided)
        decided = decided | column.present
    return found


def annotating(view: View, requests: Requests, position: int) -> Seen | None:
    """Whose code records the annotations: the first function that ran here; None when none did."""
    for seen in view.seen:
        column = requests.columns[seen.slot.number]
        if seen.function is not None and column.present[position]:
            return None if column.throttle[position] else seen
    return None
