"""From the simulated AWS over HTTP to the service map."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dashboard import aws
from dashboard.access.roles import EVERYTHING
from dashboard.core.windows import Window
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of
from dashboard.traces.collect import collect_graph
from dashboard.traces.collect.graph import Collected
from dashboard.traces.models import Node, TraceGroup, TraceSource
from dashboard.traces.read import service_map
from dashboard.traces.read.shape import MapEdge
from dashboard.traces.spans import GraphChoices
from dashboard.traces.write import join_account
from tests.simulated_aws import PRODUCTION, SimulatedAws

pytestmark = pytest.mark.django_db
REGION = "eu-west-1"
DATA = "444455556666"
TEN_MINUTES = GraphChoices(backfill=timedelta(minutes=10))


@pytest.fixture
def account(simulated_aws: SimulatedAws) -> Account:
    return Account.objects.create(name="production", account_id=PRODUCTION, regions=[REGION])


def run(account: Account, now: datetime) -> Collected:
    return collect_graph(account, REGION, aws=aws.open(connection_of(account), REGION), now=now, choices=TEN_MINUTES)


def edges(now: datetime) -> dict[tuple[str, str], MapEdge]:
    """Lines of the map of the last half hour, by names; those of clients left out."""
    found = service_map(EVERYTHING, Window(now - timedelta(minutes=30), now))
    names = {one.id: one.name for one in found.nodes if one.kind != "client"}
    return {
        (names[one.source], names[one.target]): one
        for one in found.edges
        if one.source in names and one.target in names
    }


def test_the_world_is_on_the_map_with_its_queues_and_what_is_not_traced(account: Account) -> None:
    now = timezone.now()
    came = run(account, now)
    assert (came.ok, came.errors) == (True, [])
    discover(account, REGION, aws.open(connection_of(account), REGION), now, Choices())
    join_account(account)
    found = edges(now)
    calls = found["checkout-create-order", "payments-authorize"]
    assert calls.traced
    assert calls.flow is not None
    assert calls.flow.total > 0
    consumed = found["orders-fulfilment", "orders-fulfil"]
    assert (consumed.link, consumed.relation) == (True, "event_source_mapping")
    assert consumed.waiting is not None
    assert consumed.waiting.source == "traces"
    bus = found["orders-bus", "orders-fulfilment"]
    assert (bus.traced, bus.relation) == (True, "target")
    api = found["checkout-api (prod)", "checkout-create-order"]
    assert (api.traced, api.relation) == (False, "integration")
    assert not found["catalog-db-proxy", "catalog-db"].traced


def test_a_call_into_another_account_is_one_line_whoever_is_asked_first(account: Account) -> None:
    data = Account.objects.create(
        name="data", account_id=DATA, regions=[REGION], role_arn=f"arn:aws:iam::{DATA}:role/StackdeckReadOnly"
    )
    now = timezone.now()
    run(account, now)
    moderate = Node.objects.get(name="images-moderate", type="AWS::Lambda::Function")
    assert (moderate.account, moderate.confirmed) == (data, False)
    assert ("storefront-feedback", "images-moderate") in edges(now)


def test_groups_and_the_destination_are_known_after_the_first_run(account: Account) -> None:
    run(account, timezone.now())
    assert list(TraceGroup.objects.values_list("name", flat=True)) == ["checkout"]
    assert TraceSource.objects.get().destination == TraceSource.Destination.XRAY


def test_without_x_rays_permission_nothing_comes_and_the_action_is_named(
    account: Account, simulated_aws: SimulatedAws
) -> None:
    simulated_aws.fault("access_denied", service="xray")
    came = run(account, timezone.now())
    assert (came.ok, came.spans) == (False, 0)
    assert came.errors[0].action == "xray:GetServiceGraph"
    assert simulated_aws.calls()["xray:GetServiceGraph"] == 1


def test_an_answer_that_is_cut_off_stores_nothing_of_that_span(account: Account, simulated_aws: SimulatedAws) -> None:
    now = timezone.now()
    simulated_aws.fault("truncated", service="xray", operation="GetServiceGraph", times=1)
    came = run(account, now)
    assert len(came.errors) == 1
    simulated_aws.clear_faults()
    again = run(account, now)
    assert (again.spans, again.errors) == (1, [])
