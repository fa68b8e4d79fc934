"""The plain way to keep a service graph: one row per edge and minute, summed in SQL. It has no percentiles.

A histogram of forty buckets per edge and minute would be forty times as many rows; that is not even tried.
"""

import io
from collections.abc import Iterable

from django.db import connection

from bench.narrow import is_postgresql

Row = tuple[int, int, int, int, float]
"""Edge, Unix time, requests, faults, seconds."""
COLUMNS = "edge, at, requests, faults, seconds"


def create() -> None:
    """Make the table, with the index that its reads need."""
    suffix = "" if is_postgresql() else " WITHOUT ROWID"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS plain_edges")
        cursor.execute(
            "CREATE TABLE plain_edges (edge integer, at integer, requests integer, faults integer,"
            f" seconds double precision, PRIMARY KEY (at, edge)){suffix}"
        )


def upsert(rows: Iterable[Row]) -> None:
    """A minute, which may be there already."""
    merge = (
        "ON CONFLICT (at, edge) DO UPDATE SET requests = excluded.requests, faults = excluded.faults,"
        " seconds = excluded.seconds"
    )
    with connection.cursor() as cursor:
        if not is_postgresql():
            cursor.execute("BEGIN IMMEDIATE")
            cursor.connection.executemany(f"INSERT INTO plain_edges VALUES (?, ?, ?, ?, ?) {merge}", rows)  # noqa: S608
            cursor.execute("COMMIT")
            return
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS plain_staging (LIKE plain_edges)")
        cursor.execute("TRUNCATE plain_staging")
        with cursor.copy(f"COPY plain_staging ({COLUMNS}) FROM STDIN") as copy:
            copy.write(_text(rows))
        cursor.execute(f"INSERT INTO plain_edges SELECT * FROM plain_staging {merge}")  # noqa: S608


def load(rows: Iterable[Row]) -> None:
    """Add history, which nothing is in the way of."""
    with connection.cursor() as cursor:
        if not is_postgresql():
            cursor.execute("BEGIN IMMEDIATE")
            cursor.connection.executemany("INSERT INTO plain_edges VALUES (?, ?, ?, ?, ?)", rows)
            cursor.execute("COMMIT")
            return
        with cursor.copy(f"COPY plain_edges ({COLUMNS}) FROM STDIN") as copy:
            copy.write(_text(rows))


def _text(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    for row in rows:
        text.write("\t".join(map(str, row)) + "\n")
    return text.getvalue()


def analyze() -> None:
    """Let the planner know what there is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE plain_edges")


def summed(start: int, end: int) -> list[tuple[int, int, int, float]]:
    """Every edge's sums in [start, end)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT edge, sum(requests), sum(faults), sum(seconds) FROM plain_edges WHERE at >= %s AND at < %s"
            " GROUP BY edge",
            [start, end],
        )
        return list(cursor.fetchall())
