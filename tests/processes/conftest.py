"""Real processes for tests: a private PostgreSQL, Redis from the compose file, the simulated AWS, installations."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from dashboard.management.processes import Process
from tests.conftest import require_program
from tests.processes.installation import COMPOSE, Installation, Processes
from tests.processes.servers import START, SimulatedAws, create_database, free_port, listens

REDIS_PASSWORD = "only-for-tests"
SHORT_PAST = {"BACKFILL_DAYS": "3", "TRACE_BACKFILL_HOURS": "1"}
"""What is asked for of the past: faults and takeovers are the same with two weeks of it, and slower."""


@pytest.fixture
def database_url(postgres_server: str, postgres_template: str, request: pytest.FixtureRequest) -> str:
    """URL of a PostgreSQL database with tables and no rows."""
    name = f"stackdeck_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    return create_database(postgres_server, name, template=postgres_template)


class Redis:
    """The Redis of docker-compose.yml, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://:{REDIS_PASSWORD}@127.0.0.1:{self.port}/0"
        self.group = Processes(folder / "log")
        (folder / "redis_password").write_text(REDIS_PASSWORD)

    def start(self) -> None:
        """Run the very command, with its folders moved."""
        *shell, script = COMPOSE["redis"]["command"]
        moved = script.replace("$$", "$").replace("/run/secrets/", f"{self.folder}/")
        moved = moved.replace("/tmp/redis.conf", f"{self.folder}/redis.conf").replace("/data", str(self.folder))
        moved = f"{moved.rstrip()} --port {self.port} --bind 127.0.0.1"
        self.group.start(Process("redis", (*shell, moved), {"PATH": os.environ["PATH"]}))
        self.group.wait_until(lambda: listens(self.port), "Redis", START)

    def freeze(self) -> None:
        """It hangs: connections stay open, and nothing is answered."""
        self.group.freeze("redis")

    def thaw(self) -> None:
        """It answers again."""
        self.group.thaw("redis")

    def stop(self) -> None:
        """End it; what it accepted stays in its file."""
        self.group.stop()


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A private Redis with password, append-only file and no eviction."""
    require_program("redis-server")
    folder = Path(tempfile.mkdtemp(prefix="stackdeck-redis-"))
    server = Redis(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def embedded(
    tmp_path: Path, aws: SimulatedAws, sqlite_template: Path, static_root: Path, django_db_blocker: Any
) -> Iterator[Installation]:
    """An installation on SQLite without Redis, with tables and no accounts."""
    shutil.copy(sqlite_template, tmp_path / "stackdeck.sqlite3")
    with django_db_blocker.unblock():
        yield from running(Installation(tmp_path, aws.url, static_root=static_root), SHORT_PAST)


@pytest.fixture
def production(
    tmp_path: Path,
    aws: SimulatedAws,
    database_url: str,
    redis_server: Redis,
    static_root: Path,
    django_db_blocker: Any,
) -> Iterator[Installation]:
    """An installation on PostgreSQL and Redis, with tables and no accounts."""
    with django_db_blocker.unblock():
        yield from running(Installation(tmp_path, aws.url, database_url, redis_server.url, static_root), SHORT_PAST)


def running(installation: Installation, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Installation]:
    """End its processes afterwards, and print the end of every log: shown when a test fails."""
    installation.environment |= settings
    try:
        yield installation
    finally:
        installation.processes.stop()
        for path in sorted((installation.folder / "log").glob("*.log")):
            sys.stdout.write(f"\n--- {path.name}\n{path.read_text(errors='replace')[-3000:]}\n")
