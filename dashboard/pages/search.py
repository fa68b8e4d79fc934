"""Page (JSON): what the search palette finds: stacks, resources and pages that the user may see."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access.roles import scope_of
from dashboard.catalog import all_services
from dashboard.inventory.models import Resource, Stack
from dashboard.pages.context import navigation

STACKS, RESOURCES = 6, 12
LONGEST = 200

Item = dict[str, Any]


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """Find by name, ARN or id; every word must be in it."""
    words = request.GET.get("q", "")[:LONGEST].split()
    pages = [_page_item(page) for page in navigation(request) if _has_all(page["label"], words)]
    groups = [{"label": "Pages", "items": pages}]
    if words:
        scope = scope_of(request.user)
        stacks = _matching(Stack.objects.visible_to(scope).present().select_related("account"), words, ("name", "arn"))
        resources = _matching(
            Resource.objects.visible_to(scope).present().select_related("stack"),
            words,
            ("name", "arn", "physical_id", "logical_id"),
        )
        groups = [
            {"label": "Stacks", "items": [_stack_item(stack) for stack in stacks[:STACKS]]},
            {"label": "Resources", "items": [_resource_item(resource) for resource in resources[:RESOURCES]]},
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


def _resource_item(resource: Resource) -> Item:
    service = all_services().get(resource.service)
    return {
        "label": resource.name,
        "detail": f"{service.noun if service else 'Custom metrics'} · {resource.stack.name}",
        "url": reverse("resource", args=[resource.pk]),
        "icon": "resource",
    }
