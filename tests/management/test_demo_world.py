"""A demo that is started again goes on in the world that it has collected."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.management.demo_world import DATABASE, FRESH, NotADemoError, world_began
from tests.factories import NOW

SIMULATED = frozenset({"111122223333"})


def connect(folder: Path, account_id: str) -> Path:
    """A database in which an account is connected."""
    database = folder / DATABASE
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE dashboard_account (account_id TEXT)")
        opened.execute("INSERT INTO dashboard_account VALUES (?)", [account_id])
        opened.commit()
    return database


def test_a_demo_that_starts_again_soon_keeps_its_world_and_its_data(tmp_path: Path) -> None:
    began = world_began(tmp_path, NOW, SIMULATED)
    database = connect(tmp_path, "111122223333")
    assert world_began(tmp_path, NOW + timedelta(hours=3), SIMULATED) == began == NOW
    assert database.exists()


def test_a_world_of_yesterday_begins_anew_without_the_old_data(tmp_path: Path) -> None:
    world_began(tmp_path, NOW, SIMULATED)
    database = connect(tmp_path, "111122223333")
    assert world_began(tmp_path, NOW + FRESH, SIMULATED) == NOW + FRESH
    assert not database.exists()


def test_an_installation_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    database = connect(tmp_path, "999988887777")
    with pytest.raises(NotADemoError, match="another VAR_DIR"):
        world_began(tmp_path, NOW, SIMULATED)
    assert database.exists()
