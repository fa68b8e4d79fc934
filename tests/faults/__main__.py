"""`make faults`: the whole suite on SQLite and PostgreSQL; prints what was lost, doubled and late."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.faults import trials
from tests.faults.harness import Verdict
from tests.processes.conftest import Redis
from tests.processes.installation import Installation
from tests.processes.servers import Postgres, create_database, postgresql

NOWHERE = "http://127.0.0.1:1"
OUTAGE = 30.0
"""Seconds without a database, or with a broker that hangs."""
Fresh = Callable[[], Installation]
FIXED = (trials.failing_receivers, trials.real_waits)


def verdicts(engine: str, fresh: Fresh, kills: int) -> Iterator[tuple[Verdict, bool]]:
    """Every trial on one engine; with each, whether it went as it should."""
    for run in (partial(trials.random_kills, kills=kills), *[trials.crash_points] * 5, *FIXED):
        verdict = run(engine, fresh())
        yield verdict, verdict.holds
    planted = trials.marks_first(engine, fresh(), max(kills // 10, 10))
    yield planted, planted.lost > 0


def installations(folder: Path, server: str) -> dict[str, Fresh]:
    """Makers of databases with tables and no rows, by engine."""
    template = folder / "template"
    template.mkdir()
    Installation(template, NOWHERE).manage("migrate", "--verbosity", "0")
    url = create_database(server, "faults_template")
    Installation(template, NOWHERE, url).manage("migrate", "--verbosity", "0")

    def on_sqlite() -> Installation:
        place = Path(tempfile.mkdtemp(dir=folder))
        shutil.copy(template / "stackdeck.sqlite3", place)
        return Installation(place, NOWHERE)

    def on_postgresql() -> Installation:
        place = Path(tempfile.mkdtemp(dir=folder))
        return Installation(place, NOWHERE, create_database(server, place.name, "faults_template"))

    return {"SQLite": on_sqlite, "PostgreSQL": on_postgresql}


def with_redis(folder: Path, fresh: Fresh, run: Callable[[str, Installation, Redis], Verdict]) -> Verdict:
    """A trial that needs a broker."""
    place = Path(tempfile.mkdtemp(dir=folder))
    redis, installation = Redis(place), fresh()
    installation.environment["REDIS_URL"] = redis.url
    try:
        return run("PostgreSQL", installation, redis)
    finally:
        installation.processes.stop()
        redis.stop()


def with_postgresql(folder: Path, outage: float) -> Verdict:
    """The trial that kills a database: a server of its own."""
    place = folder / "killed"
    place.mkdir()
    redis, server = Redis(place), Postgres()
    try:
        server.start()
        installation = Installation(place, NOWHERE, f"{server.url}/postgres", redis.url)
        installation.manage("migrate", "--verbosity", "0")
        try:
            return trials.database_killed("PostgreSQL", installation, redis, server, outage)
        finally:
            installation.processes.stop()
    finally:
        redis.stop()
        server.stop()


def told(verdict: Verdict, good: bool) -> bool:
    """Print a verdict; gives whether it was good."""
    print(f"{'ok   ' if good else 'WRONG'} {verdict.line()}", flush=True)  # noqa: T201
    return good


def main() -> int:
    """Run all; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="random kills on each engine")
    kills = parser.parse_args().kills
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers end with us
    began, wrong = time.monotonic(), 0
    folder = Path(tempfile.mkdtemp(prefix="stackdeck-faults-"))
    os.environ.setdefault("LANG", "C.UTF-8")
    try:
        with postgresql() as server:
            makers = installations(folder, server)
            for engine, fresh in makers.items():
                wrong += sum(not told(*one) for one in verdicts(engine, fresh, kills))
            for run in (trials.broker_away, partial(trials.broker_hung, hang=OUTAGE)):
                verdict = with_redis(folder, makers["PostgreSQL"], run)
                wrong += not told(verdict, verdict.holds)
        killed = with_postgresql(folder, OUTAGE)
        wrong += not told(killed, killed.holds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s. The planted fault must lose; nothing else may.")  # noqa: T201
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
