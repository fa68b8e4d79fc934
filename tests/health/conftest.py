"""A calm stack: a function that is called and answers, with everything within its thresholds."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.health.write import judge_region
from dashboard.inventory.models import Account, Resource, Stack
from tests.factories import NOW, make_account, make_points, make_resource, make_stack

Points = Mapping[str, Sequence[float]]
MakeMeasured = Callable[..., Resource]
CALM: Points = {"requests": [600.0] * 36, "errors": [0.0] * 36, "duration_p95": [310.0] * 36}


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def stack(account: Account) -> Stack:
    return make_stack(account)


@pytest.fixture
def make_measured(stack: Stack) -> MakeMeasured:
    """Make a resource with points; a calm function unless told otherwise."""

    def make(
        name: str = "checkout-api", key: str = "lambda", points: Points = CALM, of: Stack = stack, **columns: object
    ) -> Resource:
        resource = make_resource(of, name, key, **columns)
        make_points(resource, points)
        return resource

    return make


def judge_now(stack: Stack) -> StackHealth:
    """Judge the stack's region at NOW and give the stack's verdict."""
    judge_region(stack.account, "eu-west-1", NOW)
    return StackHealth.objects.get(stack=stack)


def verdict_on(resource: Resource) -> ResourceHealth:
    return ResourceHealth.objects.get(resource=resource)
