"""Pieces of other pages: the newest open alerts under the bell, and the alerts of a stack."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import scope_of
from dashboard.alerts.read.listing import newest, of_stack
from dashboard.inventory.models import Stack
from dashboard.pages.alerts import line_of
from dashboard.pages.refresh import open_alerts, refreshable


@require_safe
@refreshable
def newest_alerts(request: HttpRequest) -> HttpResponse:
    """What the bell opens: the newest alerts that nobody has taken."""
    found = newest(scope_of(request.user))
    return render(request, "alerts/_newest.html", {"alerts": found, "number": open_alerts(request)})


@require_safe
@refreshable
def stack_alerts(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the stack's page: what is broken in it, and what was within a week; fetched after the page."""
    scope, now = scope_of(request.user), timezone.now()
    shown = get_object_or_404(Stack.objects.visible_to(scope), pk=pk)
    return render(request, "stack/_alerts.html", {"lines": [line_of(row) for row in of_stack(scope, shown.pk, now)]})
