"""map.*: the service map at 12, 60 and 300 nodes: the server's time, a browser's time until it answers, and panning.

A real Chromium opens the page from a threaded server. Interactive: from the data's arrival to the moment at which the
picture is drawn and the next frame was painted. Panning: how many frames a second are painted while a mouse drags.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import django
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from bench.measure import Result, percentile, report

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread; nothing here awaits
django.setup()

from dashboard.inventory.models import Account  # noqa: E402 - needs Django
from tests.browser.chromium import DESKTOP, QUIET  # noqa: E402
from tests.browser.graphs import store_graph  # noqa: E402

SIZES = (12, 60, 300)
INTERACTIVE = """() => {
  const root = document.querySelector("[data-map]");
  const [page] = performance.getEntriesByType("navigation");
  return new Promise((resolve) => {
    const look = () => root.hasAttribute("data-drawn")
      ? requestAnimationFrame(() => resolve(performance.now() - page.responseEnd)) : requestAnimationFrame(look);
    look();
  });
}"""
COUNT = """() => {
  window.__painted = [];
  const next = (at) => { window.__painted.push(at); window.__counting = requestAnimationFrame(next); };
  window.__counting = requestAnimationFrame(next);
}"""
PAINTED = "() => { cancelAnimationFrame(window.__counting); return window.__painted; }"


class Silent(WSGIRequestHandler):
    """Requests are nobody's business here."""

    def log_message(self, *args: Any, **named: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """A threaded server of this process's database; its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def signed_in() -> Client:
    """Somebody who sees everything."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bench", "bench@example.com", "bench"))
    return client


def measure_server(client: Client, nodes: int, times: int) -> None:
    """p95 of the whole page."""
    client.get("/map/")
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        client.get("/map/")
        taken.append((time.perf_counter() - started) * 1000)
    said = f"p50 {percentile(taken, 0.5):.0f} ms"
    report(Result(f"map.server.{nodes}", percentile(taken, 0.95), "ms p95", said))


def measure_browser(browser: Browser, client: Client, url: str, nodes: int, times: int) -> None:
    """Time until the picture can be used, and frames while it is dragged."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    taken = []
    for _ in range(times):
        page.goto(f"{url}/map/?collapse=none", wait_until="domcontentloaded")
        taken.append(page.evaluate(INTERACTIVE))
    value = percentile(taken, 0.5)
    report(Result(f"map.interactive.{nodes}", value, "ms", "after the data came", None, "≤ 1000 ms", value <= 1000))
    if nodes == SIZES[1]:
        rate = frames_while_panning(page)
        said = "frames painted a second while a mouse drags; software rendering"
        report(Result(f"map.pan.{nodes}", rate, "frames/s", said, None, "≥ 55", rate >= 55))
    context.close()


def frames_while_panning(page: Any) -> float:
    """Frames a second over two seconds of dragging on free ground."""
    box = page.locator("[data-map-stage], .map-svg").first.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] - 8)
    page.mouse.down()
    before = page.locator("[data-map-picture]").get_attribute("transform")
    page.evaluate(COUNT)
    until, step = time.perf_counter() + 2, 0
    while time.perf_counter() < until:
        step += 1
        page.mouse.move(box["x"] + 8 + 4 * (step % 50), box["y"] + box["height"] - 8 - 3 * (step % 50))
    painted = page.evaluate(PAINTED)
    page.mouse.up()
    if page.locator("[data-map-picture]").get_attribute("transform") == before:
        raise RuntimeError("The picture did not move.")
    return float((len(painted) - 1) / ((painted[-1] - painted[0]) / 1000))


def main(quick: bool) -> None:
    """One graph after the other."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    client = signed_in()
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET)) if program else None
        for nodes in SIZES[:2] if quick else SIZES:
            Account.objects.all().delete()
            store_graph(nodes, at=timezone.now() - timedelta(minutes=61))
            measure_server(client, nodes, 5 if quick else 20)
            if browser is not None:
                measure_browser(browser, client, url, nodes, 3 if quick else 7)


if __name__ == "__main__":
    main("--quick" in sys.argv)
