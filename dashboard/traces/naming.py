"""Which resource a node of traces is: the catalogue's names of resources beside X-Ray's names of nodes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from dashboard.catalog import all_services, service
from dashboard.catalog.shape import Identity
from dashboard.catalog.tracing import REMOTE, plain_name

Key = tuple[str, str]
"""Type of a node and its name in plain form."""
Places = Mapping[Key, Sequence[tuple[str, int]]]
"""Regions and ids of resources by the key that X-Ray may know them by."""


class Named(NamedTuple):
    """What tells a resource's names."""

    pk: int
    region: str
    service: str
    physical_id: str
    name: str


@cache
def _services_by_type() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in all_services().values():
        for type_ in one.traced.types:
            found[type_].append(one.key)
    return {type_: tuple(keys) for type_, keys in found.items()}


def services_of(type_: str) -> tuple[str, ...]:
    """Keys of the catalogue whose resources may be nodes of that type."""
    return _services_by_type().get(type_, ())


def service_of(type_: str) -> str:
    """The service that a node's type alone tells; blank where it tells none."""
    found = services_of(type_) if type_ != REMOTE else ()
    return found[0] if len(found) == 1 else ""


@cache
def carriers() -> frozenset[str]:
    """Services that stand between those who send and those who receive."""
    return frozenset(one.key for one in all_services().values() if one.carries)


def keys_of(resource: Named) -> list[Key]:
    """Everything that X-Ray may call a resource."""
    traced = service(resource.service).traced
    names = traced.names(Identity(resource.physical_id, resource.name)) if traced.types else ()
    return [(type_, name) for type_ in traced.types for name in names]


def places_of(resources: Iterable[Named]) -> Places:
    """Resources by key."""
    places: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for one in resources:
        for key in keys_of(one):
            places[key].append((one.region, one.pk))
    return places


def resource_of(type_: str, name: str, region: str, places: Places) -> int | None:
    """The one resource that a node is: in its own region, else in the only region that has such a one."""
    found = places.get((type_, plain_name(name)), ())
    here = [pk for where, pk in found if where == region]
    chosen = here or [pk for _, pk in found]
    return chosen[0] if len(chosen) == 1 else None
