"""Names from AWS and from users that would run if they could: every page shows them as text, or not at all."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.access.write import create_user
from tests.security.conftest import HOSTILE, Owned, make_owned
from tests.security.test_matrix import EXPECTED, address

PAGES = sorted(route for route, methods in EXPECTED.items() if "GET" in methods)
OWN_SCRIPTS = ("/static/", "/admin/jsi18n/")
ADDRESSES = {"href", "src", "action", "formaction", "data-href", "xlink:href", "poster", "data"}


MAILS = ("digests/<int:pk>/preview/", "digests/mails/<int:pk>/body/")
"""Mails as they are sent: their rules stand in their elements, and a policy of their own lets nothing else in."""


class Danger(HTMLParser):
    """Collects what a browser would run or follow, and what the policy against inline code forbids."""

    def __init__(self, *, mail: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.mail = mail

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._look_at_script(values)
        if tag in {"style", "iframe", "object", "embed", "base"} and not self._is_ours(tag, values):
            self.found.append(f"<{tag}>")
        for name, value in values.items():
            if name.startswith("on") or (name == "style" and not self.mail):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"<{tag} {name}={value!r}>")

    def _is_ours(self, tag: str, values: dict[str, str]) -> bool:
        """The rules of a mail; a frame of ours in which nothing runs."""
        if tag == "iframe":
            sandboxed = "sandbox" in values and "allow-scripts" not in values["sandbox"]
            return sandboxed and values.get("src", "").startswith("/digests/")
        return self.mail and (tag == "style" or values == {"target": "_blank"})

    def _look_at_script(self, values: dict[str, str]) -> None:
        data = values.get("type") in {"application/json", "importmap"} and not values.get("src")
        if not data and not values.get("src", "").startswith(OWN_SCRIPTS):
            self.found.append(f"<script {values}>")


def dangers_of(page: str, *, mail: bool = False) -> list[str]:
    parser = Danger(mail=mail)
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize(
    "page",
    [
        "<script>x</script>",
        '<script src="https://evil.example/x.js"></script>',
        '<p onclick="x">',
        '<p style="color:red">',
        '<a href=" JavaScript:x">',
        "<style>p{}</style>",
        '<iframe src="/digests/1/preview/">',
        '<iframe sandbox="allow-scripts" src="/digests/1/preview/">',
        '<iframe sandbox src="https://evil.example/">',
        '<base href="https://evil.example/">',
    ],
)
def test_the_check_finds_what_is_planted(page: str) -> None:
    assert dangers_of(page)


@pytest.fixture(params=HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def hostile(request: pytest.FixtureRequest, db: None) -> Owned:
    return make_owned(request.param, 777788889999, datetime.now(UTC))


@pytest.fixture
def eve(db: None) -> User:
    return create_user("vera", "x", "admin")


def test_no_page_fails_on_hostile_names_or_makes_them_markup(hostile: Owned, eve: User, client: Client) -> None:
    client.force_login(eve)
    failed, marked = set(), {}
    for route in PAGES:
        answer = client.get(address(route, hostile))
        if answer.status_code >= 500 and route != "readyz":
            failed.add(route)
        elif answer["Content-Type"].startswith("text/html"):
            marked[route] = dangers_of(answer.getvalue().decode(), mail=route in MAILS)
    assert failed == set()
    assert {route: found for route, found in marked.items() if found} == {}


def test_template_code_in_a_name_is_not_run(eve: User, client: Client, db: None) -> None:
    hostile = make_owned("{{7*7}}{% debug %}", 777788889999, datetime.now(UTC))
    client.force_login(eve)
    for route in ("admin/dashboard/stack/", "admin/dashboard/stack/<path:object_id>/change/"):
        page = client.get(address(route, hostile)).content.decode()
        assert "{{7*7}}{% debug %}" in page
