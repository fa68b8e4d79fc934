"""A server to browse: its database was filled once through the product from the simulated AWS."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from dashboard.health.models import StackHealth
from dashboard.management.progress import collected_once
from tests.browser.chromium import PHONE, Person, new_person
from tests.conftest import require_program
from tests.processes.installation import Installation
from tests.processes.servers import SimulatedAws


@pytest.fixture(scope="session")
def filled(
    simulator: SimulatedAws,
    static_root: Path,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[Installation]:
    """An installation that has discovered and collected everything once; its worker has ended, nothing moves."""
    require_program("chromium", "chromium-browser", "google-chrome")
    simulator.reset()
    folder = tmp_path_factory.mktemp("browser")
    shutil.copy(sqlite_template, folder / "stackdeck.sqlite3")
    installation = Installation(folder, simulator.url, static_root=static_root)
    with django_db_blocker.unblock():
        try:
            since = installation.connect_demo_accounts()
            installation.start_embedded_worker()
            with installation.rows() as alias:
                installation.wait_until(lambda: collected_once(since, alias), "Collecting", timedelta(seconds=150))
                installation.wait_until(
                    StackHealth.objects.using(alias).filter(state="critical").exists, "A verdict", timedelta(seconds=60)
                )
            installation.processes.end("worker")
            installation.start_web()
            yield installation
        finally:
            installation.processes.stop()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cookies of an admin who has signed in."""
    path = tmp_path_factory.mktemp("state") / "admin.json"
    context, person = new_person(chromium, filled.url)
    person.sign_in()
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def visitor(chromium: Browser, filled: Installation) -> Iterator[Person]:
    """Somebody who has not signed in."""
    context, person = new_person(chromium, filled.url)
    yield person
    context.close()


@pytest.fixture
def admin(chromium: Browser, filled: Installation, signed_in: Path) -> Iterator[Person]:
    """An admin at a laptop."""
    context, person = new_person(chromium, filled.url, signed_in)
    yield person
    context.close()


@pytest.fixture
def phone(chromium: Browser, filled: Installation, signed_in: Path) -> Iterator[Person]:
    """An admin with a phone."""
    context, person = new_person(chromium, filled.url, signed_in, viewport=PHONE, has_touch=True, is_mobile=True)
    yield person
    context.close()
