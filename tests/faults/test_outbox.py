"""The short form of `make faults`: kills with a backlog on SQLite and PostgreSQL, and a planted fault that is found."""

import shutil
from pathlib import Path

import pytest

from tests.faults import trials
from tests.faults.__main__ import with_postgresql
from tests.processes.installation import Installation

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_template: Path) -> Installation:
    """A SQLite database with tables and no rows."""
    shutil.copy(sqlite_template, tmp_path / "stackdeck.sqlite3")
    return Installation(tmp_path, NOWHERE)


@pytest.fixture
def on_postgresql(tmp_path: Path, database_url: str) -> Installation:
    """A PostgreSQL database with tables and no rows."""
    return Installation(tmp_path, NOWHERE, database_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """Each of them in turn."""
    found: Installation = request.getfixturevalue(f"on_{request.param}")
    return found


def test_nothing_is_lost_torn_or_out_of_order_when_senders_are_killed(installation: Installation) -> None:
    verdict = trials.random_kills("random", installation, kills=8)
    assert verdict.holds, verdict.line()


def test_every_crash_point_is_survived(installation: Installation) -> None:
    verdict = trials.crash_points("named", installation)
    assert verdict.holds, verdict.line()


def test_a_sender_that_marks_first_is_found_out(on_sqlite: Installation) -> None:
    verdict = trials.marks_first("planted", on_sqlite, kills=2)
    assert verdict.lost > 0, verdict.line()


def test_a_channel_that_works_is_not_held_up_by_those_that_fail(on_sqlite: Installation) -> None:
    verdict = trials.failing_receivers("failing", on_sqlite)
    assert verdict.holds, verdict.line()


def test_a_database_that_is_killed_under_load_loses_nothing(tmp_path: Path) -> None:
    verdict = with_postgresql(tmp_path, outage=3)
    assert verdict.holds, verdict.line()
