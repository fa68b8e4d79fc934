"""A stack that turned red in the last day, people who may see different parts, and a schedule for them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.digests.models import Schedule
from dashboard.digests.periods import Due, period_of
from dashboard.digests.read.plans import rhythm_of
from dashboard.inventory.models import Resource, Stack
from tests.factories import NOW, make_alert, make_checkout, make_resource, make_stack, make_user

DUE = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def with_address(user: User) -> User:
    user.email = f"{user.username}@shop.example"
    user.save()
    return user


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="payments")


@pytest.fixture
def stack(team: Team) -> Stack:
    return make_checkout(team)


@pytest.fixture
def function(stack: Stack) -> Resource:
    """The function that fails, with an open alert."""
    found = stack.resources.get()
    make_alert(found, opened_at=NOW - timedelta(minutes=40), since=NOW - timedelta(hours=1))
    return found


@pytest.fixture
def hidden(stack: Stack) -> Resource:
    """A function of another team's stack, with an alert of its own."""
    other = make_stack(stack.account, "ledger", Team.objects.create(name="finance"))
    found = make_resource(other, "ledger-close-books")
    make_alert(found, opened_at=NOW - timedelta(minutes=30))
    return found


@pytest.fixture
def admin(db: None) -> User:
    return with_address(make_user("ada", "admin"))


@pytest.fixture
def viewer(team: Team) -> User:
    """Sees the stacks of one team, and no money."""
    return with_address(make_user("vera", "viewer", see_all=False, teams=[team]))


@pytest.fixture
def schedule(db: None) -> Schedule:
    """Daily at noon; due two and a half minutes before NOW."""
    return Schedule.objects.create(
        name="Daily", days=list(range(7)), at=time(12), starts_at=NOW - timedelta(days=60), quiet="send"
    )


def due_of(schedule: Schedule) -> Due:
    """The period that ends at noon of the day of NOW."""
    return period_of(rhythm_of(schedule), DUE.date())
