"""Runs the outbox against real processes and kills, and counts what was lost, doubled and late."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.faults.recorder import Arrival, Recorder, mail_arrivals, recorder
from tests.processes.installation import Installation
from tests.processes.servers import ROOT
from tests.smtp import Mailbox, smtp_server

BACKLOG = 20
"""Deliveries that wait at least when somebody is killed."""
CHANNELS = ("first", "second", "third")
PATIENCE = 60.0


@dataclass(frozen=True)
class Verdict:
    """What came of a trial. `stray` arrived without having been enqueued; `unlabelled` doubles don't say so."""

    name: str
    kills: int
    told: int
    lost: int
    stray: int
    doubled: int
    unlabelled: int
    changed: int
    most_per_kill: float
    disordered: int
    torn: int
    late: tuple[float, float, float, float]

    @property
    def holds(self) -> bool:
        """Nothing lost, torn, out of order or two minutes late; doubles few, the same, and saying so."""
        faults = self.lost + self.stray + self.unlabelled + self.changed + self.disordered + self.torn
        return faults == 0 and self.most_per_kill <= 1 and self.late[3] <= 120

    def line(self) -> str:
        """One line for people."""
        p50, p95, p99, worst = self.late
        return (
            f"{self.name:<44} {self.kills:>4} kills {self.told:>6} told  lost {self.lost}  "
            f"doubled {self.doubled} (unlabelled {self.unlabelled})  out of order {self.disordered}  torn {self.torn}  "
            f"late p50 {p50:.2f} s p95 {p95:.2f} p99 {p99:.2f} max {worst:.2f}"
        )


class Trial:
    """One database, receivers, a workshop, and senders that die."""

    def __init__(self, name: str, installation: Installation, book: Recorder, box: Mailbox) -> None:
        self.name, self.book, self.box = name, book, box
        self.kills, self.fed, self.senders = 0, 0, [0, 0]
        self.environment = installation.environment
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "NOTIFY_ALLOWED_NETWORKS": "127.0.0.0/8",
            "EMAIL_URL": f"smtp://127.0.0.1:{box.port}",
            "LOG_LEVEL": "CRITICAL",
        }

    def open(self, *options: str) -> None:
        """Start the workshop and make the channels."""
        self.workshop = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.workshop", *options],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        hooks = {name: {"kind": "webhook", "config": {"url": f"{self.book.url}/{name}"}} for name in CHANNELS}
        self.ask("channels", {**hooks, "mail": {"kind": "email", "config": {"to": ["ops@example.com"]}}})

    def close(self) -> None:
        """End everything."""
        self.stop_senders()
        self.workshop.kill()
        self.workshop.wait()

    def ask(self, *command: Any) -> Any:
        """Have the workshop do something; gives its answer."""
        assert self.workshop.stdin
        assert self.workshop.stdout
        self.workshop.stdin.write(json.dumps(command) + "\n")
        self.workshop.stdin.flush()
        line = self.workshop.stdout.readline()
        assert line, "The workshop has died."
        return json.loads(line)

    def feed(self, least: int = BACKLOG) -> None:
        """Let something happen until at least that much waits in every channel."""
        waiting = self.ask("waiting")
        while waiting < least * (len(CHANNELS) + 1):
            waiting = self.ask("feed", self.fed, 5)
            self.fed += 5

    def start(self, which: int = 0, design: str = "ours", point: str = "") -> int:
        """Start a sender."""
        self.senders[which] = self.ask("send", design, point)
        return self.senders[which]

    def stop_senders(self) -> None:
        """Kill those that live."""
        for pid in self.senders:
            if pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills += 1
        self.senders = [0, 0]

    def kill_at_random(self, kills: int, design: str = "ours") -> None:
        """Kill one of two senders again and again, with a backlog, at any moment."""
        for which in (0, 1):
            self.start(which, design)
        for _ in range(kills):
            self.feed()
            time.sleep(random.uniform(0.01, 0.25))  # noqa: S311 - chance, not secrecy
            which = random.randrange(2)  # noqa: S311
            os.kill(self.senders[which], signal.SIGKILL)
            self.kills += 1
            self.start(which, design)

    def crash_at(self, point: str, design: str = "ours") -> None:
        """Let a sender die at a place of its own, with a backlog."""
        self.feed()
        pid = self.start(0, design, point)
        wait_for(lambda: not lives(pid), f"A crash {point}")
        self.kills += 1

    def tear_enqueueing(self) -> None:
        """Let writers die in the middle of a transition."""
        for place in ("before enqueue", "before commit"):
            pid = self.ask("feed and die", 10_000_000 + self.kills, place)
            wait_for(lambda pid=pid: not lives(pid), f"A death {place}")  # type: ignore[misc]
            self.kills += 1

    def drain(self, design: str = "ours") -> None:
        """Send what is left."""
        self.stop_senders()
        self.start(0, design)
        wait_for(lambda: self.ask("waiting") == 0, "The end of the backlog")
        time.sleep(0.3)  # what was marked first may still be on its way
        self.stop_senders()

    def verdict(self) -> Verdict:
        """Compare what is stored with what arrived."""
        stored = self.ask("report")
        return judge(self.name, self.kills, stored, [*self.book.arrivals, *mail_arrivals(self.box)])


def judge(name: str, kills: int, stored: dict[str, Any], arrivals: list[Arrival]) -> Verdict:
    """What was lost, doubled, changed, out of order and late."""
    wanted = {(key, channel): at for key, channel, _, at, _ in stored["deliveries"]}
    by_message: defaultdict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for arrival in sorted(arrivals):
        by_message[arrival.key, arrival.channel].append(arrival)
    first = {message: found[0] for message, found in by_message.items()}
    again = [one for found in by_message.values() for one in found[1:]]
    per_channel = Counter(one.channel for one in again)
    keys = {key for key, *_ in stored["deliveries"]}
    late = [first[message].at - at for message, at in wanted.items() if message in first] or [0.0]
    return Verdict(
        name=name,
        kills=kills,
        told=len(wanted),
        lost=len(wanted.keys() - first.keys()),
        stray=len(first.keys() - wanted.keys()),
        doubled=len(again),
        unlabelled=sum(not one.labelled for one in again),
        changed=sum(one.body != first[one.key, one.channel].body for one in again),
        most_per_kill=max(per_channel.values(), default=0) / max(kills, 1),
        disordered=disordered(stored, first),
        torn=len(keys ^ set(stored["transitions"])),
        late=tuple(float(value) for value in np.percentile(late, [50, 95, 99, 100])),  # type: ignore[arg-type]
    )


def disordered(stored: dict[str, Any], first: dict[tuple[str, str], Arrival]) -> int:
    """Messages that arrived before an earlier one of their thread."""
    newest: dict[tuple[str, str], float] = {}
    count = 0
    for key, channel, _, _, thread in stored["deliveries"]:
        at = first[key, channel].at if (key, channel) in first else 0.0
        count += 0 < at < newest.get((thread, channel), 0.0)
        newest[thread, channel] = max(at, newest.get((thread, channel), 0.0))
    return count


def lives(pid: int) -> bool:
    """Whether a process is there."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def wait_for(ready: Any, what: str) -> None:
    """Wait for something in the real world. Raises TimeoutError, naming it."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s.")
        time.sleep(0.02)


@contextmanager
def trial(name: str, installation: Installation, *options: str) -> Iterator[Trial]:
    """A trial on an installation whose database has tables and no rows; `--real-waits` shortens no waiting."""
    with recorder() as book, smtp_server() as box:
        one = Trial(name, installation, book, box)
        one.open(*options)
        try:
            yield one
        finally:
            one.close()
