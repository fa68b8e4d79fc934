"""Whole traces fetched, by the way that fits where the account keeps them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from dashboard.aws import AwsError, Region, XrayTrace
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces import sampling
from dashboard.traces.models import TraceDocument, TraceSource
from dashboard.traces.write.documents import note_failure, store_documents

Way = Callable[[], list[XrayTrace]]

AROUND = timedelta(hours=1)
"""How far around a trace's own time Transaction Search looks for it."""
KEPT_BY_XRAY = timedelta(days=30)
NOT_THERE = (
    "X-Ray has no such trace: it keeps traces for 30 days, and those of other accounts and regions are not here. "
    "Check the id, the account and the region."
)


def fetch_traces(account: Account, region: str, ids: Sequence[str], window: Window, *, aws: Region) -> list[XrayTrace]:
    """Whole traces that started within a window, from where the account keeps them. Raises AwsError."""
    return _ways(_destination(account, region), ids, window, aws)[0]()


def fetch_document(document: TraceDocument, *, aws: Region, now: datetime, keep: timedelta) -> None:
    """Fetch one trace that somebody wants to see; a failure is stored as a sentence."""
    account, region = document.account, document.region
    window, failure = _window(document.trace_id, now), ""
    for way in _ways(_destination(account, region), [document.trace_id], window, aws):
        try:
            found = way()
        except AwsError as error:
            failure = failure or str(error)
            continue
        if any(one.documents for one in found):
            store_documents(account, region, found, now, keep)
            return
    note_failure(document, failure or NOT_THERE, now)


def _ways(destination: str, ids: Sequence[str], window: Window, aws: Region) -> list[Way]:
    """How to get at whole traces, the likeliest way first. Traces from before a move stay where they were."""
    at_once, retrieved = partial(aws.traces, ids), partial(aws.retrieved_traces, ids, window)
    if destination == TraceSource.Destination.XRAY:
        return [at_once]
    return [at_once, retrieved] if not destination else [retrieved, at_once]


def _destination(account: Account, region: str) -> str:
    """Where the account keeps its traces; blank where nobody has asked yet."""
    known = TraceSource.objects.filter(account=account, region=region).values_list("destination", flat=True)
    return known.first() or ""


def _window(trace_id: str, now: datetime) -> Window:
    """Where to look for a trace: around its own time, or everywhere where its id does not tell it."""
    at = datetime.fromtimestamp(sampling.time_of(trace_id), UTC)
    if now - KEPT_BY_XRAY <= at <= now + AROUND:
        return Window(at - AROUND, at + AROUND)
    return Window(now - KEPT_BY_XRAY, now)
