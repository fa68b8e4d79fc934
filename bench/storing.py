"""store.upsert and store.bytes: our write path beside COPY + upsert (PostgreSQL) or executemany (SQLite)."""

import sys

import numpy as np
from django.db import connection

from bench import dataset, narrow
from bench.measure import Result, report, side_by_side
from dashboard.inventory.models import Account
from dashboard.metrics.models import Series
from dashboard.metrics.write import store

SERIES = 2000
LATE = 3
"""Each poll sends the newest instant, and the two before it once more."""


def measure_upsert(rounds: int, history: int) -> None:
    """Samples per second, each side as polls would do it, on top of some days of history on both sides."""
    account = dataset.make_account()
    series = dataset.make_series(account, SERIES)
    blocks = sorted({one.block_id for one in series})
    narrow.create()
    load_history(series, history)
    start = dataset.epoch(dataset.NOW)
    times = start + dataset.PERIOD * np.arange(rounds * 2 + LATE + 4, dtype=np.int64)
    values = dataset.values_of(SERIES, times)
    turns = {"ours": 0, "narrow": 0}
    width = SERIES // len(blocks)

    def poll(side: str) -> tuple[list[int], np.ndarray]:
        turn = turns[side]
        turns[side] += 1
        return times[turn : turn + LATE].tolist(), values[turn : turn + LATE]

    def ours() -> None:
        at, matrix = poll("ours")
        for index, block in enumerate(blocks):
            store(block, at, matrix[:, index * width : (index + 1) * width])

    def narrow_rows() -> None:
        at, matrix = poll("narrow")
        rows = [
            (one, when, value) for when, line in zip(at, matrix.tolist(), strict=True) for one, value in enumerate(line)
        ]
        narrow.upsert(rows)

    ours_takes, narrow_takes = side_by_side([ours, narrow_rows], rounds)
    sent = SERIES * LATE
    ratio, goal = narrow_takes / ours_takes, 3 if narrow.is_postgresql() else 4
    report(
        Result(
            f"store.upsert.{connection.vendor}", sent / ours_takes, "samples/s",
            f"narrow table, {'COPY + upsert' if narrow.is_postgresql() else 'executemany'}: {sent / narrow_takes:,.0f}",
            ratio, f"≥ {goal}×", ratio >= goal,
        )
    )  # fmt: skip


def load_history(series: list[Series], number_of_days: int) -> None:
    """The same days of samples on both sides."""
    for times in dataset.days(number_of_days):
        values = dataset.values_of(SERIES, times, seed=int(times[0]))
        narrow.load(
            (one, at, value)
            for at, line in zip(times.tolist(), values.tolist(), strict=True)
            for one, value in enumerate(line)
        )
    dataset.fill(series, number_of_days)


def measure_bytes(number: int, number_of_days: int) -> None:
    """Bytes per sample of a month, sealed as time would, indexes and the open days included."""
    account = Account.objects.get()
    series = dataset.make_series(account, number, dataset.make_stack(account, "bytes"))
    before = used_bytes()
    samples = dataset.fill(series, number_of_days)
    value = (used_bytes() - before) / samples
    report(Result(f"store.bytes.{connection.vendor}", value, "B/sample", "", None, "≤ 6 B", value <= 6))


def used_bytes() -> int:
    """What the database's tables take, without free pages."""
    with connection.cursor() as cursor:
        if not narrow.is_postgresql():
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            pragmas = "pragma_page_count, pragma_freelist_count, pragma_page_size"
            cursor.execute(f"SELECT (page_count - freelist_count) * page_size FROM {pragmas}")  # noqa: S608
            return int(cursor.fetchone()[0])
        cursor.execute("VACUUM")
        cursor.execute("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables WHERE relname <> 'narrow'")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    measure_upsert(rounds=5 if quick else 41, history=1 if quick else 5)
    measure_bytes(number=100 if quick else 500, number_of_days=5 if quick else 30)
