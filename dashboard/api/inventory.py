"""Stacks and resources that the user may see."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from dashboard.access.roles import scope_of
from dashboard.inventory.models import Resource, Stack

router = Router(tags=["Inventory"])
MOST = 1000


class Page(Schema):
    """Which part of a long list is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 100
    offset: Annotated[int, Field(ge=0)] = 0


class StackFilter(Page):
    """Which stacks are wanted; each may be given several times."""

    account: Annotated[list[str], Field(description="AWS account ids.")] = []
    region: list[str] = []
    environment: list[str] = []
    team: Annotated[list[str], Field(description="Names of teams.")] = []
    state: Annotated[list[str], Field(description="critical, warning, ok or unknown.")] = []
    gone: Annotated[bool, Field(description="Also stacks that are gone from AWS.")] = False


class ResourceFilter(Page):
    """Which resources are wanted; each may be given several times."""

    stack: Annotated[list[int], Field(description="Ids of stacks.")] = []
    account: Annotated[list[str], Field(description="AWS account ids.")] = []
    region: list[str] = []
    service: Annotated[list[str], Field(description="Keys of the catalogue: lambda, sqs …")] = []
    state: Annotated[list[str], Field(description="critical, warning, ok or unknown.")] = []
    gone: Annotated[bool, Field(description="Also resources that are gone from AWS.")] = False


class HealthOut(Schema):
    """What is wrong, and why."""

    state: str
    reason: str
    metric: str
    value: float | None
    threshold: float | None
    since: AwareDatetime | None
    data_at: AwareDatetime | None


class StackOut(Schema):
    """A stack."""

    id: int
    name: str
    url: str
    account: str
    region: str
    environment: str
    owner: str
    team: str
    source: str
    status: str
    first_seen_at: AwareDatetime
    gone_at: AwareDatetime | None
    health: HealthOut | None


class ResourceOut(Schema):
    """A resource."""

    id: int
    name: str
    url: str
    stack: int
    account: str
    region: str
    service: str
    physical_id: str
    arn: str
    first_seen_at: AwareDatetime
    seen_at: AwareDatetime
    gone_at: AwareDatetime | None
    health: HealthOut | None


class StackList(Schema):
    """A part of the stacks; `count` is how many there are in all."""

    count: int
    items: list[StackOut]


class ResourceList(Schema):
    """A part of the resources; `count` is how many there are in all."""

    count: int
    items: list[ResourceOut]


@router.get("/stacks", response=StackList, summary="Stacks you may see")
def stacks(request: HttpRequest, wanted: Query[StackFilter]) -> dict[str, Any]:
    """List stacks by name, with their health."""
    rows = Stack.objects.visible_to(scope_of(request.user))
    picked = _picked(
        rows if wanted.gone else rows.present(),
        account__account_id__in=wanted.account,
        region__in=wanted.region,
        environment__in=wanted.environment,
        team__name__in=wanted.team,
        health__state__in=wanted.state,
    ).order_by("name", "pk")
    page = picked.select_related("account", "team", "health")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": picked.count(), "items": [stack_out(stack) for stack in page]}


@router.get("/resources", response=ResourceList, summary="Resources you may see")
def resources(request: HttpRequest, wanted: Query[ResourceFilter]) -> dict[str, Any]:
    """List resources by service and name, with their health."""
    rows = Resource.objects.visible_to(scope_of(request.user))
    picked = _picked(
        rows if wanted.gone else rows.present(),
        stack_id__in=wanted.stack,
        account__account_id__in=wanted.account,
        region__in=wanted.region,
        service__in=wanted.service,
        health__state__in=wanted.state,
    ).order_by("service", "name", "pk")
    page = picked.select_related("account", "health")[wanted.offset : wanted.offset + wanted.limit]
    return {"count": picked.count(), "items": [resource_out(resource) for resource in page]}


def _picked(rows: QuerySet[Any], **conditions: list[Any]) -> QuerySet[Any]:
    """Keep rows that meet those conditions for which values were given."""
    return rows.filter(**{name: values for name, values in conditions.items() if values})


def stack_out(stack: Stack) -> dict[str, Any]:
    """One stack as the API writes it; needs account, team and health loaded."""
    return {
        "id": stack.pk,
        "name": stack.name,
        "url": reverse("stack", args=[stack.pk]),
        "account": stack.account.account_id,
        "region": stack.region,
        "environment": stack.environment,
        "owner": stack.owner,
        "team": stack.team.name if stack.team else "",
        "source": stack.source,
        "status": stack.status,
        "first_seen_at": stack.first_seen_at,
        "gone_at": stack.gone_at,
        "health": getattr(stack, "health", None),
    }


def resource_out(resource: Resource) -> dict[str, Any]:
    """One resource as the API writes it; needs account and health loaded."""
    return {
        "id": resource.pk,
        "name": resource.name,
        "url": reverse("resource", args=[resource.pk]),
        "stack": resource.stack_id,
        "account": resource.account.account_id,
        "region": resource.region,
        "service": resource.service,
        "physical_id": resource.physical_id,
        "arn": resource.arn,
        "first_seen_at": resource.first_seen_at,
        "seen_at": resource.seen_at,
        "gone_at": resource.gone_at,
        "health": getattr(resource, "health", None),
    }
