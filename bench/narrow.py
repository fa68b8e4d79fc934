"""The alternative to our layout of points: one narrow row per sample, written as fast as each engine can."""

import io
from collections.abc import Iterable

from django.db import connection

Row = tuple[int, int, float]
"""Series, Unix time, value."""


def is_postgresql() -> bool:
    """Whether this process runs on PostgreSQL."""
    return connection.vendor == "postgresql"


def create() -> None:
    """Make the table, with the index that its reads need."""
    suffix = "" if is_postgresql() else " WITHOUT ROWID"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS narrow")
        cursor.execute(
            "CREATE TABLE narrow (series integer, at integer, value double precision, PRIMARY KEY (series, at))"
            + suffix
        )
        cursor.execute("CREATE INDEX narrow_at ON narrow (at)")


def upsert(rows: Iterable[Row]) -> None:
    """COPY into a staging table and upsert (PostgreSQL), or executemany with upsert (SQLite)."""
    merge = "ON CONFLICT (series, at) DO UPDATE SET value = excluded.value"
    with connection.cursor() as cursor:
        if not is_postgresql():
            cursor.execute("BEGIN IMMEDIATE")
            cursor.connection.executemany(f"INSERT INTO narrow VALUES (?, ?, ?) {merge}", rows)  # noqa: S608
            cursor.execute("COMMIT")
            return
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS staging (LIKE narrow)")
        cursor.execute("TRUNCATE staging")
        text = io.StringIO("".join(f"{series}\t{at}\t{value}\n" for series, at, value in rows))
        with cursor.copy("COPY staging FROM STDIN") as copy:
            copy.write(text.getvalue())
        cursor.execute(f"INSERT INTO narrow SELECT * FROM staging {merge}")  # noqa: S608


def load(rows: Iterable[Row]) -> None:
    """Add history, which nothing is in the way of."""
    with connection.cursor() as cursor:
        if not is_postgresql():
            cursor.execute("BEGIN IMMEDIATE")
            cursor.connection.executemany("INSERT INTO narrow VALUES (?, ?, ?)", rows)
            cursor.execute("COMMIT")
            return
        with cursor.copy("COPY narrow FROM STDIN") as copy:
            copy.write("".join(f"{series}\t{at}\t{value}\n" for series, at, value in rows))


def analyze() -> None:
    """Let the planner know what there is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE narrow")


def read(series: Iterable[int], start: int, end: int) -> list[Row]:
    """Rows of some series in [start, end)."""
    ids = ",".join(str(int(one)) for one in series)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM narrow WHERE series IN ({ids}) AND at >= %s AND at < %s ORDER BY series, at",  # noqa: S608
            [start, end],
        )
        return list(cursor.fetchall())


def read_all(start: int, end: int) -> list[Row]:
    """Rows of every series in [start, end)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT series, at, value FROM narrow WHERE at >= %s AND at < %s", [start, end])
        return list(cursor.fetchall())
