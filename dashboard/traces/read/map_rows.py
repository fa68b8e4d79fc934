"""Rows that the service map is made of, as plain tuples: there are thousands of them."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from dashboard.inventory.models import Link, Resource
from dashboard.traces.models import Edge, Node

NOT_CALLS = ("index", "replica", "protects")
"""Kinds of links along which nothing is called or handed on."""
SEEN_TO = timedelta(hours=1)
"""How exactly it is known when a node or an edge was seen last."""


class NodeRow(NamedTuple):
    """A node of traces with the resource that it is."""

    pk: int
    account_id: int
    region: str
    name: str
    type: str
    confirmed: bool
    account__account_id: str
    account__name: str
    resource_id: int | None
    resource__name: str | None
    resource__service: str | None
    resource__region: str | None
    resource__account_id: int | None
    resource__stack_id: int | None
    resource__stack__name: str | None
    resource__stack__team_id: int | None
    resource__stack__team__name: str | None
    resource__stack__environment: str | None


class EdgeRow(NamedTuple):
    """A call path."""

    pk: int
    source_id: int
    target_id: int
    kind: str
    source__account_id: int
    source__region: str


class LinkRow(NamedTuple):
    """What configuration says of two resources."""

    source_id: int
    target_id: int
    kind: str


class ResourceRow(NamedTuple):
    """A resource at the end of a link. The first five are those of `naming.Named`."""

    pk: int
    region: str
    service: str
    physical_id: str
    name: str
    account_id: int
    account__account_id: str
    account__name: str
    stack_id: int
    stack__name: str
    stack__team_id: int | None
    stack__team__name: str | None
    stack__environment: str


def node_rows(since: datetime) -> list[NodeRow]:
    """Nodes seen since, and all that are resources."""
    rows = Node.objects.filter(Q(seen_at__gte=since - SEEN_TO) | Q(resource__isnull=False)).order_by("pk")
    return [NodeRow(*row) for row in rows.values_list(*NodeRow._fields)]


def edge_rows(since: datetime) -> list[EdgeRow]:
    """Edges seen since."""
    rows = Edge.objects.filter(seen_at__gte=since - SEEN_TO).order_by("pk")
    return [EdgeRow(*row) for row in rows.values_list(*EdgeRow._fields)]


def link_rows() -> list[LinkRow]:
    """Links in use between resources that are there."""
    rows = Link.objects.filter(enabled=True, source__gone_at=None, target__gone_at=None).exclude(kind__in=NOT_CALLS)
    return [LinkRow(*row) for row in rows.order_by("pk").values_list(*LinkRow._fields)]


def linked_resources() -> dict[int, ResourceRow]:
    """Resources at the ends of links, by id."""
    ends = Link.objects.filter(enabled=True).exclude(kind__in=NOT_CALLS)
    rows = Resource.objects.present().filter(Q(pk__in=ends.values("source")) | Q(pk__in=ends.values("target")))
    return {row[0]: ResourceRow(*row) for row in rows.order_by("pk").values_list(*ResourceRow._fields)}
