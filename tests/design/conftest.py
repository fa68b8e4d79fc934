"""A browser in front of the gallery: the shell and its components without anything collected."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from dashboard.access.roles import ADMIN
from tests.browser.chromium import PHONE, Person, new_person


@pytest.fixture
def cookie(live_server: LiveServer) -> dict[str, str]:
    """The session of an admin."""
    user = User.objects.create_user("grace", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=ADMIN)[0])
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


@pytest.fixture
def gallery(chromium: Browser, live_server: LiveServer, cookie: dict[str, str]) -> Iterator[Person]:
    """An admin who looks at the gallery, its charts drawn."""
    context, person = new_person(chromium, live_server.url)
    context.add_cookies([cookie])  # type: ignore[list-item] # a TypedDict by shape
    person.open("/gallery/")
    person.page.locator("#failing .legend-entry").first.wait_for()
    yield person
    context.close()


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, cookie: dict[str, str]) -> Iterator[Person]:
    """The same on a phone."""
    context, person = new_person(chromium, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_cookies([cookie])  # type: ignore[list-item] # a TypedDict by shape
    person.open("/gallery/")
    yield person
    context.close()
