"""Every call that the catalogue names is answered by the simulator, in shape and from the world."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name

from dashboard import aws
from dashboard.catalog import all_services
from dashboard.catalog.shape import Call, Found, Service
from dashboard.core.connection import Connection
from dashboard.demo.answers import load_handlers
from dashboard.demo.handlers import HANDLERS
from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws

REGIONS = ("eu-west-1", "us-east-1", "eu-central-1")
CONNECTIONS = (Connection(PRODUCTION), Connection(DATA, role_arn=f"arn:aws:iam::{DATA}:role/OpenRole"))
SERVICES = [pytest.param(service, id=key) for key, service in sorted(all_services().items())]
CALLS = [
    pytest.param(call, id=f"{key}-{call.client}-{call.method}")
    for key, service in sorted(all_services().items())
    for call in (
        service.listing.call,
        *([service.listing.each] if service.listing.each else []),
        *service.details.values(),
        *service.region_details.values(),
    )
]
NOT_SIMULATED: frozenset[tuple[str, str]] = frozenset()
"""Metrics of the catalogue that no component of the world emits under those dimensions."""


def found_everywhere(service: Service) -> Iterator[Found]:
    """Every resource of a service in both accounts, with its details."""
    for connection in CONNECTIONS:
        for region in REGIONS:
            if service.list_region in {"", region}:
                yield from found_in(aws.open(connection, region), service)


def found_in(place: aws.Region, service: Service) -> Iterator[Found]:
    """As discovery does it: list, identify, ask for details."""
    account_id = place.connection.account_id
    items = place.list_service(service)
    shared: dict[str, Any] = {key: place.region_detail(service, key) for key in service.region_details} if items else {}
    for item in items:
        identity = service.listing.identify(item)
        details = {key: place.detail(service, key, identity, item) for key in service.details}
        yield Found(identity, account_id, place.name, item, {**shared, **details})


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_the_catalogue_is_answered_from_the_world(call: Call) -> None:
    load_handlers()

    assert (call.client, call.method) in {(client, xform_name(operation)) for client, operation in HANDLERS}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_found_with_facts_limits_and_links(simulated_aws: SimulatedAws, service: Service) -> None:
    found = list(found_everywhere(service))

    assert found
    for one in found:
        assert one.identity.physical_id
        assert service.facts(one)
        assert all(value > 0 for value in service.limits(one).values())
        assert all(link.source and link.target for link in service.relations(one))


@pytest.mark.parametrize("service", SERVICES)
def test_every_metric_of_a_service_is_emitted_under_its_dimensions(
    simulated_aws: SimulatedAws, service: Service
) -> None:
    world = simulated_aws.simulator.world
    emitted: set[str] = set()
    for one in found_everywhere(service):
        there = world.series_in(one.account_id, service.metric_region or one.region)
        for metric in service.metrics:
            dimensions = {**service.dimensions(one), **metric.dimensions}
            if (service.namespace, metric.name, tuple(sorted(dimensions.items()))) in there:
                emitted.add(metric.key)

    expected = {metric.key for metric in service.metrics if (service.key, metric.key) not in NOT_SIMULATED}
    assert emitted == expected
