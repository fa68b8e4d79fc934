"""The map page: picture or tables, with everything that its controls need."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.inventory.models import Deploy, Stack
from dashboard.pages.charts import deploy_markers
from dashboard.pages.freshness import say_what_is_missing
from dashboard.pages.map.options import parse_options
from dashboard.pages.map.picture import View
from dashboard.pages.map.status import GRAPH, has_requests, why_empty
from dashboard.pages.map.tables import line_rows, node_rows
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.state import PageState, parse_state
from dashboard.traces.models import TraceGroup

COLOURS = (
    ("health", "Health", ""),
    ("latency", "Latency", ""),
    ("change", "Change", "Pick a period to compare with in the time range first."),
    ("cost", "Cost", "Only people who may see money are shown what things cost."),
)
"""Key, label, and why it cannot be chosen when it cannot."""
GROUPS = "map-groups"
"""Where the names of groups are cached: they change when somebody edits them in AWS."""
LEAST = (0, 1, 10, 100, 1000)
"""Requests per minute to choose from."""


@require_safe
@refreshable
def service_map(request: HttpRequest) -> HttpResponse:
    """Show the map of what the user may see."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    options = parse_options(request.GET, state.window)
    scope = scope_of(request.user)
    view = View(scope, state, options)
    context = {
        "state": state,
        "options": options,
        "colour": view.colour,
        "colours": _colours(view),
        "leasts": LEAST,
        "groups": _groups(scope),
        "collapsing": view.grouped.collapsing,
        "markers": deploy_markers(_deploys(scope, state)),
        "given": view.given,
        "focus": next((node for node in view.given.nodes if node.id == options.focus and not node.hidden), None),
        **_states(request, view),
        **(_tables(view, request.GET) if options.view == "table" else {"picture": view.drawn()}),
    }
    return render(request, "map/page.html", context)


def _colours(view: View) -> list[dict[str, str]]:
    """Modes to choose from; a mode that cannot be chosen says why."""
    missing = {key: not usable for key, usable in view.usable.items()}
    return [{"key": key, "label": label, "why_not": why if missing.get(key) else ""} for key, label, why in COLOURS]


def _groups(scope: Scope) -> list[str]:
    """X-Ray groups whose graph is collected; their names tell of all teams."""
    if not scope.everything:
        return []
    names: list[str] | None = cache.get(GROUPS)
    if names is None:
        rows = TraceGroup.objects.filter(collected=True).order_by("name")
        names = list(rows.values_list("name", flat=True).distinct())
        cache.set(GROUPS, names, 60)
    return names


def _deploys(scope: Scope, state: PageState) -> list[Deploy]:
    """Deploys that started within the window."""
    stacks = Stack.objects.visible_to(scope)
    rows = Deploy.objects.filter(stack__in=stacks, started_at__gte=state.window.start, started_at__lt=state.window.end)
    return list(rows.select_related("stack").order_by("started_at"))


def _states(request: HttpRequest, view: View) -> dict[str, Any]:
    """What is empty, what is missing."""
    targets = targets_of(request)
    graph = [target for target in targets if target.source == GRAPH]
    empty = None if has_requests(view.given) else why_empty(targets, view.state.words)
    missing = [] if empty else say_what_is_missing(graph, {one.account_id for one in graph}, timezone.now())
    return {"empty": empty, "missing": missing, "filtered_out": not view.grouped.boxes and bool(view.given.nodes)}


def _tables(view: View, query: QueryDict) -> dict[str, Any]:
    """Rows, and the address of the picture with room for what a row selects."""
    nodes, edges = view.listed()
    carried = query.copy()
    for name in ("view", "focus", "hops", "selected"):
        carried.pop(name, None)
    return {
        "picture": view.said(),
        "node_rows": node_rows(nodes, view.burns),
        "money": view.scope.money,
        "line_rows": line_rows(edges, view.given.nodes),
        "picture_url": f"{reverse('map')}?{carried.urlencode()}&view=picture".replace("?&", "?"),
    }
