"""The planted incidents stand out: the sick stacks break suggested thresholds, the others none."""

import pytest

from dashboard.catalog import all_services
from dashboard.demo.world.world import World
from tests.demo.test_catalogue import found_everywhere
from tests.demo.thresholds import breaches
from tests.simulated_aws import SimulatedAws

SICK = {
    "checkout-prod": "apigateway_http",
    "orders-prod": "sqs",
    "notifications-prod": "sqs",
    "clickstream-prod": "lambda",
    "catalog-prod": "aurora",
    "image-pipeline-prod": "lambda",
}
"""Stacks with an incident, and the service that shows it."""


@pytest.mark.parametrize("hours_later", [0, 7, 13, 19])
def test_every_incident_breaks_a_threshold_and_nothing_else_does(simulated_aws: SimulatedAws, hours_later: int) -> None:
    origin = simulated_aws.simulator.world.origin + hours_later * 60
    world = World(1, origin)
    broken: dict[str, set[str]] = {}
    for service in all_services().values():
        for found in found_everywhere(service):
            for breach in breaches(world, service, found, origin * 60):
                broken.setdefault(breach.stack, set()).add(breach.service)

    assert set(broken) == set(SICK)
    assert all(service in broken[stack] for stack, service in SICK.items())
