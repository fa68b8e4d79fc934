"""graph.collect, graph.bytes and graph.read: a service graph of 300 nodes and 1,000 edges over a month of minutes.

Six hours of answers are made, canonicalised, stored and rolled up by the product's own write path. A month would take
half an hour of the same: the rest of it is those six hours' rows, put down again at other times; the product keeps
three days of minutes, a month of ten-minute spans and hours. The plain side (bench/edges.py) gets three days of rows;
its month is ten times what three days take.
"""

import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

from bench import dataset, edges
from bench.measure import Result, median, report, side_by_side
from dashboard.access.roles import EVERYTHING
from dashboard.aws.trace_values import Durations, XrayEdge, XrayService, XrayStatistics
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Resource
from dashboard.traces.models import GraphSlice
from dashboard.traces.read import service_map
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES
from dashboard.traces.write.directory import Directory
from dashboard.traces.write.graph import roll_up, store_graph

NODES, EDGES, DURATIONS = 300, 1000, 40
DAY = 24 * HOUR
MONTH = 30
END = dataset.epoch(dataset.NOW) // DAY * DAY
"""Midnight: every kept period ends there."""
HISTORY = ((MINUTE, 3), (TEN_MINUTES, MONTH), (HOUR, MONTH))
"""Days for which each period is kept."""
READS = {"3h": (timedelta(hours=3), 0.15), "24h": (timedelta(days=1), 0.5), "30d": (timedelta(days=MONTH), 5.0)}
"""Windows that are read, and the seconds in which that should be done."""
PLAIN_DAYS = 3


def answer_of(pairs: Sequence[tuple[int, int]], seed: int) -> list[XrayService]:
    """A minute's answer of GetServiceGraph: forty different durations on each edge."""
    luck = random.Random(seed)  # noqa: S311 - figures to measure with
    outgoing: dict[int, list[XrayEdge]] = {}
    for source, target in pairs:
        times = _durations(luck)
        edge = XrayEdge(target, _statistics(times), times, "", (), ())
        outgoing.setdefault(source, []).append(edge)
    return [_service(node, tuple(outgoing.get(node, ())), _durations(luck)) for node in range(NODES)]


def _durations(luck: random.Random) -> Durations:
    return tuple((round(luck.lognormvariate(-3, 1), 4), luck.randint(1, 5)) for _ in range(DURATIONS))


def _statistics(times: Durations) -> XrayStatistics:
    total = sum(number for _, number in times)
    return XrayStatistics(ok=total - 1, fault=1, seconds=sum(one * number for one, number in times))


def _service(node: int, out: tuple[XrayEdge, ...], times: Durations) -> XrayService:
    name = f"function-{node}"
    return XrayService(
        node,
        name,
        (name,),
        dataset.CONNECTION.account_id,
        "AWS::Lambda::Function",
        False,
        _statistics(times),
        times,
        out,
    )


def make_world() -> tuple[Account, list[tuple[int, int]]]:
    """An account whose functions are known, and who calls whom."""
    account = dataset.make_account()
    stacks = [dataset.make_stack(account, f"stack-{number}") for number in range(20)]
    seen = {"first_seen_at": dataset.NOW, "seen_at": dataset.NOW}
    Resource.objects.bulk_create(
        Resource(
            account=account, stack=stacks[node % 20], region=dataset.REGION, service="lambda", name=f"function-{node}",
            physical_id=f"function-{node}", **seen,
        )
        for node in range(NODES)
    )  # fmt: skip
    luck = random.Random(1)  # noqa: S311 - figures to measure with
    every = [(source, target) for source in range(NODES) for target in range(NODES) if source < target]
    return account, luck.sample(every, EDGES)


def collect(account: Account, pairs: Sequence[tuple[int, int]], minutes: int) -> float:
    """Store minutes that end at END as polls do; gives the seconds of one, making answers up not included."""
    taken = 0.0
    for number in range(minutes):
        answer = answer_of(pairs, number)
        started = time.perf_counter()
        directory = Directory(account, dataset.REGION)
        span = (MINUTE, END - (minutes - number) * MINUTE)
        store_graph(directory, span, answer)
        roll_up(directory, [span])
        taken += time.perf_counter() - started
    return taken / minutes


def fill(minutes: int) -> None:
    """Put the stored spans down again at earlier times, until every period reaches as far back as it is kept."""
    length = minutes * MINUTE
    for period, days in HISTORY:
        originals = list(GraphSlice.objects.filter(period=period, at__gte=END - length))
        for back in range(length, days * DAY, length):
            copies = [
                GraphSlice(
                    account_id=one.account_id, region=one.region, period=period, at=one.at - back, nodes=one.nodes,
                    edges=one.edges,
                )
                for one in originals
                if one.at - back >= END - days * DAY
            ]  # fmt: skip
            GraphSlice.objects.bulk_create(copies, batch_size=200)


def plain_rows(at: int) -> list[edges.Row]:
    """A minute of the plain side."""
    return [(edge, at, 120, 1, 6.0) for edge in range(EDGES)]


def measure_collect(account: Account, pairs: Sequence[tuple[int, int]], minutes: int) -> None:
    """One minute's answer into rows, roll-ups included, beside an upsert of the plain rows."""
    ours = collect(account, pairs, minutes)
    turn = iter(range(END, END + DAY, MINUTE))
    plain = median(lambda: edges.upsert(plain_rows(next(turn))), 10)
    share = ours / MINUTE
    report(
        Result(
            f"graph.collect.{engine()}", ours * 1000, "ms/minute",
            f"plain rows, no histograms, no roll-up: {plain * 1000:.1f} ms", None, "≤ 1 % of a minute", share <= 0.01,
        )
    )  # fmt: skip


def measure_bytes() -> None:
    """Megabytes of a month as it is kept."""
    rows = GraphSlice.objects.values_list("nodes", "edges").iterator(200)
    total = sum(len(nodes) + len(found) for nodes, found in rows)
    plain = EDGES * MONTH * 24 * 60 * 28
    versus = f"plain rows at 28 B, no histograms: {plain / 1e6:,.0f}"
    report(Result(f"graph.bytes.{engine()}", total / 1e6, "MB/month", versus, total / plain))


def measure_read(name: str, times: int) -> None:
    """A map of a window with its percentiles at hand, beside sums in SQL."""
    length, goal = READS[name]
    end = datetime.fromtimestamp(END, UTC)
    window = Window(end - length, end)
    plain_window = min(length, timedelta(days=PLAIN_DAYS))
    start = END - int(plain_window.total_seconds())
    ours, plain = side_by_side([lambda: service_map(EVERYTHING, window), lambda: edges.summed(start, END)], times)
    plain *= length / plain_window
    told = "plain sums, no percentiles" if length == plain_window else f"plain sums, ×{length // plain_window}"
    report(
        Result(
            f"graph.read.{name}.{engine()}", ours * 1000, "ms", f"{told}: {plain * 1000:,.0f} ms", ours / plain,
            f"≤ {goal * 1000:.0f} ms", ours <= goal,
        )
    )  # fmt: skip


def engine() -> str:
    """The database's name."""
    return str(connection.vendor)


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    made, calls = make_world()
    edges.create()
    stored = 60 if quick else 360
    for day in range(1 if quick else PLAIN_DAYS):
        edges.load(row for at in range(END - (day + 1) * DAY, END - day * DAY, MINUTE) for row in plain_rows(at))
    edges.analyze()
    measure_collect(made, calls, stored)
    fill(stored)
    measure_bytes()
    for name in READS:
        measure_read(name, 2 if quick else 5)
