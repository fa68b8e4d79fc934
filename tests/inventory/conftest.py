"""An account of the simulated AWS, and rounds of discovery in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from dashboard import aws
from dashboard.aws import sessions
from dashboard.core.connection import Connection
from dashboard.demo.world.blueprints import PRODUCTION
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import Discovered, discover
from dashboard.inventory.models import Account
from tests.simulated_aws import SimulatedAws

Round = Callable[..., Discovered]


@pytest.fixture
def account(db: None, simulated_aws: SimulatedAws) -> Iterator[Account]:
    sessions.forget()
    yield Account.objects.create(name="production", account_id=PRODUCTION, regions=["eu-west-1", "eu-central-1"])
    sessions.forget()


@pytest.fixture
def look(account: Account) -> Round:
    """Discover a region of the account once; each round is a quarter of an hour after the one before."""
    rounds = iter(range(1000))
    begun = datetime.now(UTC)

    def once(region: str = "eu-central-1", choices: Choices | None = None) -> Discovered:
        now = begun + timedelta(minutes=15) * next(rounds)
        reached = aws.open(Connection(account.account_id), region)
        return discover(account, region, reached, now, choices or Choices())

    return once
