"""Headers of every answer: the policy against inline code, and those that browsers defend with."""

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from dashboard.access.write import create_user

PAGES = ("/", "/sign-in/", "/preferences/", "/admin/", "/admin/dashboard/stack/", "/nothing-here/", "/api/v1/docs")


@pytest.fixture(params=PAGES)
def answer(request: pytest.FixtureRequest, client: Client, db: None, settings: Settings) -> HttpResponse:
    """A page as it leaves a production server."""
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    if request.param != "/sign-in/":
        client.force_login(create_user("ada", "x", "admin"))
    found: HttpResponse = client.get(request.param, secure=True)  # type: ignore[assignment]
    return found


def policy_of(answer: HttpResponse) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_nothing_inline_and_nothing_from_elsewhere_runs(answer: HttpResponse) -> None:
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "'unsafe-eval'" not in answer["Content-Security-Policy"]
    assert all(source == "'self'" or source.startswith("'nonce-") for source in policy["script-src"])
    assert policy["style-src"] == ["'self'"]


def test_the_page_cannot_be_framed_and_sends_forms_home_only(answer: HttpResponse) -> None:
    policy = policy_of(answer)
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == (
        ["'none'"],
        ["'none'"],
        ["'self'"],
    )
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_browsers_are_told_to_defend(answer: HttpResponse, name: str, value: str) -> None:
    assert answer[name].startswith(value)


def test_cookies_of_a_https_site_are_for_https_and_not_for_scripts(
    client: Client, db: None, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    create_user("ada", "correct-horse", "admin")
    client.post("/sign-in/", {"username": "ada", "password": "correct-horse"}, secure=True)
    cookie = client.cookies["sessionid"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_a_forged_host_is_refused(client: Client, db: None) -> None:
    assert client.get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400
