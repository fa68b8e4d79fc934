"""When the demo's world began: kept between starts, so that the past that was collected stays the past."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

FRESH = timedelta(hours=12)
"""An older world starts anew, with its data: its troubles would all be yesterday's."""
DATABASE = "stackdeck.sqlite3"


class NotADemoError(Exception):
    """The folder holds an installation of somebody's own."""


def world_began(folder: Path, now: datetime, simulated: frozenset[str]) -> datetime:
    """When the world in this folder began, after clearing away one that is too old.

    Raises NotADemoError if accounts other than the simulated ones are connected there: the demo must not touch them.
    """
    if _accounts_in(folder / DATABASE) - simulated:
        raise NotADemoError(
            f"{folder} holds an installation with accounts of its own. Start the demo with another VAR_DIR."
        )
    note = folder / "world"
    began = _read(note)
    if began is None or not timedelta(0) <= now - began < FRESH:
        _forget(folder)
        began = now.replace(microsecond=0)
        note.write_text(began.isoformat())
    return began


def _read(note: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(note.read_text().strip()).astimezone(UTC)
    except (OSError, ValueError):
        return None


def _accounts_in(database: Path) -> set[str]:
    """Ids of the accounts in a database; none if there is no such file or table."""
    if not database.exists():
        return set()
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as opened:
        try:
            return {row[0] for row in opened.execute("SELECT account_id FROM dashboard_account")}
        except sqlite3.OperationalError:
            return set()


def _forget(folder: Path) -> None:
    """Remove what an earlier world left: rows, messages on their way, the beat's memory. Keys and logs stay."""
    for left in (*folder.glob(f"{DATABASE}*"), *folder.glob("beat.*"), *folder.glob("queue/messages/*")):
        left.unlink(missing_ok=True)
