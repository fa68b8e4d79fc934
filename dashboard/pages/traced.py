"""Pieces of the stack and resource pages that traces tell of: latency, the last bad traces, the way to map and search.

They are fetched after the page, so that figures of metrics never wait for traces.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.core.windows import Window
from dashboard.inventory.models import Deploy, Resource, Stack
from dashboard.pages.latency import latency_card
from dashboard.pages.refresh import refreshable
from dashboard.pages.state import CUSTOM, PageState, parse_state
from dashboard.pages.traces.pictures import WORDS, trace_address
from dashboard.traces.models import Node
from dashboard.traces.read import TraceQuery, TraceRow, node_history, nodes_of_resource, search
from dashboard.traces.read.flows import sum_of
from dashboard.traces.read.shape import Column, History

SHOWN = 5
"""Bad traces that are listed."""
CLIENT = "client"


@require_safe
@refreshable
def stack_traced(request: HttpRequest, pk: int) -> HttpResponse:
    """What traces tell of a stack: of its entry points together."""
    state, scope = parse_state(request.GET, timezone.now()), scope_of(request.user)
    shown = get_object_or_404(Stack.objects.visible_to(scope), pk=pk)
    entries = Node.objects.filter(resource__stack=shown, edges_in__source__type=CLIENT).distinct()
    query = TraceQuery(stack_id=shown.pk, most=SHOWN)
    return _render(request, scope, state, nodes=entries, stack=shown, query=query, parameters={"stack": shown.pk})


@require_safe
@refreshable
def resource_traced(request: HttpRequest, pk: int) -> HttpResponse:
    """What traces tell of a resource."""
    state, scope = parse_state(request.GET, timezone.now()), scope_of(request.user)
    shown = get_object_or_404(Resource.objects.visible_to(scope).select_related("stack"), pk=pk)
    nodes = nodes_of_resource(shown)
    first = f"n{nodes[0].pk}" if nodes else ""
    query = TraceQuery(node_id=nodes[0].pk if nodes else 0, most=SHOWN)
    return _render(
        request, scope, state, nodes=nodes[:1], stack=shown.stack, query=query, parameters={"node": first}, focus=first
    )


def _render(
    request: HttpRequest,
    scope: Scope,
    state: PageState,
    *,
    nodes: Sequence[Node] | Any,
    stack: Stack,
    query: TraceQuery,
    parameters: dict[str, Any],
    focus: str = "",
) -> HttpResponse:
    found = [node_history(scope, node.pk, state.window, state.compared) for node in nodes]
    history = together([one for one in found if one is not None])
    deploys = Deploy.objects.filter(stack=stack).between(state.window.start, state.window.end).select_related("stack")
    window = {"range": CUSTOM, "from": int(state.window.start.timestamp()), "to": int(state.window.end.timestamp())}
    around = {"range": state.range} if state.range != CUSTOM else window
    places = {"focus": focus, "hops": 1} if focus else {"open": stack.pk, "find": f"stack = {stack.name}"}
    context = {
        "latency": latency_card(history, state, list(deploys)) if history else None,
        "bad": bad_traces(scope, state.window, query) if history else [],
        "traces_url": f"{reverse('traces')}?{urlencode({**around, **parameters})}",
        "map_url": f"{reverse('map')}?{urlencode({**around, **places})}",
        "state": state,
    }
    return render(request, "parts/traced.html", context)


def together(histories: Sequence[History]) -> History | None:
    """Several nodes as one: requests added up, column by column; None of none."""
    if len(histories) < 2:
        return histories[0] if histories else None
    columns: dict[int, list[Column]] = {}
    for history in histories:
        for column in history.columns:
            columns.setdefault(column.at, []).append(column)
    whole = sum_of([one.whole for one in histories]) or histories[0].whole
    added = [
        Column(at, flow)
        for at in sorted(columns)
        if (flow := sum_of([column.flow for column in columns[at]])) is not None
    ]
    return History(histories[0].step, whole, sum_of([one.before for one in histories]), added)


def bad_traces(scope: Scope, window: Window, query: TraceQuery) -> list[dict[str, Any]]:
    """The newest failed traces, then slow ones if there is room: at most as many as the query wants."""
    rows: list[TraceRow] = []
    for result in ("bad", "slow"):
        asked = TraceQuery(result=result, stack_id=query.stack_id, node_id=query.node_id, most=query.most - len(rows))
        if asked.most:
            rows += list(search(scope, window, asked).rows)
    return [
        {
            "row": row,
            "word": WORDS[row.kind],
            "tone": "critical" if row.kind == "fault" else "warning",
            "what": f"{row.method} {row.url}".strip() or row.entry,
            "href": trace_address(row.id, row.account_id, row.region),
        }
        for row in rows
    ]
