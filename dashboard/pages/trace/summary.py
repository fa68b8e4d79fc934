"""The head of a trace: how it ended, how long it took, where to go from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.http import QueryDict
from django.urls import reverse

from dashboard.core.units import Unit, format_value
from dashboard.core.windows import Window
from dashboard.pages.context import page_address
from dashboard.pages.trace.words import detail_of, plain_name
from dashboard.traces.waterfall import SEGMENT, Row, Waterfall

AROUND = timedelta(minutes=30)
"""What links to other pages show before and after the trace."""
CONSOLE = "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#xray:traces/{trace_id}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said before the waterfall."""

    state: str
    """Of the pill: critical, warning, ok."""
    verdict: str
    title: str
    url: str
    """Without query string."""
    sentence: str
    first_exception: str
    started_at: datetime
    seconds: float
    """What the caller waited."""
    until_all_done: float | None
    """Seconds until the last of its work ended, where that was later than the answer."""
    entry: Row | None
    culprit: Row | None
    """Where the failure arose."""
    user: str

    @property
    def culprit_name(self) -> str:
        """Of the node where it failed, or began."""
        row = self.culprit or self.entry
        return plain_name(row.node.name) if row else ""


def summarise(waterfall: Waterfall, slow_over: float | None) -> Summary:
    """Judge a trace by its entry; `slow_over` is the time that few good ones of its kind exceed, in seconds."""
    entry = None if waterfall.entry is None else waterfall.rows[waterfall.entry]
    culprit = None if waterfall.culprit is None else waterfall.rows[waterfall.culprit]
    seconds = entry.total if entry else waterfall.seconds
    slow = slow_over is not None and seconds > slow_over
    state, verdict = _verdict(waterfall, slow)
    exception, request = _first_exception(waterfall), _request(waterfall)
    return Summary(
        state=state,
        verdict=verdict,
        title=_title(request),
        url=request.http.url.partition("?")[0] if request and request.http else "",
        sentence=_sentence(culprit, slow_over if slow else None, waterfall),
        first_exception=exception,
        started_at=datetime.fromtimestamp(waterfall.started_at, UTC),
        seconds=seconds,
        until_all_done=waterfall.seconds if waterfall.seconds > seconds + 0.001 else None,
        entry=entry,
        culprit=culprit,
        user=next((row.user for row in waterfall.rows if row.user), ""),
    )


def _verdict(waterfall: Waterfall, slow: bool) -> tuple[str, str]:
    entry = None if waterfall.entry is None else waterfall.rows[waterfall.entry]
    if waterfall.fault:
        return ("critical", "Failed") if entry and entry.fault else ("warning", "Fault inside")
    if waterfall.throttle:
        return "warning", "Throttled"
    if entry and entry.error:
        return "warning", "Client error"
    return ("warning", "Slow") if slow else ("ok", "OK")


def _request(waterfall: Waterfall) -> Row | None:
    """The row that tells what was asked for: of a function that was called directly, that of its own code."""
    if waterfall.entry is None:
        return None
    entry = waterfall.rows[waterfall.entry]
    same = (row for row in waterfall.rows if row.kind == SEGMENT and row.node == entry.node)
    return next((row for row in same if row.http and row.http.url), entry)


def _title(request: Row | None) -> str:
    if request is None:
        return "Trace"
    return detail_of(request) if request.http and request.http.method else plain_name(request.name)


def _sentence(culprit: Row | None, slow_over: float | None, waterfall: Waterfall) -> str:
    """Where it failed, or what took the time."""
    if culprit is not None:
        return f"The failure arose in {plain_name(culprit.node.name)}."
    most = max(waterfall.nodes, key=lambda one: one.on_path, default=None)
    if most is None or not waterfall.answered:
        return ""
    share = format_value(most.on_path / waterfall.answered, Unit.SHARE)
    usual = f"95 % of good ones take less than {format_value(slow_over, Unit.SECONDS)}. " if slow_over else ""
    return f"{usual}{plain_name(most.node.name)} took {share} of the time."


def _first_exception(waterfall: Waterfall) -> str:
    """The exception where the failure arose, else the earliest."""
    rows = () if waterfall.culprit is None else waterfall.rows[waterfall.culprit].exceptions
    return next((one.text for one in (*rows, *waterfall.exceptions)), "")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of neighbouring pages; blank where there is none."""

    aws: str
    map: str
    same_url: str
    same_culprit: str


def links_of(summary: Summary, trace_id: str, region: str, node_ids: Mapping[tuple[str, str], int]) -> Links:
    """Where to go from a trace: AWS's console, the map around the culprit, traces like it."""
    failed = {"result": "bad"} if summary.state == "critical" else {}
    culprit = summary.culprit or summary.entry
    node_id = node_ids.get(culprit.node) if culprit and not culprit.hidden else None
    return Links(
        aws=CONSOLE.format(region=quote(region, safe=""), trace_id=quote(trace_id, safe="")),
        map=around("map", summary.started_at, focus=f"n{node_id}", hops="1") if node_id else "",
        same_url=around("traces", summary.started_at, url=summary.url) if summary.url else "",
        same_culprit=around("traces", summary.started_at, node=f"n{node_id}", **failed) if node_id else "",
    )


def around(page: str, at: datetime, **parameters: str) -> str:
    """Address of a page that shows the time around a moment; blank where there is no such page."""
    address, window = page_address(page), window_around(at)
    query = QueryDict(mutable=True)
    times = {"from": str(int(window.start.timestamp())), "to": str(int(window.end.timestamp()))}
    query.update({"range": "custom", **times, **parameters})
    return f"{address}?{query.urlencode()}" if address else ""


def window_around(at: datetime) -> Window:
    """Whole minutes before and after a moment."""
    minute = at.replace(second=0, microsecond=0)
    return Window(minute - AROUND, minute + AROUND)


def resource_address(resource_id: int | None) -> str:
    """A resource's page; blank for None."""
    return reverse("resource", args=[resource_id]) if resource_id is not None else ""
