"""What all tests share: programs that may be missing, and which tests must stay together."""

import os
import shutil
from pathlib import Path

import pytest

pytest_plugins = ("tests.simulated_aws", "tests.processes.simulator", "tests.browser.chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share servers or a browser in one worker each."""
    for item in items:
        for name in ("processes", "browser"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


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
