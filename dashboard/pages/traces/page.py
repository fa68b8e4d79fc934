"""The traces page: search, scatter, distribution, table, root causes."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.core.units import Unit, format_value
from dashboard.inventory.models import Deploy, Stack
from dashboard.pages.context import page_address
from dashboard.pages.map.status import why_empty
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.state import PageState, parse_state
from dashboard.pages.trace.words import plain_name
from dashboard.pages.traces.pictures import WORDS, durations_of, scatter_of, trace_address
from dashboard.pages.traces.query import RESULT_WORDS, chips, read_search, with_pair
from dashboard.pages.traces.words import say_also, say_fact, say_lift, say_share, summarise
from dashboard.traces.models import Node
from dashboard.traces.read import Causes, Found, TraceQuery, TraceRow, root_causes, search
from dashboard.traces.read.found import ORDERS

TONES = {"fault": "critical", "error": "warning", "throttle": "warning", "slow": "warning", "ok": "ok"}
SHOWN_CAUSES, SHOWN_BLAME, SHOWN_FACETS = 10, 6, 8
FIRST_FACETS = ("entry", "node", "http.url", "user")
"""After annotations: what people look for first."""
CARRIED = ("range", "from", "to", "account", "environment", "team")


@require_safe
@refreshable
def traces(request: HttpRequest) -> HttpResponse:
    """Show traces of the window that the user may see."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    scope = scope_of(request.user)
    asked = read_search(request.GET)
    among = {"accounts": state.accounts, "environments": state.environments, "teams": state.teams}
    found = search(scope, state.window, asked.query, **among)
    causes = root_causes(scope, state.window, asked.query, slow_over=None, **among)
    deploys = _deploys(scope, state, asked.query)
    facets = _facets(found, request.GET)
    context = {
        "state": state,
        "errors": asked.errors,
        "given": request.GET,
        "results": RESULT_WORDS.items(),
        "orders": ORDERS,
        "chips": chips(request.GET, _names(scope, asked.query)),
        "clear": f"?{_carried(request.GET)}",
        "facets": facets[:SHOWN_FACETS],
        "more_facets": facets[SHOWN_FACETS:],
        "found": found,
        "sampled": _say_sampled(found),
        "slow_over": format_value(found.slow_over, Unit.SECONDS) if found.slow_over else "",
        "scatter": scatter_of(found, state.window, [(one.started_at.timestamp(), one.stack.name) for one in deploys]),
        "durations": durations_of(found),
        "rows": [_row(row) for row in found.rows],
        "sentences": summarise(causes),
        "causes": _causes(causes, request.GET),
        "empty": None if found.total or found.sampled.kept else why_empty(targets_of(request), state.words),
    }
    return render(request, "traces/page.html", context)


def _carried(given: QueryDict) -> str:
    """The time range and filters, without the search."""
    return urlencode([(name, value) for name in CARRIED for value in given.getlist(name)])


def _names(scope: Scope, query: TraceQuery) -> dict[str, str]:
    """What the stack and the nodes of the search are called."""
    named: dict[str, str] = {}
    if query.stack_id:
        stack = Stack.objects.visible_to(scope).filter(pk=query.stack_id).first()
        named[f"stack:{query.stack_id}"] = stack.name if stack else "a stack that is not yours"
    ids = [pk for pk in (query.node_id, *(query.edge or ())) if pk]
    nodes = {node.pk: node.name for node in Node.objects.filter(pk__in=ids)} if scope.everything and ids else {}
    named |= {f"node:n{pk}": name for pk, name in nodes.items()}
    if query.edge and all(pk in nodes for pk in query.edge):
        source, target = query.edge
        named[f"edge:n{source}-n{target}"] = f"{nodes[source]} → {nodes[target]}"
    return named


