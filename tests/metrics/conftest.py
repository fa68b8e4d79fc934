"""An account with a stack and resources, and places for their series."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

from dashboard.inventory.models import Account, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import place

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MakeSeries = Callable[..., list[Series]]


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(name="production", account_id="111122223333", regions=["eu-west-1"])


@pytest.fixture
def stack(account: Account) -> Stack:
    return Stack.objects.create(
        account=account, region="eu-west-1", name="checkout", source="cloudformation", first_seen_at=NOW
    )


@pytest.fixture
def make_resource(account: Account, stack: Stack) -> Callable[..., Resource]:
    numbers = count(1)

    def make(service: str = "lambda", **columns: object) -> Resource:
        name = f"thing-{next(numbers)}"
        given: dict[str, object] = {"region": "eu-west-1", "physical_id": name, "name": name, **columns}
        return Resource.objects.create(
            account=account, stack=stack, service=service, first_seen_at=NOW, seen_at=NOW, **given
        )

    return make


@pytest.fixture
def make_series(account: Account, make_resource: Callable[..., Resource]) -> MakeSeries:
    def make(number: int = 1, statistic: str = "Sum", period: int = 300, days: int = 40) -> list[Series]:
        resource = make_resource()
        wanted = [
            Series(
                resource=resource,
                metric=f"m{index}",
                namespace="AWS/Lambda",
                name=f"M{index}",
                dimensions={"FunctionName": resource.name},
                statistic=statistic,
                unit="count",
                fine_from=NOW - timedelta(days=days),
            )
            for index in range(number)
        ]
        return place(wanted, account, "eu-west-1", period)

    return make


def epoch(at: datetime) -> int:
    return int(at.timestamp())


def times(start: datetime, number: int, step: int = 300) -> list[int]:
    return [epoch(start) + step * index for index in range(number)]


def column(*values: float) -> np.ndarray:
    return np.array(values, float).reshape(-1, 1)
