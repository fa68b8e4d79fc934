"""What all tests share: programs that may be missing, and which tests must stay together."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/processes/")
"""Folders whose tests share servers, or a browser and what it looks at."""
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")  # a busy machine is slow, and no fault of what is tested
pytest_plugins = ("tests.simulated_aws", "tests.processes.simulator", "tests.browser.chromium")


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Deals tests out one by one, but those that share an installation stay in one worker, and begin first.

    Not pytest-xdist's own groups: it writes them into an attribute that pytest 9.2 doesn't read any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How `-n` deals out tests."""
    return Together(config, log)


def require_program(*names: str) -> str:
    """Give the path of the first of these programs that is there.

    Skips the test, naming the program, when none is; fails it instead when REQUIRE_ALL=1.
    """
    for name in names:
        found = shutil.which(name) or _in_postgresql(name)
        if found:
            return found
    reason = f"{' or '.join(names)} is not installed"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and REQUIRE_ALL=1")
    pytest.skip(reason)


def _in_postgresql(name: str) -> str | None:
    """Debian keeps PostgreSQL's server programs out of the path; the newest version counts."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else None
