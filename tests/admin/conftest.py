"""A small world for the admin."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.access.models import Team
from dashboard.access.write import create_user
from dashboard.inventory.models import Account, CustomMetric, Deploy, Resource, Stack, TagRule
from dashboard.metrics.models import Block, Series

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CANARY = "canary-9c1e-external-id"


@dataclass(frozen=True)
class World:
    """One account with two stacks, their resources and what hangs on them."""

    account: Account
    shop: Stack
    mail: Stack
    team: Team
    rule: TagRule
    metric: CustomMetric


def make_resource(stack: Stack, name: str, **tags: str) -> Resource:
    return Resource.objects.create(
        account=stack.account, stack=stack, region="eu-central-1", service="lambda", physical_id=name, name=name,
        tags=tags, first_seen_at=NOON, seen_at=NOON,
    )  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    account = Account.objects.create(
        name="production", account_id="111122223333", method="role", regions=["eu-central-1"], external_id=CANARY,
        role_arn="arn:aws:iam::111122223333:role/stackdeck",
    )  # fmt: skip
    team = Team.objects.create(name="shop team")
    cloudformation = {"account": account, "region": "eu-central-1", "source": "cloudformation", "first_seen_at": NOON}
    shop = Stack.objects.create(name="shop", tags={"app": "shop"}, **cloudformation)
    mail = Stack.objects.create(name="mail", **cloudformation)
    function = make_resource(shop, "checkout")
    make_resource(mail, "sender", app="mail", env="prod")
    block = Block.objects.create(account=account, region="eu-central-1", period=300)
    for position, metric in enumerate(("invocations", "errors", "duration")):
        Series.objects.create(block=block, position=position, resource=function, metric=metric, unit="count")
    Deploy.objects.create(stack=shop, started_at=NOON, action="update", result="succeeded")
    rule = TagRule.objects.create(account=account, name="mailers", tags={"app": "mail"})
    metric = CustomMetric.objects.create(account=account, namespace="Shop/Checkout", name="Orders", statistic="Sum")
    return World(account, shop, mail, team, rule, metric)


@pytest.fixture
def admin(db: None) -> User:
    return create_user("ada", "x", "admin")


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    """A browser in which an admin is signed in."""
    client.force_login(admin)
    return client
