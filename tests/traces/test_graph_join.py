"""Nodes of traces and what they are: resources, nodes of other accounts, and what nobody sees any more."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.inventory.models import Account, Resource
from dashboard.traces.models import Edge, GraphSlice, Node
from dashboard.traces.read import nodes_of_resource, nodes_of_stack
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES
from dashboard.traces.tally import unpack
from dashboard.traces.write import expire_graph, join_account
from tests.factories import make_account, make_resource, make_stack
from tests.traces.builders import FUNCTION, TYPES, a_graph

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
KEEP = {MINUTE: timedelta(days=3), TEN_MINUTES: timedelta(days=30), HOUR: timedelta(days=455)}
HOST = "eu-west-1.rds.amazonaws.com"


@pytest.fixture
def account() -> Account:
    return make_account()


def node(account: Account, name: str, type_: str = FUNCTION, region: str = "eu-west-1") -> Node:
    return Node.objects.create(account=account, region=region, name=name, type=type_, seen_at=AT)


def joined(account: Account, one: Node) -> Resource | None:
    join_account(account)
    one.refresh_from_db()
    return one.resource


@pytest.mark.parametrize(
    ("type_", "name", "service", "columns"),
    [
        (FUNCTION, "pay", "lambda", {}),
        ("AWS::DynamoDB::Table", "pay", "dynamodb", {}),
        ("AWS::S3::Bucket", "pay", "s3", {}),
        ("AWS::SNS", "pay", "sns", {"physical_id": "arn:aws:sns:eu-west-1:000000000001:pay"}),
        ("AWS::SNS::Topic", "pay", "sns", {"physical_id": "arn:aws:sns:eu-west-1:000000000001:pay"}),
        ("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/000000000001/pay", "sqs",
         {"physical_id": "http://127.0.0.1:5000/000000000001/pay"}),
        ("AWS::SQS::Queue", "pay", "sqs", {"physical_id": "https://sqs.eu-west-1.amazonaws.com/000000000001/pay"}),
        ("AWS::Kinesis::Stream", "pay", "kinesis", {}),
        ("AWS::KinesisFirehose::DeliveryStream", "pay", "firehose", {}),
        ("AWS::StepFunctions::StateMachine", "pay", "step_functions", {"physical_id": "arn:aws:states:…:pay"}),
        ("AWS::ApiGateway::Stage", "pay-api/prod", "apigateway_rest",
         {"physical_id": "a1b2c3/prod", "name": "pay-api (prod)"}),
        ("remote", "a1b2c3.execute-api.eu-west-1.amazonaws.com", "apigateway_http",
         {"physical_id": "a1b2c3/$default", "name": "pay ($default)"}),
        ("AWS::Cognito::UserPool", "eu-west-1_AbC", "cognito",
         {"physical_id": "eu-west-1_AbC/client1", "name": "people (web)"}),
        ("Database::SQL", f"shop@pay.c0ffee123.{HOST}", "rds", {}),
        ("Database::SQL", f"shop@pay.cluster-c0ffee123.{HOST}", "aurora", {}),
        ("Database::SQL", f"shop@pay.cluster-ro-c0ffee123.{HOST}", "aurora", {}),
        ("Database::SQL", f"shop@pay.proxy-c0ffee123.{HOST}:5432", "rds_proxy", {}),
        ("AWS::Events", "default", "eventbridge", {"physical_id": "nightly"}),
        ("AWS::Events", "orders", "eventbridge", {"physical_id": "orders|shipped"}),
    ],
)  # fmt: skip
def test_a_node_is_a_resource_by_its_name_and_type(
    account: Account, type_: str, name: str, service: str, columns: dict[str, str]
) -> None:
    resource = make_resource(make_stack(account), columns.pop("name", "pay"), service, **columns)
    assert joined(account, node(account, name, type_)) == resource


@pytest.mark.parametrize(
    ("type_", "name", "service"),
    [
        ("client", "pay", "lambda"),
        ("remote", "pay", "lambda"),
        ("AWS::DynamoDB::Table", "pay", "lambda"),
        ("Database::SQL", f"shop@pay.cluster-c0ffee123.{HOST}", "rds"),
        ("Database::SQL", "shop@pay.example.com", "rds"),
    ],
)
def test_a_name_alone_proves_nothing(account: Account, type_: str, name: str, service: str) -> None:
    make_resource(make_stack(account), "pay", service)
    assert joined(account, node(account, name, type_)) is None


def test_the_function_of_a_nodes_own_region_is_it(account: Account) -> None:
    here = make_resource(make_stack(account))
    make_resource(make_stack(account, "copy", region="eu-north-1"))
    assert joined(account, node(account, "checkout-api")) == here


def test_what_is_called_across_regions_is_the_only_one_of_that_name(account: Account) -> None:
    there = make_resource(make_stack(account, region="eu-north-1"))
    assert joined(account, node(account, "checkout-api")) == there


def test_what_could_be_two_resources_is_neither(account: Account) -> None:
    for region in ("eu-north-1", "eu-central-1"):
        make_resource(make_stack(account, region, region=region))
    assert joined(account, node(account, "checkout-api")) is None


def test_another_accounts_resource_of_that_name_is_not_it(account: Account) -> None:
    make_resource(make_stack(make_account("Other", 2)))
    assert joined(account, node(account, "checkout-api")) is None


def test_a_new_node_is_joined_at_once(account: Account) -> None:
    stack = make_stack(account)
    resource = make_resource(stack, "web")
    found = a_graph(account, {("client", "web"): 5}, at=AT)
    assert found["web"].resource == resource
    assert nodes_of_resource(resource) == nodes_of_stack(stack) == [found["web"]]


def test_a_resource_that_went_gives_way_to_its_successor(account: Account) -> None:
    stack = make_stack(account)
    one = node(account, "pay-api/prod", TYPES["stage"])
    old = make_resource(stack, "pay-api (prod)", "apigateway_rest", physical_id="old/prod", gone_at=None)
    assert joined(account, one) == old
    Resource.objects.filter(pk=old.pk).update(gone_at=AT)
    new = make_resource(stack, "pay-api (prod)", "apigateway_rest", physical_id="new/prod")
    assert joined(account, one) == new


def test_a_node_of_a_connected_account_is_that_accounts(account: Account) -> None:
    other = make_account("Other", 2)
    found = a_graph(account, {("web", "pay"): 5}, at=AT, owners={"pay": other.account_id})
    assert (found["pay"].account, found["pay"].region, found["pay"].confirmed) == (other, "eu-west-1", False)


def test_its_own_graph_confirms_it_and_moves_it_to_its_region(account: Account) -> None:
    other = make_account("Other", 2)
    resource = make_resource(make_stack(other, region="eu-north-1"), "pay")
    before = a_graph(account, {("web", "pay"): 5}, at=AT, owners={"pay": other.account_id})["pay"]
    after = a_graph(other, {("client", "pay"): 5}, at=AT, region="eu-north-1")["pay"]
    assert after.pk == before.pk
    assert (after.region, after.confirmed, after.resource) == ("eu-north-1", True, resource)


def test_a_node_is_found_wherever_its_own_account_has_it(account: Account) -> None:
    other = make_account("Other", 2)
    own = a_graph(other, {("client", "pay"): 5}, at=AT, region="eu-north-1")["pay"]
    assert a_graph(account, {("web", "pay"): 5}, at=AT, owners={"pay": other.account_id})["pay"].pk == own.pk
    assert Node.objects.filter(name="pay", type=FUNCTION).count() == 1


def test_nothing_is_counted_twice_when_two_accounts_tell_of_it(account: Account) -> None:
    other = make_account("Other", 2)
    calls = {("web", "pay"): 5, ("pay", "table:orders"): 7}
    theirs = {"pay": other.account_id, "table:orders": other.account_id}
    nodes = a_graph(account, calls, at=AT, owners=theirs)
    a_graph(other, calls, at=AT, owners={"web": account.account_id})
    told = {one.account_id: (unpack(one.nodes), unpack(one.edges)) for one in GraphSlice.objects.filter(period=MINUTE)}
    assert told[account.pk][0].ids.tolist() == [nodes["web"].pk]
    assert told[other.pk][0].ids.tolist() == sorted([nodes["pay"].pk, nodes["table:orders"].pk])
    assert [edges.counts.sum() for _, edges in told.values()] == [5, 7]
    assert Edge.objects.count() == 2


def test_each_period_expires_in_its_time(account: Account) -> None:
    a_graph(account, {("client", "web"): 5}, at=AT, minutes=60)
    held = GraphSlice.objects.values_list("period", flat=True)
    assert set(held) == {MINUTE, TEN_MINUTES, HOUR}
    expire_graph(AT + timedelta(days=4), KEEP)
    assert set(held.all()) == {TEN_MINUTES, HOUR}
    expire_graph(AT + timedelta(days=31), KEEP)
    assert set(held.all()) == {HOUR}
    assert Node.objects.exists()
    expire_graph(AT + timedelta(days=456), KEEP)
    assert not held.all()
    assert not Node.objects.exists()
    assert not Edge.objects.exists()


def test_what_is_still_kept_stays(account: Account) -> None:
    a_graph(account, {("client", "web"): 5}, at=AT, minutes=10)
    assert expire_graph(AT + timedelta(days=2), KEEP) == 0
