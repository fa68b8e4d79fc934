"""Makes the pictures of README.md from a demo of its own: `make screenshots`. Needs Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
COLLECTED_WITHIN = 240
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def main() -> None:
    """Start a demo, wait until everything has been collected, and take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("Chromium is not installed.")
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM))
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
            sign_in(page, url)
            take_walk(page, url, theme)
        phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", device_scale_factor=2)
        sign_in(phone, url)
        take(phone, f"{url}/", "phone-dark")
        browser.close()


def take_walk(page: Page, url: str, theme: str) -> None:
    """The way from the overview to the guilty chart."""
    take(page, f"{url}/", f"overview-{theme}")
    page.get_by_role("link", name="checkout-prod", exact=True).first.click()
    take(page, page.url, f"stack-{theme}")
    page.get_by_role("link", name="checkout-create-order").first.click()
    take(page, page.url, f"resource-{theme}")
    take(page, f"{url}/map/", f"map-{theme}")
    take(page, f"{url}/alerts/", f"alerts-{theme}")
    page.locator("#alerts-table a.alert-what").nth(1).click()
    take(page, page.url, f"alert-{theme}")
    page.locator(".alert-links").get_by_role("link", name="Traces").click()
    take(page, page.url, f"traces-{theme}")
    take(page, f"{url}/collectors/", f"collectors-{theme}")
    take_money(page, url, theme)


def take_money(page: Page, url: str, theme: str) -> None:
    """What it costs, where a budget runs, and the mail that tells of it."""
    take(page, f"{url}/spend/", f"spend-{theme}")
    take(page, f"{url}/spend/live/", f"live-{theme}")
    page.goto(f"{url}/spend/budgets/")
    page.locator(".budget-card h2 a").first.click()
    take(page, page.url, f"budget-{theme}")
    page.goto(f"{url}/digests/")
    page.get_by_role("link", name="Preview").first.click()
    take(page, page.url, f"digest-{theme}")


def take(page: Page, address: str, name: str) -> None:
    """One picture of what is above the fold."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/img/{name}.png")  # noqa: T201 - a script for people


def sign_in(page: Page, url: str) -> None:
    """As the demo's admin."""
    page.goto(f"{url}/sign-in/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill("admin")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


@contextmanager
def demo() -> Iterator[str]:
    """A demo in a folder of its own that has collected everything; gives its address."""
    with tempfile.TemporaryDirectory(prefix="stackdeck-screenshots-") as folder:
        port, aws_port, mail_port = free_ports(3)
        ports = {"PORT": str(port), "AWS_PORT": str(aws_port), "MAIL_PORT": str(mail_port)}
        environment = os.environ | {"VAR_DIR": folder} | ports
        printed = Path(folder) / "printed"
        with printed.open("wb") as output:
            command = [sys.executable, "manage.py", "demo"]
            running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)  # noqa: S603
        try:
            deadline = time.monotonic() + COLLECTED_WITHIN
            while "Everything has been collected" not in printed.read_text():
                if running.poll() is not None or time.monotonic() > deadline:
                    sys.exit(printed.read_text())
                time.sleep(1)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.send_signal(signal.SIGINT)
            running.wait()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(server.getsockname()[1]) for server in servers]
    for server in servers:
        server.close()
    return ports


if __name__ == "__main__":
    main()
