"""Which traces filled the queue that a request was taken from: X-Ray links the consumer's segment to theirs."""

from dashboard.demo.world.components import Component
from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.chance import told_apart, uniform
from dashboard.demo.world.tracing.documents import segment_id, trace_id_of
from dashboard.demo.world.tracing.requests import Requests, one_request
from dashboard.demo.world.tracing.tables import SPAN, Entry
from dashboard.demo.world.tracing.traces import Traces
from dashboard.demo.world.tracing.views import View

_MOST = 20
"""Traces that a segment can be linked to (xray-tracelinking)."""
_TRIES = 12
_PURPOSE = 540

Link = tuple[str, str]
"""The trace and the segment that sent the message."""


def links_of(traces: Traces, view: View, requests: Requests, position: int) -> list[Link]:
    """The senders of each message of the request's batch, as far as they were traced."""
    if not view.feeds:
        return []
    batch = min(int(view.entry.component.get("batch_size", 1)), _MOST)
    sent_at = float(requests.started()[position]) - float(requests.waited()[position])
    found = [
        link
        for message in range(batch)
        for feed in view.feeds
        if (link := _sender(traces, feed.source, requests, (position, message), sent_at)) is not None
    ]
    return list(dict.fromkeys(found))


def _sender(
    traces: Traces, queue: Component, requests: Requests, message: tuple[int, int], sent_at: float
) -> Link | None:
    """A request that sent to the queue at about that time."""
    position, number = message
    senders = [(entry, slot) for entry in traces.entries for slot in entry.slots if slot.component is queue]
    minute = int(sent_at // 60)
    for attempt in range(_TRIES):
        drawn = told_apart(requests.hashes[position : position + 1], _PURPOSE + number * _TRIES + attempt)
        entry, slot = senders[int(uniform(drawn, 0)[0] * len(senders))]
        link = _sent(traces, entry, slot, minute, float(uniform(drawn, 1)[0]))
        if link is not None:
            return link
    return None


def _sent(traces: Traces, entry: Entry, slot: Slot, minute: int, share: float) -> Link | None:
    """One request of that minute, if it sent anything."""
    count = int(traces.tables.of(entry, minute // SPAN).count[minute % SPAN])
    sender = one_request(entry, traces.tables, minute, int(share * count))
    if sender is None or not sender.columns[slot.number].present[0]:
        return None
    return trace_id_of(sender, 0), segment_id(sender, 0, entry.slots[slot.parent])
