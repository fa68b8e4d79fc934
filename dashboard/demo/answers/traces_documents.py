"""X-Ray's whole traces, by id."""

from collections.abc import Mapping
from typing import Any

import orjson

from dashboard.demo.answers.traces_window import KEPT, SETTLED, invalid, place_asked
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.tracing.destination import in_transaction_search
from dashboard.demo.world.tracing.documents import Teller
from dashboard.demo.world.tracing.links import links_of
from dashboard.demo.world.tracing.traces import Found

_MOST = 5


@answers("xray", "BatchGetTraces")
def batch_get_traces(asked: Asked) -> Answer:
    """Up to five traces with their segments; none at all where traces go to Transaction Search."""
    ids = ids_asked(asked, _MOST)
    found = {} if in_transaction_search(asked.account_id) else {one: segments_of(asked, one) for one in ids}
    traces = [in_parts(ident, segments, segments, "Segments") for ident, segments in found.items() if segments]
    return {"Traces": traces, "UnprocessedTraceIds": [one for one in ids if not found.get(one)]}


def ids_asked(asked: Asked, most: int) -> list[str]:
    """The ids of the call, each once. Raises AnswerError for none or too many."""
    ids = list(dict.fromkeys(str(one) for one in asked.get("TraceIds", [])))
    if not ids:
        raise invalid("TraceIds must not be empty")
    if len(ids) > most:
        raise invalid(f"The number of TraceIds cannot be more than {most}")
    return ids


def request_of(asked: Asked, trace_id: str) -> Found | None:
    """The request behind an id; None when there is none, or not any more, or not yet."""
    found = asked.world.traces.find(place_asked(asked), trace_id)
    if found is None:
        return None
    started = float(found.requests.started()[found.position])
    return found if asked.now - KEPT <= started <= asked.now - SETTLED else None


def segments_of(asked: Asked, trace_id: str) -> list[dict[str, Any]]:
    """Segment documents, parents first; none for a trace that isn't there."""
    found = request_of(asked, trace_id)
    if found is None:
        return []
    links = links_of(asked.world.traces, found.view, found.requests, found.position)
    return list(Teller(found.view, found.requests, found.position, asked.now, links).segments())


def in_parts(
    trace_id: str, segments: list[dict[str, Any]], parts: list[dict[str, Any]], listed: str
) -> Mapping[str, Any]:
    """A trace with its documents as texts, under the name that the operation gives them."""
    begun = min(one["start_time"] for one in segments)
    ended = max(one.get("end_time", begun) for one in segments)
    documents = [{"Id": str(one.get("id") or one["spanId"]), "Document": orjson.dumps(one).decode()} for one in parts]
    return {"Id": trace_id, "Duration": round(ended - begun, 3), listed: documents}
