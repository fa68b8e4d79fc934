"""What holds on SQLite holds on PostgreSQL: the tests of points, polls and health once more, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.servers import postgresql

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("tests/metrics", "tests/polls", "tests/health", "tests/notify")


@pytest.mark.processes
@pytest.mark.timeout(300)
def test_points_polls_and_health_hold_on_postgresql() -> None:
    with postgresql() as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not processes", *FOLDERS],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"{server}/points_and_polls", "PYTEST_ADDOPTS": "-n 0"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
