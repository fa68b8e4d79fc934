"""People of the access tests."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard.access.write import create_user

PASSWORD = "correct-horse-battery"


@pytest.fixture
def owner(db: None, settings: Settings) -> User:
    """A user whom others try to guess; the guard of the door is on."""
    settings.AXES_ENABLED = True
    return create_user("olga", PASSWORD, "operator")


@pytest.fixture
def knock(client: Client) -> Callable[..., int]:
    """Try to sign in from an address; returns the status."""

    def attempt(password: str = "wrong", *, address: str = "203.0.113.1", username: str = "olga") -> int:
        client.logout()
        answer = client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address)
        return answer.status_code

    return attempt
