"""The trace page, and the side panel of one segment."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.pages.context import page_address
from dashboard.pages.trace.details import metadata_of, sections_of
from dashboard.pages.trace.rows import MOST, View, shown
from dashboard.pages.trace.summary import around, links_of, resource_address, summarise, window_around
from dashboard.pages.trace.words import detail_of, marks_of, plain_name, service_of
from dashboard.tasks import queue_trace
from dashboard.traces.read import Document, TraceQuery, account_to_ask, document, search
from dashboard.traces.sampling import is_trace_id, time_of
from dashboard.traces.waterfall import DATABASE, Waterfall
from dashboard.traces.write import want_document

KEPT = timedelta(days=30)
"""How long X-Ray keeps traces (AWS X-Ray FAQ)."""


@require_safe
def trace(request: HttpRequest, trace_id: str) -> HttpResponse:
    """Show one trace; the first to look at it lets it be fetched. Somebody else's does not exist."""
    now, scope, again = timezone.now(), scope_of(request.user), "again" in request.GET
    account_id, region = request.GET.get("account", ""), request.GET.get("region", "")
    found = document(scope, trace_id, account_id)
    if found is None:
        _fetch(scope, account_id, region, trace_id, now)
        return render(request, "trace/page.html", _absent(trace_id, found, now))
    if found.waterfall is None:
        if again or not found.error:
            _fetch(scope, found.account_id, found.region, trace_id, now)
        return redirect(_address(found)) if again else render(request, "trace/page.html", _absent(trace_id, found, now))
    if not found.waterfall.rows:
        return render(request, "trace/page.html", _absent(trace_id, found, now))
    return render(request, "trace/page.html", _context(request, scope, found, found.waterfall))


def _address(found: Document, **more: int) -> str:
    """The page of a trace."""
    query = urlencode({"account": found.account_id, "region": found.region, **more})
    return f"{reverse('trace', args=[found.trace_id])}?{query}"


def _fetch(scope: Scope, account_id: str, region: str, trace_id: str, now: datetime) -> None:
    """Let a trace be fetched, unless it is on its way.

    Raises Http404 for what is no trace, and for accounts and regions that the user has no part in.
    """
    account = account_to_ask(scope, account_id, region) if is_trace_id(trace_id) else None
    if account is None or region not in account.regions:
        raise Http404("There is no such trace.")
    wish = want_document(account, region, trace_id, now)
    if wish is not None:
        transaction.on_commit(partial(queue_trace, wish))


def _absent(trace_id: str, found: Document | None, now: datetime) -> dict[str, Any]:
    """A trace without segments: on its way, expired, or failed."""
    error = found.error or " ".join(found.waterfall.problems if found.waterfall else ()) if found else ""
    return {
        "trace_id": trace_id,
        "pending": not error,
        # An id that tells no time may be of any.
        "expired": bool(error) and datetime.fromtimestamp(time_of(trace_id), UTC) < now - KEPT,
        "error": error,
        "again_url": _address(found, again=1) if found else "",
        "traces_url": page_address("traces"),
    }


def _context(request: HttpRequest, scope: Scope, found: Document, waterfall: Waterfall) -> dict[str, Any]:
    view = view_of(request, waterfall)
    summary = summarise(waterfall, _slow_over(scope, found, waterfall))
    return {
        "trace_id": found.trace_id,
        "traces_url": page_address("traces"),
        "waterfall": waterfall,
        "summary": summary,
        "links": links_of(summary, found.trace_id, found.region, found.nodes),
        "view": view,
        "under": None if view.under is None else waterfall.rows[view.under],
        "shown": shown(waterfall, view, found.resources),
        "more": min(view.most * 4, len(waterfall.rows)),
        "nodes": _nodes(found, waterfall, summary.started_at),
        "annotations": [
            (one, around("traces", summary.started_at, annotation=f"{one.key}:{one.value}"))
            for one in waterfall.annotations
        ],
        "account_id": found.account_id,
        "region": found.region,
    }


def view_of(request: HttpRequest, waterfall: Waterfall) -> View:
    """Which rows the address asks for. Raises BadRequest for what is none."""
    return View(
        under=_position(request.GET.get("under", ""), waterfall),
        path_only="path" in request.GET,
        without_short="long" in request.GET,
        most=_number(request.GET.get("most", "")) or MOST,
    )


def _position(text: str, waterfall: Waterfall) -> int | None:
    position = _number(text)
    if position is not None and position >= len(waterfall.rows):
        raise BadRequest("“under” must be the number of a row of this trace.")
    return position


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadRequest("“under” and “most” must be whole numbers.")
    return int(text)


def _slow_over(scope: Scope, found: Document, waterfall: Waterfall) -> float | None:
    """Seconds that few good traces of the same entry took around that time; None where that is not known."""
    entry = None if waterfall.entry is None else found.nodes.get(waterfall.rows[waterfall.entry].node)
    if entry is None:
        return None
    window = window_around(datetime.fromtimestamp(waterfall.started_at, UTC))
    return search(scope, window, TraceQuery(node_id=entry, most=0), accounts=[found.account_id]).slow_over


def _nodes(found: Document, waterfall: Waterfall, at: datetime) -> list[dict[str, Any]]:
    """Where the time went, with links: what the answer waited for first. Bars are shares of the longest."""
    longest = max((one.own for one in waterfall.nodes), default=0.0)
    return [
        {
            "time": one,
            "name": plain_name(one.node.name),
            "service": service_of(one.node.type),
            "icon": "database" if one.node.type == DATABASE else "globe",
            "resource": resource_address(found.resources.get(one.node, (None, ""))[0]),
            "traces": around("traces", at, node=f"n{found.nodes[one.node]}") if one.node in found.nodes else "",
            "width": round(1000 * one.own / longest, 1) if longest else 0,
            "on_path": round(1000 * min(one.on_path, one.own) / longest, 1) if longest else 0,
            "share": one.on_path / waterfall.answered if waterfall.answered else None,
        }
        for one in sorted(waterfall.nodes, key=lambda one: (-one.on_path, -one.own))
    ]


@require_safe
def segment(request: HttpRequest, trace_id: str, position: int) -> HttpResponse:
    """The side panel of one row of a trace."""
    found = document(scope_of(request.user), trace_id, request.GET.get("account", ""))
    if found is None or found.waterfall is None or position >= len(found.waterfall.rows):
        raise Http404("There is no such segment.")
    row = found.waterfall.rows[position]
    at = datetime.fromtimestamp(found.waterfall.started_at, UTC)
    return render(
        request,
        "trace/_segment.html",
        {
            "row": row,
            "name": plain_name(row.name),
            "detail": detail_of(row),
            "marks": marks_of(row),
            "sections": sections_of(row),
            "metadata": metadata_of(row),
            "annotations": [
                (key, value, around("traces", at, annotation=f"{key}:{value}"))
                for key, value in row.annotations.items()
            ],
            "resource": resource_address(found.resources.get(row.node, (None, ""))[0]),
        },
    )
