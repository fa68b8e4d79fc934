"""What `manage.py demo` and `manage.py serve` share: prepare the installation, start the parts, watch them."""

import io
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from dashboard.management import parts
from dashboard.management.processes import Group, Process

READY_WITHIN = timedelta(seconds=60)
ROUND = timedelta(seconds=1)


def new_group() -> Group:
    """A group whose children log into VAR_DIR/log. What we say ourselves is said at once, also into a pipe."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    return Group(settings.VAR_DIR / "log")


def prepare_installation() -> None:
    """Bring the database and the static files up to date."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0, interactive=False)
    if static_files_changed(settings.STATIC_ROOT):
        call_command("collectstatic", verbosity=0, interactive=False)


def static_files_changed(root: Path) -> bool:
    """Whether a source file is newer than what was collected last, or nothing was."""
    manifest = root / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(
        Path(storage.path(name)).stat().st_mtime > collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )


def start_product(group: Group) -> None:
    """Start web and workers, and wait until the web server answers."""
    for process in product(dict(os.environ), settings.PORT):
        group.start(process)
    group.wait_until(lambda: answers(f"http://127.0.0.1:{settings.PORT}/healthz"), "The web server", READY_WITHIN)


def product(environment: dict[str, str], port: int) -> list[Process]:
    """The processes that fit the settings: one worker with beat inside, or worker and beat on Redis."""
    if settings.REDIS_URL:
        return [parts.web(environment, port), parts.worker(environment), parts.beat(environment)]
    return [parts.web(environment, port), parts.embedded_worker(environment)]


def answers(url: str) -> bool:
    """Whether something answers there with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(group: Group, report: Callable[[], None]) -> None:
    """Report until something ends us."""
    group.watch(report, ROUND)
