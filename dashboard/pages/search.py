"""Page (JSON): what the search palette finds: stacks, open alerts, resources and pages that the user may see."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, JsonResponse
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe

from dashboard.access.roles import scope_of
from dashboard.alerts.models import Alert
from dashboard.catalog import all_services
from dashboard.inventory.models import Resource, Stack
from dashboard.pages.context import navigation

STACKS, RESOURCES, ALERTS = 6, 12, 5
LONGEST = 200

Item = dict[str, Any]
SUB_PAGES: tuple[Item, ...] = (
    {"label": "Objectives (SLOs)", "url": reverse_lazy("slos"), "icon": "check"},
    {"label": "What is watched (alert coverage)", "url": reverse_lazy("alert_coverage"), "icon": "eye"},
    {"label": "Silences", "url": reverse_lazy("silences"), "icon": "calendar"},
    {"label": "CloudWatch alarms", "url": reverse_lazy("alarms"), "icon": "alerts"},
)
"""Pages that have no entry of their own in the navigation."""
MONEY_PAGES: tuple[Item, ...] = (
    {"label": "Live spend (what it costs now)", "url": reverse_lazy("spend_live"), "icon": "spend"},
    {"label": "Budgets", "url": reverse_lazy("budgets"), "icon": "spend"},
)
"""Those of them for people who may see what things cost."""


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """Find by name, ARN or id; every word must be in it."""
    words = request.GET.get("q", "")[:LONGEST].split()
    pages = [_page_item(page) for page in _pages(request, words) if _has_all(page["label"], words)]
    groups = [{"label": "Pages", "items": pages}]
    if words:
        scope = scope_of(request.user)
        stacks = _matching(Stack.objects.visible_to(scope).present().select_related("account"), words, ("name", "arn"))
        resources = _matching(
            Resource.objects.visible_to(scope).present().select_related("stack"),
            words,
            ("name", "arn", "physical_id", "logical_id"),
        )
        alerts = _matching(Alert.objects.visible_to(scope).unresolved().filter(cause=None), words, ("name", "reason"))
        groups = [
            {"label": "Stacks", "items": [_stack_item(stack) for stack in stacks[:STACKS]]},
            {"label": "Resources", "items": [_resource_item(resource) for resource in resources[:RESOURCES]]},
            {"label": "Alerts", "items": [_alert_item(alert) for alert in alerts[:ALERTS]]},
            *groups,
        ]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


def _matching(rows: QuerySet[Any], words: list[str], fields: tuple[str, ...]) -> QuerySet[Any]:
    """Rows that hold every word in one of the fields; names that begin with the first word come first."""
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    rank = Case(When(name__istartswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(rank, "name", "pk")


def _pages(request: HttpRequest, words: list[str]) -> list[Item]:
    """Those of the navigation; others once something is looked for."""
    if not words:
        return navigation(request)
    return [*navigation(request), *SUB_PAGES, *(MONEY_PAGES if scope_of(request.user).money else ())]


def _has_all(text: str, words: list[str]) -> bool:
    return all(word.lower() in text.lower() for word in words)


def _page_item(page: dict[str, Any]) -> Item:
    return {"label": page["label"], "detail": "", "url": page["url"], "icon": page["icon"]}


def _stack_item(stack: Stack) -> Item:
    place = [stack.environment, stack.account.name, stack.region]
    return {
        "label": stack.name,
        "detail": " · ".join(part for part in place if part),
        "url": reverse("stack", args=[stack.pk]),
        "icon": "stack",
    }


def _alert_item(alert: Alert) -> Item:
    return {
        "label": alert.name,
        "detail": alert.reason,
        "url": reverse("alert", args=[alert.pk]),
        "icon": "alerts",
    }


def _resource_item(resource: Resource) -> Item:
    service = all_services().get(resource.service)
    return {
        "label": resource.name,
        "detail": f"{service.noun if service else 'Custom metrics'} · {resource.stack.name}",
        "url": reverse("resource", args=[resource.pk]),
        "icon": "resource",
    }