def _deploys(scope: Scope, state: PageState, query: TraceQuery) -> list[Deploy]:
    """Deploys to mark in the scatter: of the stack that is searched, or of all."""
    rows = Deploy.objects.filter(stack__in=Stack.objects.visible_to(scope)).between(
        state.window.start, state.window.end
    )
    if query.stack_id:
        rows = rows.filter(stack_id=query.stack_id)
    return list(rows.select_related("stack").order_by("started_at"))


def _say_sampled(found: Found) -> str:
    """How many of how many."""
    kept, seen = found.sampled.kept, found.sampled.seen
    if not kept:
        return ""
    text = f"{kept:,} kept" + (f" of {seen:,} that X-Ray sampled" if seen else "")
    if found.sampled.cut:
        text += "; in busy minutes only the worst of the failed and slow ones"
    if not found.complete and found.since:
        text += f"; looked at back to {timezone.localtime(found.since):%d %b %H:%M}"
    return text


def _facets(found: Found, given: QueryDict) -> list[dict[str, Any]]:
    """What there is to filter by: annotations and other facts, with how many traces have each value."""
    listed = []
    for key in sorted(found.facets, key=_facet_order):
        values = found.facets[key]
        name, prefix = (
            ("annotation", key.removeprefix("annotation.")) if key.startswith("annotation.") else ("fact", key)
        )
        options = [
            {"value": value, "number": number, "address": with_pair(given, name, f"{prefix}:{value}")}
            for value, number in values
        ]
        if len(options) > 1 or name == "annotation":
            listed.append({"label": prefix, "options": options})
    return listed


def _facet_order(key: str) -> tuple[int, str]:
    """Annotations that teams put there themselves, then the usual ones, then the rest."""
    if key.startswith("annotation."):
        return 0, key
    return (1 + FIRST_FACETS.index(key), key) if key in FIRST_FACETS else (9, key)


def _row(row: TraceRow) -> dict[str, Any]:
    """A trace's row in words."""
    return {
        "row": row,
        "href": trace_address(row.id, row.account_id, row.region),
        "tone": TONES[row.kind],
        "word": WORDS[row.kind],
        "what": f"{row.method} {row.url}".strip() or row.entry,
        "annotations": [(key, ", ".join(values)) for key, values in sorted(row.annotations.items())][:4],
    }


def _causes(causes: Causes, given: QueryDict) -> Mapping[str, Any]:
    """Root causes in words, each leading to the traces that have it."""
    return {
        "given": causes,
        "limit": format_value(causes.slow_over, Unit.SECONDS) if causes.slow_over else "",
        "facts": [
            {
                "text": say_fact(one),
                "kind": one.kind,
                "bad": say_share(one.share_bad),
                "good": say_share(one.share_good),
                "bad_width": round(100 * one.share_bad, 1),
                "good_width": round(100 * one.share_good, 1),
                "lift": say_lift(one),
                "number": one.bad,
                "also": say_also(one),
                "address": with_pair(given, *one.parameter),
            }
            for one in causes.candidates[:SHOWN_CAUSES]
        ],
        "deploys": [
            {
                "deploy": one,
                "before": say_share(one.before) if one.before is not None else "",
                "after": say_share(one.after),
            }
            for one in causes.deploys
        ],
        "blame": _blame(causes, given),
    }


def _blame(causes: Causes, given: QueryDict) -> Sequence[Mapping[str, Any]]:
    """Where it arises, with the way there and to the map."""
    map_address = page_address("map")
    return [
        {
            "blame": one,
            "icon": "latency" if one.kind == "slow" else TONES[one.kind],
            "share": say_share(one.share),
            "name": plain_name(one.name),
            "path": " → ".join(plain_name(name) for name in one.path),
            "extra": format_value(one.seconds, Unit.SECONDS) if one.seconds else "",
            "address": with_pair(given, *one.parameter),
            "map": f"{map_address}?{_carried(given)}&focus=n{one.node_id}&hops=1"
            if map_address and one.node_id
            else "",
        }
        for one in causes.blame[:SHOWN_BLAME]
    ]
