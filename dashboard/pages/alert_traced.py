"""A piece of an alert's page, fetched after it: failed and slow traces through the resource at that time."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import scope_of
from dashboard.alerts.models import Alert
from dashboard.pages.alert import time_around
from dashboard.pages.refresh import refreshable
from dashboard.pages.state import CUSTOM
from dashboard.pages.traced import bad_traces
from dashboard.traces.read import TraceQuery, nodes_of_resource

SHOWN = 4


@require_safe
@refreshable
def alert_traced(request: HttpRequest, pk: int) -> HttpResponse:
    """What traces tell of the time around an alert; nothing where its resource is not traced."""
    now, scope = timezone.now(), scope_of(request.user)
    shown = get_object_or_404(Alert.objects.visible_to(scope).select_related("resource"), pk=pk)
    nodes = nodes_of_resource(shown.resource) if shown.resource else ()
    if not nodes:
        return render(request, "alert/_traces.html", {"bad": []})
    window, node = time_around(request, shown, now).window, nodes[0]
    query = {
        "range": CUSTOM,
        "from": int(window.start.timestamp()),
        "to": int(window.end.timestamp()),
        "node": f"n{node.pk}",
    }
    context = {
        "bad": bad_traces(scope, window, TraceQuery(node_id=node.pk, most=SHOWN)),
        "traced": True,
        "traces_url": f"{reverse('traces')}?{urlencode(query)}",
    }
    return render(request, "alert/_traces.html", context)
