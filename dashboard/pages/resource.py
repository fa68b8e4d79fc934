"""Page: what exactly is this resource doing? Every chart of the catalogue, and the configuration that explains it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, scope_of
from dashboard.catalog import all_services
from dashboard.catalog.shape import Service
from dashboard.core.units import Unit, format_value
from dashboard.health.models import ResourceHealth, State
from dashboard.inventory.models import Deploy, Link, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.pages.alarms import lines_of
from dashboard.pages.charts import (
    Card,
    chart_of,
    console_url,
    custom_charts,
    deploy_markers,
    leading_to_traces,
    resource_charts,
    say_threshold,
)
from dashboard.pages.freshness import of_stack
from dashboard.pages.refresh import page_freshness, refreshable
from dashboard.pages.state import parse_state
from dashboard.pages.verdicts import say_verdict
from dashboard.thresholds.inheritance import InForce
from dashboard.thresholds.read import in_force_at, place_of, rules

REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A resource that configuration links with the one that is shown."""

    resource: Resource
    kind: str
    enabled: bool
    state: str
    stack: Stack | None
    """Its stack, when that is another one."""
    url: str


@require_safe
@refreshable
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one resource; somebody else's does not exist."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    scope = scope_of(request.user)
    rows = Resource.objects.visible_to(scope).select_related("account", "stack__account", "health")
    shown = get_object_or_404(rows, pk=pk)
    service = all_services().get(shown.service)
    series = list(Series.objects.filter(resource=shown).select_related("block"))
    health: ResourceHealth | None = getattr(shown, "health", None)
    deploys = list(Deploy.objects.filter(stack=shown.stack).between(state.window.start, state.window.end))
    thresholds = in_force_at(place_of(shown), rules())
    context = {
        "state": state,
        "resource": shown,
        "service": service,
        "health": health,
        "verdict": _verdict(health, deploys),
        "guilty_chart": chart_of(service, health.metric) if service and health and health.metric else "",
        "charts": leading_to_traces(_charts(service, shown, series, health, thresholds), shown.stack_id, state.window),
        "markers": deploy_markers(deploys),
        "facts": facts_of(shown),
        "thresholds": [say_threshold(service, one) for one in thresholds] if service else [],
        "alarms": lines_of(shown, scope, now),
        "neighbours": neighbours(scope, shown),
        "fresh": of_stack(shown.stack, page_freshness(request, [shown.account_id], now)),
        "console": console_url(service, shown) if service else "",
        "collectors_url": reverse("collectors"),
    }
    return render(request, "resource/page.html", context)


def _verdict(health: ResourceHealth | None, deploys: Sequence[Deploy]) -> str:
    """What is wrong; blank for a resource that is well."""
    if health is None or health.state == State.OK:
        return ""
    before = (deploy.started_at for deploy in deploys if health.since and deploy.started_at <= health.since)
    return say_verdict(health.reason, since=health.since, deployed_at=next(before, None))


def _charts(
    service: Service | None,
    shown: Resource,
    series: Sequence[Series],
    health: ResourceHealth | None,
    thresholds: Sequence[InForce],
) -> list[Card]:
    if service is None:
        return custom_charts(series)
    drawn = [one.threshold for one in thresholds if not one.muted]
    return resource_charts(service, shown, {one.metric for one in series}, drawn, health.metric if health else "")


def facts_of(shown: Resource) -> list[dict[str, Any]]:
    """Configuration as collected, with units written out."""
    return [_fact(label, value) for label, value in _pairs(shown.facts)]


def _pairs(facts: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(facts, dict):
        return facts.items()
    return [(fact["label"], fact) for fact in facts]


def _fact(label: str, value: Any) -> dict[str, Any]:
    unit = None
    if isinstance(value, dict):
        value, unit = value.get("value"), value.get("unit")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = format_value(value, Unit(unit) if unit else Unit.COUNT)
    return {"label": label, "value": value}


def neighbours(scope: Scope, shown: Resource) -> dict[str, list[Neighbour]]:
    """What configuration links upstream and downstream, as far as the user may see it."""
    visible = Resource.objects.visible_to(scope).present()
    links = Link.objects.order_by("kind")
    upstream = links.filter(target=shown, source__in=visible).select_related("source__stack", "source__health")
    downstream = links.filter(source=shown, target__in=visible).select_related("target__stack", "target__health")
    return {
        "upstream": _merged(shown, ((link.source, link) for link in upstream)),
        "downstream": _merged(shown, ((link.target, link) for link in downstream)),
    }


def _merged(shown: Resource, ends: Iterable[tuple[Resource, Link]]) -> list[Neighbour]:
    """One neighbour per resource with all kinds of its links; a bare reference is told only when it is all there is."""
    links: dict[Resource, list[Link]] = {}
    for other, link in ends:
        links.setdefault(other, []).append(link)
    merged = [_neighbour(other, found, shown) for other, found in links.items()]
    return sorted(merged, key=lambda neighbour: (neighbour.resource.service, neighbour.resource.name))


def _neighbour(other: Resource, links: Sequence[Link], shown: Resource) -> Neighbour:
    health: ResourceHealth | None = getattr(other, "health", None)
    kinds = dict.fromkeys(link.kind for link in links if link.kind != REFERENCE) or [REFERENCE]
    return Neighbour(
        resource=other,
        kind=", ".join(kind.replace("_", " ") for kind in kinds),
        enabled=any(link.enabled for link in links),
        state=health.state if health else "unknown",
        stack=other.stack if other.stack_id != shown.stack_id else None,
        url=reverse("resource", args=[other.pk]),
    )
