"""The trials themselves: each gives a verdict that can be judged and printed."""

import time

from tests.faults.harness import CHANNELS, Trial, Verdict, trial, wait_for
from tests.processes.conftest import Redis
from tests.processes.installation import Installation
from tests.processes.servers import Postgres

POINTS = (
    "before claim", "after claim", "before send", "after send, before mark", "in the middle of marking", "after mark",
    "while renewing",
)  # fmt: skip


def random_kills(engine: str, installation: Installation, kills: int) -> Verdict:
    """Two senders, one of which is killed at any moment, again and again."""
    with trial(f"{engine}: random kills", installation) as one:
        one.kill_at_random(kills)
        one.drain()
        return one.verdict()


def crash_points(engine: str, installation: Installation) -> Verdict:
    """Every named place in a sender, and in the transaction that enqueues."""
    with trial(f"{engine}: every crash point", installation) as one:
        for point in POINTS:
            one.crash_at(point)
        one.tear_enqueueing()
        one.drain()
        return one.verdict()


def real_waits(engine: str, installation: Installation) -> Verdict:
    """A sender dies in the middle of sending, and the next one waits for its lease as long as in life."""
    with trial(f"{engine}: killed mid-send, real waits", installation, "--real-waits") as one:
        one.crash_at("after send, before mark")
        one.start(0)
        wait_for(lambda: one.ask("waiting") == 0, "The end of the backlog")
        return one.verdict()


def broker_away(engine: str, installation: Installation, redis: Redis) -> Verdict:
    """Redis is stopped while things happen, and comes back empty: beat and worker go on from the database."""
    with trial(f"{engine}: Redis gone, then back and empty", installation) as one:
        redis.start()
        installation.start_service("beat")
        installation.start_service("worker")
        one.feed()
        wait_for(lambda: one.ask("waiting") == 0, "The first delivery by a worker")
        redis.stop()
        one.feed()
        time.sleep(5)
        (redis.folder / "appendonlydir").rename(redis.folder / "lost")
        redis.start()
        wait_for(lambda: one.ask("waiting") == 0, "The delivery after the outage")
        installation.processes.stop()
        return one.verdict()


def broker_hung(engine: str, installation: Installation, redis: Redis, hang: float) -> Verdict:
    """Redis stops answering without hanging up while things happen, and wakes: beat and worker go on by themselves."""
    with trial(f"{engine}: Redis hung for {hang:.0f} s", installation) as one:
        redis.start()
        installation.start_service("beat")
        installation.start_service("worker")
        one.feed()
        wait_for(lambda: one.ask("waiting") == 0, "The first delivery by a worker")
        redis.freeze()
        one.feed()
        time.sleep(hang)
        redis.thaw()
        wait_for(lambda: one.ask("waiting") == 0, "The delivery after the outage")
        installation.processes.stop()
        return one.verdict()


def database_killed(engine: str, installation: Installation, redis: Redis, server: Postgres, outage: float) -> Verdict:
    """PostgreSQL is killed while a worker sends, and comes back after a while: the worker goes on by itself."""
    with trial(f"{engine}: killed under load, away for {outage:.0f} s", installation) as one:
        redis.start()
        installation.start_service("beat")
        installation.start_service("worker")
        one.feed()
        wait_for(lambda: len(one.book.arrivals) > 0, "The first delivery by a worker")
        server.kill()
        one.kills += 1
        time.sleep(outage)
        server.start()
        one.ask("reconnect")
        one.feed()
        wait_for(lambda: one.ask("waiting") == 0, "The delivery after the outage")
        installation.processes.stop()
        return one.verdict()


def marks_first(engine: str, installation: Installation, kills: int) -> Verdict:
    """The planted fault, which must be found out."""
    with trial(f"{engine}: a sender that marks first", installation) as one:
        one.crash_at("before send", "mark first")
        one.kill_at_random(kills, "mark first")
        one.drain("mark first")
        return one.verdict()


def failing_receivers(engine: str, installation: Installation) -> Verdict:
    """One channel slow, one broken, then redirecting, no mail server: the fourth is not held up; then all heal."""
    with trial(f"{engine}: slow, broken, redirecting, no mail server", installation) as one:
        one.book.modes = {CHANNELS[1]: "slow", CHANNELS[2]: "broken"}
        one.box.refuse = {"MAIL": b"451 not now"}
        one.feed()
        one.start(0)
        wait_for(lambda: arrived(one, CHANNELS[0]) == one.fed * 2, "All messages of the channel that works")
        one.book.modes[CHANNELS[2]] = "redirect"
        time.sleep(1)
        one.book.modes, one.box.refuse = {}, {}
        one.drain()
        return one.verdict()


def arrived(one: Trial, channel: str) -> int:
    """How many messages a webhook has got."""
    return sum(arrival.channel == channel for arrival in list(one.book.arrivals))
