"""Transaction Search: traces are fetched in the background, and asked for with a token."""

import uuid
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from dashboard.demo.answers.traces_documents import ids_asked, in_parts, request_of, segments_of
from dashboard.demo.answers.traces_graph import graph_of
from dashboard.demo.answers.traces_services import page_of_services
from dashboard.demo.answers.traces_window import invalid
from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.tracing.destination import in_transaction_search
from dashboard.demo.world.tracing.spans import spans_of

_MOST = 100
_PAGE = 25
_KEPT = 200
_ON_THE_WAY = ("SCHEDULED", "RUNNING")
"""What the first questions after a retrieval are answered with."""


@dataclass
class _Retrieval:
    """Traces on their way; `asked` counts the questions so far."""

    account_id: str
    region: str
    ids: list[str]
    asked: int = 0


_retrievals: OrderedDict[str, _Retrieval] = OrderedDict()
_lock = Lock()


@answers("xray", "StartTraceRetrieval")
def start_trace_retrieval(asked: Asked) -> Answer:
    """A token for up to a hundred traces of a window."""
    ids = ids_asked(asked, _MOST)
    if not in_transaction_search(asked.account_id):
        raise invalid("Transaction Search is not enabled for this account")
    start, end = asked.get("StartTime").timestamp(), asked.get("EndTime").timestamp()
    if end <= start:
        raise invalid("End time must be greater than start time")
    inside = [one for one in ids if (at := _started(asked, one)) is not None and start <= at < end]
    token = uuid.uuid4().hex
    with _lock:
        _retrievals[token] = _Retrieval(asked.account_id, asked.region, inside)
        while len(_retrievals) > _KEPT:
            _retrievals.popitem(last=False)
    return {"RetrievalToken": token}


@answers("xray", "ListRetrievedTraces")
def list_retrieved_traces(asked: Asked) -> Answer:
    """Nothing until the retrieval is complete; then the traces, as segments or as spans."""
    retrieval, status = _status(asked)
    form = str(asked.get("TraceFormat", "XRAY"))
    if status != "COMPLETE":
        return {"RetrievalStatus": status, "TraceFormat": form, "Traces": []}
    page, token = page_of(retrieval.ids, asked.get("NextToken"), _PAGE)
    traces = [_told(asked, one, form) for one in page]
    return {"RetrievalStatus": status, "TraceFormat": form, "Traces": traces, "NextToken": token}


@answers("xray", "GetRetrievedTracesGraph")
def get_retrieved_traces_graph(asked: Asked) -> Answer:
    """The service graph of the retrieved traces."""
    retrieval, status = _status(asked)
    if status != "COMPLETE":
        return {"RetrievalStatus": status, "Services": []}
    graph, window = graph_of(asked, retrieval.ids)
    services, token = page_of_services(graph, window, asked.get("NextToken"))
    return {
        "RetrievalStatus": status,
        "Services": [{"Service": service, "Links": []} for service in services],
        "NextToken": token,
    }


def _started(asked: Asked, trace_id: str) -> float | None:
    found = request_of(asked, trace_id)
    return None if found is None else float(found.requests.started()[found.position])


def _status(asked: Asked) -> tuple[_Retrieval, str]:
    """The retrieval behind a token, and how far it is. Raises AnswerError for an unknown token."""
    with _lock:
        retrieval = _retrievals.get(str(asked.get("RetrievalToken")))
        if retrieval is None or (retrieval.account_id, retrieval.region) != (asked.account_id, asked.region):
            raise AnswerError("ResourceNotFoundException", "Retrieval token not found", 404)
        status = (*_ON_THE_WAY, "COMPLETE")[min(retrieval.asked, len(_ON_THE_WAY))]
        retrieval.asked += 1
        return retrieval, status


def _told(asked: Asked, trace_id: str, form: str) -> Any:
    segments = segments_of(asked, trace_id)
    return in_parts(trace_id, segments, segments if form == "XRAY" else list(spans_of(segments)), "Spans")
