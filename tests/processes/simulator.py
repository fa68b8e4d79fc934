"""Fixtures for products that run as processes: the simulated AWS as one too, and what is prepared once for all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.management import parts
from dashboard.management.environment import simulated_aws
from dashboard.management.processes import Group
from tests.processes.installation import COMPOSE, Installation
from tests.processes.servers import START, SimulatedAws, create_database, free_port, listens, postgresql


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedAws]:
    """The simulated AWS, once for all tests of this worker."""
    folder = tmp_path_factory.mktemp("aws")
    nothing = folder / "empty"
    nothing.touch()
    port, mail_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    own = {"VAR_DIR": str(folder), "ENV_FILE": str(nothing), "LOG_LEVEL": "WARNING"}
    group = Group(folder / "log")
    try:
        environment = {"PATH": os.environ["PATH"]} | own | simulated_aws(url, nothing)
        group.start(parts.simulated_aws(environment, port, mail_port))
        group.wait_until(lambda: listens(port), "The simulated AWS", START)
        yield SimulatedAws(url, mail_port)
    finally:
        group.stop()


@pytest.fixture
def aws(simulator: SimulatedAws) -> SimulatedAws:
    """The simulated AWS, with nothing broken yet."""
    simulator.reset()
    return simulator


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files, collected once."""
    folder = tmp_path_factory.mktemp("static")
    Installation(folder, "http://127.0.0.1:1").manage("collectstatic", "--noinput", "--verbosity", "0")
    return folder / "static"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with tables and no rows."""
    folder = tmp_path_factory.mktemp("sqlite")
    Installation(folder, "http://127.0.0.1:1").manage("migrate", "--verbosity", "0")
    return folder / "stackdeck.sqlite3"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server, without a database's name."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a PostgreSQL database with tables and no rows, made by the very command of docker-compose.yml."""
    name = f"stackdeck_template_{os.getpid()}"
    url = create_database(postgres_server, name)
    Installation(tmp_path_factory.mktemp("postgres"), "http://127.0.0.1:1", url).run(*COMPOSE["migrate"]["command"])
    return name
