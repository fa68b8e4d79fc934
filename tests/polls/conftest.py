"""An account with targets that are due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.inventory.models import Account
from dashboard.polls.models import Target

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MakeTarget = Callable[..., Target]


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(name="production", account_id="111122223333", regions=["eu-west-1"])


@pytest.fixture
def make_target(account: Account) -> MakeTarget:
    def make(source: str = "metrics_5m", **columns: object) -> Target:
        given: dict[str, object] = {
            "account": account,
            "region": "eu-west-1",
            "every": timedelta(minutes=5),
            "due_at": NOW,
            "part": Target.objects.count(),
            **columns,
        }
        return Target.objects.create(source=source, **given)

    return make
