"""Fixtures: the simulated AWS as a process of its own, for products that run as processes too."""

import os
from collections.abc import Iterator

import pytest

from dashboard.management import parts
from dashboard.management.environment import simulated_aws
from dashboard.management.processes import Group
from tests.processes.servers import START, SimulatedAws, free_port, listens


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedAws]:
    """The simulated AWS, once for all tests of this worker."""
    folder = tmp_path_factory.mktemp("aws")
    nothing = folder / "empty"
    nothing.touch()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    own = {"VAR_DIR": str(folder), "ENV_FILE": str(nothing), "LOG_LEVEL": "WARNING"}
    group = Group(folder / "log")
    try:
        group.start(parts.simulated_aws({"PATH": os.environ["PATH"]} | own | simulated_aws(url, nothing), port))
        group.wait_until(lambda: listens(port), "The simulated AWS", START)
        yield SimulatedAws(url)
    finally:
        group.stop()


@pytest.fixture
def aws(simulator: SimulatedAws) -> SimulatedAws:
    """The simulated AWS, with nothing broken yet."""
    simulator.reset()
    return simulator
