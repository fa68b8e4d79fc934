"""A real Chromium, and a person in front of it; shared by all browser tests of a worker."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import require_program

# Chromium must not look for hosts of its own: there is no network but this machine.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WATCH_POLICY = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const beyond = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > page.clientWidth + 1;
  });
  return beyond.slice(0, 8).map((element) => `${element.tagName}.${element.className}`);
}"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has a context of its own."""
    program = require_program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser, and what the browser complained about meanwhile."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address and wait until the page has settled."""
        self.page.goto(self.url + path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being fetched."""
        self.page.wait_for_load_state("networkidle")

    def sign_in(self, username: str = "admin") -> None:
        """Fill in the form, as a person does."""
        self.open("/sign-in/")
        self.page.get_by_label("User name").or_(self.page.get_by_label("Username")).fill(username)
        self.page.get_by_label("Password", exact=True).fill(username)
        self.page.get_by_role("button", name="Sign in").click()
        self.settle()

    def until(self, expression: str) -> None:
        """Wait until an expression is true; Playwright's own waiting evaluates strings, which the CSP refuses."""
        for _ in range(100):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Not within five seconds: {expression}")

    def violations(self) -> list[str]:
        """What the content security policy refused on this page."""
        found: list[str] = self.page.evaluate("window.__violations")
        return found

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways; empty when nothing does."""
        found: list[str] = self.page.evaluate(TOO_WIDE)
        return found


def new_person(
    browser: Browser, url: str, signed_in: Path | None = None, **options: Any
) -> tuple[BrowserContext, Person]:
    """Open a context that notes console errors, failed requests and policy violations."""
    state = str(signed_in) if signed_in else None
    context = browser.new_context(storage_state=state, **({"viewport": DESKTOP} | options))
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    person = Person(page, url)
    page.on("console", lambda said: person.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    return context, person


def pytest_configure() -> None:
    """Playwright's loop runs in this thread, and Django refuses the ORM beside a loop: nothing here runs async."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
