"""Somebody who asks the API at a fixed moment."""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import NOW, make_user


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def viewer(db: None, now: None) -> User:
    return make_user()


@pytest.fixture
def api(client: Client, viewer: User) -> Client:
    """A session of somebody who sees all stacks."""
    client.force_login(viewer)
    return client
