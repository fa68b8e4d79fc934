"""The alternative to our chunks of traces: a row per trace and a row per fact of a trace, indexed both ways."""
# ruff: noqa: S608 - statements are put together from this file's own words and numbers

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection

Row = tuple[Any, ...]
BAD = "(t.flags & 7) <> 0"
FAIR = "(t.reasons & 4) <> 0 AND (t.flags & 7) = 0"
INSIDE = "t.at >= %s AND t.at < %s"


def is_postgresql() -> bool:
    """Whether this process runs on PostgreSQL."""
    return connection.vendor == "postgresql"


def create() -> None:
    """Make the tables; the dictionary of facts is our own."""
    suffix = "" if is_postgresql() else " WITHOUT ROWID"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain_trace (id bigint PRIMARY KEY, trace_id varchar(35), at double precision,"
            " seconds double precision, flags smallint, reasons smallint)"
        )
        cursor.execute("CREATE TABLE plain_fact (trace bigint, fact bigint, PRIMARY KEY (trace, fact))" + suffix)


def load(table: str, rows: Iterable[Row], width: int) -> None:
    """Add rows as fast as the engine can."""
    with connection.cursor() as cursor:
        if not is_postgresql():
            cursor.execute("BEGIN IMMEDIATE")
            cursor.connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", rows)
            cursor.execute("COMMIT")
            return
        text = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(text.getvalue())


def finish() -> None:
    """Make the indexes that its reads need, and let the planner know what there is."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX plain_trace_at ON plain_trace (at)")
        cursor.execute("CREATE INDEX plain_fact_fact ON plain_fact (fact, trace)")
        for table in ("plain_trace", "plain_fact"):
            cursor.execute(f"ANALYZE {table}")


def _all(sql: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def search(start: float, end: float, fact: int | None = None) -> object:
    """What our search gives: rows with their facts, total, scatter, histogram, menus."""
    where, parameters = _where(start, end, fact)
    points: np.ndarray = np.array(
        _all(f"SELECT t.id, t.at, t.seconds, t.flags, t.reasons FROM plain_trace t WHERE {where}", parameters)
    )
    seconds, fair = points[:, 2], (points[:, 4].astype(int) & 4 > 0) & (points[:, 3].astype(int) & 7 == 0)
    slow_over = np.quantile(seconds[fair], 0.95)
    counts = _all(
        "SELECT f.fact, count(*) FROM plain_fact f JOIN plain_trace t ON t.id = f.trace"
        f" WHERE {where} GROUP BY f.fact ORDER BY 2 DESC LIMIT 1000",
        parameters,
    )
    shown = _all(
        f"SELECT t.id, t.trace_id, t.at, t.seconds, t.flags FROM plain_trace t WHERE {where}"
        " ORDER BY t.at DESC LIMIT 100",
        parameters,
    )
    ids = [row[0] for row in shown]
    facts = _all(f"SELECT trace, fact FROM plain_fact WHERE trace IN ({','.join(map(str, ids))})", ())
    by_trace = defaultdict(list)
    for trace, one in facts:
        by_trace[trace].append(one)
    names = _names({one for _, one in facts} | {one for one, _ in counts})
    histogram = np.histogram(np.log(seconds), 500)
    return slow_over, shown, by_trace, names, histogram, points[:: max(len(points) // 2000, 1)]


def _where(start: float, end: float, fact: int | None) -> tuple[str, list[Any]]:
    if fact is None:
        return INSIDE, [start, end]
    return f"{INSIDE} AND EXISTS (SELECT 1 FROM plain_fact e WHERE e.fact = %s AND e.trace = t.id)", [start, end, fact]


def _names(ids: Iterable[int]) -> list[Row]:
    return _all(f"SELECT id, key, value FROM dashboard_tracefact WHERE id IN ({','.join(map(str, ids))})", ())


def compared(start: float, end: float) -> list[Row]:
    """What root causes are counted from: of each fact, how many bad and how many good traces have it."""
    return _all(
        f"SELECT f.fact, sum(CASE WHEN {BAD} THEN 1 ELSE 0 END), sum(CASE WHEN {FAIR} THEN 1 ELSE 0 END)"
        f" FROM plain_fact f JOIN plain_trace t ON t.id = f.trace WHERE {INSIDE} GROUP BY f.fact",
        [start, end],
    )


def used_bytes() -> tuple[int, int]:
    """What each side takes, indexes included: ours, plain. The dictionary of facts counts on both sides."""
    ours, plain = ("dashboard_tracechunk", "dashboard_tracefact"), ("plain_trace", "plain_fact", "dashboard_tracefact")
    return sum(map(_bytes_of, ours)), sum(map(_bytes_of, plain))


def _bytes_of(table: str) -> int:
    if is_postgresql():
        return int(_all("SELECT pg_total_relation_size(%s::regclass)", [table])[0][0])
    names = _all("SELECT name FROM sqlite_master WHERE tbl_name = %s", [table])
    quoted = ",".join(f"'{name}'" for (name,) in names)
    return int(_all(f"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN ({quoted})", ())[0][0])
