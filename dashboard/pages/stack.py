"""Page: how is this system doing, and why? Verdict, golden signals, resources worst first, deploys, thresholds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.catalog.shape import Service
from dashboard.health.models import StackHealth, State
from dashboard.health.read import ResourceRow, resource_rows
from dashboard.inventory.models import Deploy, Link, Resource, Stack
from dashboard.pages.charts import Card, deploy_markers, leading_to_traces, say_threshold, stack_charts
from dashboard.pages.freshness import of_stack
from dashboard.pages.links import resource_link
from dashboard.pages.refresh import page_freshness, refreshable
from dashboard.pages.state import PageState, parse_state
from dashboard.pages.verdicts import say_verdict
from dashboard.thresholds.inheritance import Place
from dashboard.thresholds.read import in_force_at, rules

DEPLOYS = 12
CONSOLE = "https://{region}.console.aws.amazon.com/cloudformation/home?region={region}#/stacks/stackinfo?stackId={arn}"


@dataclass(frozen=True, slots=True)
class Line:
    """A resource's row and the addresses behind it."""

    row: ResourceRow
    href: str
    reason_href: str


@dataclass(frozen=True, slots=True)
class Group:
    """The present resources of one service, worst first."""

    service: Service | None
    key: str
    lines: Sequence[Line]


@require_safe
@refreshable
def stack(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one stack; somebody else's does not exist."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    scope = scope_of(request.user)
    rows = Stack.objects.visible_to(scope).select_related("account", "team", "health__resource")
    shown = get_object_or_404(rows, pk=pk)
    health: StackHealth | None = getattr(shown, "health", None)
    resources = resource_rows(shown, state.window)
    deploys = list(Deploy.objects.filter(stack=shown).select_related("stack").order_by("-started_at")[:DEPLOYS])
    groups = group_by_service(resources)
    by_account = page_freshness(request, [shown.account_id], now)
    context = {
        "state": state,
        "stack": shown,
        "health": health,
        "guilty": health.resource if health else None,
        "verdict": _verdict(health, deploys),
        "guilty_href": _guilty_href(health),
        "counts": _counts(resources),
        "charts": leading_to_traces(stack_charts(shown), shown.pk, state.window),
        "markers": deploy_markers(_within(deploys, state)),
        "groups": groups,
        "gone": [row for row in resources if row.resource.gone_at],
        "deploys": deploys,
        "thresholds": _thresholds(shown, groups),
        "neighbours": neighbouring_stacks(scope, shown),
        "fresh": of_stack(shown, by_account),
        "console": stack_console(shown),
        "collectors_url": reverse("collectors"),
        "map_source": map_source(request, shown),
    }
    return render(request, "stack/page.html", context)


def map_source(request: HttpRequest, shown: Stack) -> str:
    """The address of the stack's own piece of the service map, for the page's window."""
    asked = request.GET.copy()
    asked.update({"stack": str(shown.pk), "open": str(shown.pk)})
    return f"/api/v1/map?{asked.urlencode()}"


def _verdict(health: StackHealth | None, deploys: Sequence[Deploy]) -> str:
    """What is wrong and who is guilty; blank for a stack that is well."""
    if health is None or health.state == State.OK:
        return ""
    before = (deploy.started_at for deploy in deploys if health.since and deploy.started_at <= health.since)
    return say_verdict(health.reason, health.resource.name if health.resource else "", health.since, next(before, None))


def group_by_service(resources: Iterable[ResourceRow]) -> list[Group]:
    """Services in the order of their worst resource; gone resources are left out."""
    groups: dict[str, list[Line]] = {}
    services: dict[str, Service | None] = {}
    for row in resources:
        if row.resource.gone_at:
            continue
        services[row.resource.service] = row.service
        groups.setdefault(row.resource.service, []).append(
            Line(
                row=row,
                href=reverse("resource", args=[row.resource.pk]),
                reason_href=resource_link(row.resource.pk, row.resource.service, row.metric),
            )
        )
    return [Group(services[key], key, lines) for key, lines in groups.items()]


def _within(deploys: Iterable[Deploy], state: PageState) -> list[Deploy]:
    return [deploy for deploy in deploys if state.window.start <= deploy.started_at < state.window.end]


def _guilty_href(health: StackHealth | None) -> str:
    if health is None or health.resource is None:
        return ""
    return resource_link(health.resource.pk, health.resource.service, health.metric)


def _counts(resources: Iterable[ResourceRow]) -> dict[str, int]:
    counts = {"critical": 0, "warning": 0, "ok": 0, "unknown": 0}
    for row in resources:
        if row.resource.gone_at is None:
            counts[row.state] = counts.get(row.state, 0) + 1
    return counts


def _thresholds(shown: Stack, groups: Sequence[Group]) -> list[tuple[Service, list[Card]]]:
    """What is in force for the stack's resources, by service; rules for single resources show on their pages."""
    known = rules()
    return [
        (group.service, [say_threshold(group.service, one) for one in in_force_at(_anywhere(shown, group.key), known)])
        for group in groups
        if group.service
    ]


def _anywhere(shown: Stack, service: str) -> Place:
    """Any resource of a service in the stack."""
    return Place(service, 0, shown.pk, shown.team_id, shown.environment, shown.account_id)


def neighbouring_stacks(scope: Scope, shown: Stack) -> dict[str, list[dict[str, Any]]]:
    """Stacks that configuration links with this one, as far as the user may see them."""
    visible = Stack.objects.visible_to(scope)
    across = Q(source__stack=shown) | Q(target__stack=shown)
    # Not by resources: SQLite would try every pair of visible ones.
    links = list(
        Link.objects.filter(across, source__stack__in=visible, target__stack__in=visible)
        .filter(source__gone_at=None, target__gone_at=None)
        .exclude(source__stack=shown, target__stack=shown)
        .select_related("source__stack", "target__stack")
    )
    return {
        "upstream": _stacks_of((one.source, one.target, one) for one in links if one.target.stack_id == shown.pk),
        "downstream": _stacks_of((one.target, one.source, one) for one in links if one.source.stack_id == shown.pk),
    }


def _stacks_of(ends: Iterable[tuple[Resource, Resource, Link]]) -> list[dict[str, Any]]:
    """One entry per stack, with the links that lead there."""
    found: dict[int, dict[str, Any]] = {}
    for there, here, link in ends:
        entry = found.setdefault(
            there.stack_id,
            {"name": there.stack.name, "url": reverse("stack", args=[there.stack_id]), "links": []},
        )
        entry["links"].append(
            {
                "here": here.name,
                "there": there.name,
                "url": reverse("resource", args=[there.pk]),
                "service": there.service,
                "kind": link.kind.replace("_", " "),
            }
        )
    return sorted(found.values(), key=lambda entry: str(entry["name"]))


def stack_console(shown: Stack) -> str:
    """The stack in AWS's console; blank for stacks that AWS does not know."""
    if shown.source != Stack.Source.CLOUDFORMATION or not shown.arn:
        return ""
    return CONSOLE.format(region=quote(shown.region), arn=quote(shown.arn, safe=""))
