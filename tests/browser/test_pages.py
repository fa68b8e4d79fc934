"""Every page, in both themes: accessible, without a word from the console or the content security policy."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Person
from tests.processes.installation import Browserless, Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AXE = (Path(__file__).resolve().parent.parent / "data" / "axe" / "axe.min.js").read_text()
FIXED = (
    "/",
    "/?range=7d&compare=previous",
    "/collectors/",
    "/connect/",
    "/preferences/",
    "/password/",
    "/gallery/",
    "/admin/",
    "/admin/dashboard/account/",
    "/admin/dashboard/stack/",
    "/admin/dashboard/team/add/",
    "/admin/auth/user/",
)
FOUND = ("stack", "resource")
THEMES = ("light", "dark")


@pytest.fixture(scope="session")
def addresses(filled: Installation) -> dict[str, str]:
    """Pages whose address depends on what was collected."""
    person = Browserless(filled.url)
    person.sign_in("admin", "admin")
    overview = person.get("/")
    stack = re.search(r'href="(/stacks/\d+/)[^"]*"[^>]*>\s*checkout-prod\s*<', overview)
    assert stack
    resource = re.search(r'href="(/resources/\d+/)', person.get(stack.group(1)))
    assert resource
    return {"stack": stack.group(1), "resource": resource.group(1)}


def findings(person: Person) -> list[str]:
    """What axe finds serious or critical on the page."""
    person.page.evaluate(AXE)
    results: dict[str, Any] = person.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {json.dumps([node['target'] for node in violation['nodes'][:3]])}"
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", [*FIXED, *FOUND])
def test_a_page_is_accessible_and_says_nothing_to_the_console(
    admin: Person, addresses: dict[str, str], page: str, theme: str
) -> None:
    admin.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    admin.open(addresses.get(page, page))
    assert findings(admin) == []
    assert admin.violations() == []
    assert admin.complaints == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_sign_in_page_is_accessible_and_silent(visitor: Person, theme: str) -> None:
    visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visitor.open("/sign-in/")
    assert findings(visitor) == []
    assert visitor.violations() == []
    assert visitor.complaints == []


def test_axe_finds_a_planted_fault(visitor: Person) -> None:
    visitor.open("/sign-in/")
    visitor.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert any(finding.startswith("image-alt") for finding in findings(visitor))


def test_the_policy_refuses_a_planted_script(visitor: Person) -> None:
    visitor.open("/sign-in/")
    visitor.page.evaluate(
        """() => { const script = document.createElement("script"); script.textContent = "window.__ran = true";
                   document.body.append(script); }"""
    )
    assert visitor.page.evaluate("window.__ran") is None
    assert any("script-src" in violation for violation in visitor.violations())
