"""The side panel of a node or of a line: verdict, latency, trend, what is wrong, who is next to it, where to go on."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.catalog import all_services
from dashboard.inventory.models import Deploy, Resource
from dashboard.pages.charts import console_url
from dashboard.pages.context import page_address
from dashboard.pages.latency import latency_card
from dashboard.pages.map.costing import Burns
from dashboard.pages.map.options import BOX_ID, LINE_ID, MapOptions
from dashboard.pages.map.picture import View
from dashboard.pages.map.tables import LineRow, figures_of, line_rows, node_row
from dashboard.pages.map.trends import results_of, trend_charts
from dashboard.pages.map.words import say_waiting
from dashboard.pages.state import PageState, parse_state
from dashboard.pages.timeline import deploy_entry
from dashboard.spend.read.burn import burns_of_resources
from dashboard.traces.read import TraceQuery, edge_history, node_history, search
from dashboard.traces.read.flows import sum_of
from dashboard.traces.read.shape import MapEdge, MapNode

TRACES = 6
"""Bad traces that are listed."""


@require_safe
def node_panel(request: HttpRequest, ident: str) -> HttpResponse:
    """What is known of one node; a hidden one does not exist."""
    view = _view(request)
    node = next((one for one in view.given.nodes if one.id == ident and not one.hidden), None)
    if node is None or not BOX_ID.fullmatch(ident):
        raise Http404("There is no such node.")
    scope, state = view.scope, view.state
    pk = int(ident[1:]) if ident.startswith("n") else None
    history = node_history(scope, pk, state.window, state.compared, group=view.options.group) if pk else None
    rows = line_rows(view.given.edges, view.given.nodes)
    resource = _resource(scope, node)
    context = {
        "row": node_row(node, _burn_of(scope, node)),
        "node": node,
        "service": all_services().get(node.service),
        "results": results_of(node.flow),
        "charts": trend_charts(ident, history),
        "latency": latency_card(history, state) if history else None,
        "waiting": [say_waiting(row.waiting) for row in rows if row.edge.source == ident and row.waiting][:1],
        "callers": [row for row in rows if row.edge.target == ident],
        "callees": [row for row in rows if row.edge.source == ident],
        "deploys": _deploys(node, state),
        "traces": _traces(scope, state, TraceQuery(node_id=pk, result="bad", most=TRACES)) if pk else [],
        "traces_url": _traces_url(state, node=ident) if pk else "",
        "console": console_url(service, resource) if resource and (service := all_services().get(node.service)) else "",
        "state": state,
    }
    return render(request, "map/_node_panel.html", context)


@require_safe
def edge_panel(request: HttpRequest, ident: str) -> HttpResponse:
    """What is known of one line; its ends may be collapsed stacks."""
    view = _view(request)
    if not LINE_ID.fullmatch(ident):
        raise Http404("There is no such connection.")
    ends = ident.split("-")
    nodes = {node.id: node for node in view.given.nodes}
    rows = [row for row in line_rows(view.given.edges, view.given.nodes) if _connects(row.edge, ends, nodes)]
    if not rows:
        raise Http404("There is no such connection.")
    state, whole = view.state, sum_of([row.edge.flow for row in rows])
    single = rows[0].edge if len(rows) == 1 and rows[0].edge.traced else None
    pair = [int(one[1:]) for one in (single.source, single.target)] if single else []
    history = (
        edge_history(view.scope, pair[0], pair[1], state.window, state.compared, group=view.options.group)
        if single
        else None
    )
    context = {
        "names": [_name_of(one, rows, side, nodes) for side, one in enumerate(ends)],
        "ends": ends,
        "figures": figures_of(whole),
        "flow": whole,
        "rows": rows,
        "results": results_of(whole),
        "charts": trend_charts(ident, history),
        "latency": latency_card(history, state) if history else None,
        "waiting": [say_waiting(row.waiting) for row in rows if row.waiting][:1],
        "traces": _traces(view.scope, state, TraceQuery(edge=(pair[0], pair[1]), result="bad", most=TRACES))
        if single
        else [],
        "traces_url": _traces_url(state, edge=single.id) if single else "",
        "state": state,
    }
    return render(request, "map/_edge_panel.html", context)


def _view(request: HttpRequest) -> View:
    state = parse_state(request.GET, timezone.now())
    return View(scope_of(request.user), state, MapOptions(group=request.GET.get("group", "")[:64]))


def _connects(edge: MapEdge, ends: Sequence[str], nodes: dict[str, MapNode]) -> bool:
    """Whether an edge runs between two boxes; a stack's box stands for its nodes."""
    return all(
        one in (end, f"s{nodes[end].stack_id}") for one, end in zip(ends, (edge.source, edge.target), strict=True)
    )


def _name_of(end: str, rows: Sequence[LineRow], side: int, nodes: dict[str, MapNode]) -> str:
    row = rows[0]
    node = nodes[(row.edge.source, row.edge.target)[side]]
    return node.stack_name if end.startswith("s") else (row.source, row.target)[side]


def _burn_of(scope: Scope, node: MapNode) -> Burns:
    """What the node's resource costs; nothing without the right to see money."""
    return burns_of_resources([node.resource_id], timezone.now()) if scope.money and node.resource_id else {}


def _resource(scope: Scope, node: MapNode) -> Resource | None:
    if node.resource_id is None:
        return None
    return Resource.objects.visible_to(scope).select_related("account").filter(pk=node.resource_id).first()


def _deploys(node: MapNode, state: PageState) -> list[Any]:
    """Deploys of the node's stack within the window, newest first."""
    if node.stack_id is None:
        return []
    window = state.window
    rows = Deploy.objects.filter(stack=node.stack_id, started_at__gte=window.start, started_at__lt=window.end)
    return [deploy_entry(one) for one in rows.select_related("stack").order_by("-started_at")[:4]]


def _traces(scope: Scope, state: PageState, query: TraceQuery) -> Sequence[Any]:
    """The newest bad ones."""
    return search(scope, state.window, query).rows


def _traces_url(state: PageState, **filters: str) -> str:
    """The search page with these filters; blank while there is none."""
    address = page_address("traces")
    times = {"range": state.range}
    if state.range == "custom":
        times |= {"from": f"{state.window.start.timestamp():.0f}", "to": f"{state.window.end.timestamp():.0f}"}
    return f"{address}?{urlencode(filters | times)}" if address else ""
