"""Search and root causes over 1,000,000 stored traces of a week, beside a row per trace and a row per fact."""

import sys
from datetime import date, timedelta

import numpy as np
from django.db import connection

from bench import dataset, plain_traces
from bench.measure import Result, report, side_by_side
from dashboard.access.roles import EVERYTHING
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces import chunk as chunks
from dashboard.traces import sampling
from dashboard.traces.models import TraceChunk, TraceFact
from dashboard.traces.read import TraceQuery, root_causes, search

DAYS = 7
POOLS = {
    "node": 40,
    "entry": 5,
    "http.url": 60,
    "http.method": 4,
    "http.status": 6,
    "annotation.version": 3,
    "annotation.tenant": 500,
    "annotation.provider": 4,
    "user": 2000,
    "zone": 3,
    "user_agent": 6,
}
"""Values of each key; a trace has one of each, and three nodes more."""
NODES = 3
SHARE_BAD = 0.15
SHARE_SLOW = 0.15


def make_facts(account: Account) -> dict[str, np.ndarray]:
    """The dictionary: ids by key."""
    rows = [
        TraceFact(account=account, key=key, value=f"{key}-value-{number}", seen_on=date(2026, 3, 10))
        for key, size in POOLS.items()
        for number in range(size)
    ]
    made = TraceFact.objects.bulk_create(rows, batch_size=200)
    return {key: np.array([one.pk for one in made if one.key == key]) for key in POOLS}


def fill(account: Account, facts: dict[str, np.ndarray], per_span: int) -> int:
    """The same traces on both sides; returns how many."""
    plain_traces.create()
    luck = np.random.default_rng(1)
    end = dataset.epoch(dataset.NOW) // sampling.SPAN * sampling.SPAN
    spans = range(end - DAYS * 86_400, end, sampling.SPAN)
    for number, span in enumerate(spans):
        packed = a_chunk(luck, facts, per_span, span)
        TraceChunk.objects.create(
            account=account, region=dataset.REGION, at=span, traces=per_span, seen=20 * per_span,
            packed=chunks.pack(packed),
        )  # fmt: skip
        store_plain(packed, span, number * per_span)
    plain_traces.finish()
    return len(spans) * per_span


def a_chunk(luck: np.random.Generator, facts: dict[str, np.ndarray], size: int, span: int) -> chunks.Chunk:
    """Traces of one span: bad ones mostly carry the first version and provider."""
    kind = luck.random(size)
    bad, slow = kind < SHARE_BAD, (kind >= SHARE_BAD) & (kind < SHARE_BAD + SHARE_SLOW)
    columns = [a_column(luck, ids, size) for ids in facts.values()]
    columns += [a_column(luck, facts["node"], size) for _ in range(NODES)]
    guilty = list(facts).index("annotation.provider")
    columns[guilty] = np.where(bad & (luck.random(size) < 0.7), facts["annotation.provider"][0], columns[guilty])
    each = [np.unique(row) for row in np.stack(columns, axis=1)]
    known, local = np.unique(np.concatenate(each), return_inverse=True)
    ids = luck.integers(0, 256, (size, 16), np.uint8)
    return chunks.Chunk(
        ids=ids,
        start=np.sort(luck.integers(0, sampling.SPAN * 1000, size)),
        seconds=np.round(np.exp(luck.normal(-2, 0.6, size)) * np.where(slow, 8, 1), 3),
        extra=np.zeros(size),
        flags=np.where(bad, sampling.FAULT, 0).astype(np.uint8),
        reasons=np.select([bad, slow], [sampling.IS_BAD, sampling.IS_SLOW], sampling.IS_DRAWN).astype(np.uint8),
        known=known,
        first=np.concatenate(([0], np.cumsum([len(one) for one in each]))),
        local=local,
    )


def a_column(luck: np.random.Generator, ids: np.ndarray, size: int) -> np.ndarray:
    """One value per trace: few are frequent, as in life."""
    places = np.minimum(luck.exponential(len(ids) / 5, size).astype(int), len(ids) - 1)
    column: np.ndarray = ids[places]
    return column


def store_plain(one: chunks.Chunk, span: int, first: int) -> None:
    """The same as rows."""
    at = span + one.start / 1000
    columns = (at.tolist(), one.seconds.tolist(), one.flags.tolist(), one.reasons.tolist())
    rows = [(first + row, one.id_of(row), *rest) for row, rest in enumerate(zip(*columns, strict=True))]
    plain_traces.load("plain_trace", rows, 6)
    pairs = zip((one.rows + first).tolist(), one.known[one.local].tolist(), strict=True)
    plain_traces.load("plain_fact", pairs, 2)


def measure_search(name: str, hours: int, times: int, goal: float | None, fact: TraceFact | None = None) -> None:
    """A search as the page does it, in milliseconds."""
    end = dataset.NOW
    window = Window(end - timedelta(hours=hours), end)
    query = TraceQuery(facts=((fact.key, fact.value),) if fact else ())

    def ours() -> object:
        return search(EVERYTHING, window, query)

    def plain() -> object:
        return plain_traces.search(window.start.timestamp(), window.end.timestamp(), fact.pk if fact else None)

    ours_takes, plain_takes = side_by_side([ours, plain], times)
    tell(name, ours_takes, plain_takes, goal)


def measure_causes(hours: int, times: int) -> None:
    """Root causes; the other side only counts, which is the lesser part."""
    end = dataset.NOW
    window = Window(end - timedelta(hours=hours), end)

    def ours() -> object:
        return root_causes(EVERYTHING, window, TraceQuery(result="bad"))

    def plain() -> object:
        return plain_traces.compared(window.start.timestamp(), window.end.timestamp())

    ours_takes, plain_takes = side_by_side([ours, plain], times)
    tell(f"traces.causes.{hours}h", ours_takes, plain_takes, None)


def tell(name: str, ours: float, plain: float, goal: float | None) -> None:
    """Report milliseconds against the plain side's."""
    report(
        Result(
            f"{name}.{connection.vendor}", ours * 1000, "ms", f"row per trace and fact: {plain * 1000:,.0f} ms",
            ours / plain, f"≤ {goal:g} ms" if goal else "", ours * 1000 <= goal if goal else None,
        )
    )  # fmt: skip


def measure_bytes(number: int) -> None:
    """Bytes per stored trace, dictionary and indexes included."""
    ours, plain = (size / number for size in plain_traces.used_bytes())
    versus = f"row per trace and fact: {plain:,.0f} B"
    report(Result(f"traces.bytes.{connection.vendor}", ours, "B/trace", versus, ours / plain))


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    the_account = dataset.make_account()
    the_facts = make_facts(the_account)
    total = fill(the_account, the_facts, 10 if quick else 497)
    turns = 3 if quick else 7
    version = TraceFact.objects.get(pk=the_facts["annotation.version"][1])
    measure_search("traces.search.3h", 3, turns, 60)
    measure_search("traces.search.24h", 24, turns, 300)
    measure_search("traces.search.fact.24h", 24, turns, 300, version)
    measure_causes(3, turns)
    measure_causes(24, turns)
    measure_bytes(total)
