"""Page: do we keep what we promised? Every objective with what is left of its error budget, worst first."""

from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role, scope_of
from dashboard.inventory.models import Stack
from dashboard.pages.freshness import say_what_is_missing
from dashboard.pages.objectives import Line, line_of, lines_of_stack
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.state import PageState, parse_state
from dashboard.slos.models import Slo
from dashboard.slos.read import statuses_of, visible, worst_first


@require_safe
@refreshable
def slos(request: HttpRequest) -> HttpResponse:
    """Show the objectives that the user may see."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    every = visible(scope_of(request.user))
    lines = [line_of(one) for one in worst_first(statuses_of(_filtered(every, state), now))]
    context: dict[str, Any] = {
        "state": state,
        "lines": lines,
        "known": bool(lines) or (state.is_filtered and every.exists()),
        "counts": _counts(lines),
        "missing": say_what_is_missing(targets_of(request), {line.slo.account_id for line in lines}, now),
        "collectors_url": reverse("collectors"),
        "add": reverse("admin:dashboard_slo_add") if has_role(request.user, ADMIN) else "",
    }
    return render(request, "slos/page.html", context)


@require_safe
@refreshable
def stack_slos(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the stack's page: its objectives; fetched after the page."""
    scope = scope_of(request.user)
    shown = get_object_or_404(Stack.objects.visible_to(scope), pk=pk)
    return render(request, "stack/_slos.html", {"slos": lines_of_stack(shown, scope, timezone.now())})


def _filtered(rows: QuerySet[Slo], state: PageState) -> QuerySet[Slo]:
    """Those of the accounts, environments and teams that were picked."""
    if state.accounts:
        rows = rows.filter(account__account_id__in=state.accounts)
    if state.environments:
        chosen = state.environments
        rows = rows.filter(Q(stack__environment__in=chosen) | Q(resource__stack__environment__in=chosen))
    if state.teams:
        chosen = state.teams
        rows = rows.filter(Q(stack__team__name__in=chosen) | Q(resource__stack__team__name__in=chosen))
    return rows


def _counts(lines: list[Line]) -> list[tuple[str, str, int]]:
    """How many are in each state: tone, words, number; worst first."""
    counted = Counter((line.tone, line.label) for line in lines)
    return [(tone, label, number) for (tone, label), number in counted.items()]
