"""A program that plays the product's part: enqueues, forks senders that can be killed, and tells what is stored.

It reads commands as JSON lines and answers each with one. Senders are forks of it, so that hundreds of them start in
no time; each is a process of its own with its own database connection, running the product's own `deliver`. Only
waiting is shortened. Crash points kill the process, as kill -9 does, in the middle of the product's own functions.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.conf import settings

settings.DATABASES["default"]["OPTIONS"].pop("pool", None)  # its threads do not survive a fork
django.setup()

from django.db import connections, transaction  # noqa: E402 - needs loaded tables
from django.utils import timezone  # noqa: E402

from dashboard.notify import retrying  # noqa: E402
from dashboard.notify.message import Event, Message, Severity  # noqa: E402
from dashboard.notify.models import Channel, Delivery  # noqa: E402
from dashboard.notify.outcome import Outcome  # noqa: E402
from dashboard.notify.send import deliver as sending  # noqa: F401, E402
from dashboard.notify.write import claims, enqueue, results  # noqa: E402
from dashboard.polls.models import Heartbeat  # noqa: E402

sender = sys.modules["dashboard.notify.send.deliver"]
sent_by = sys.modules["dashboard.notify.send.transmit"]
LEASE, RENEW = timedelta(seconds=1), 0.2


def shorten_waits() -> None:
    """Seconds instead of minutes."""
    claims.LEASE, sender.RENEW_SECONDS = LEASE, RENEW
    retrying.FIRST_WAIT, retrying.LONGEST_WAIT = timedelta(seconds=0.1), timedelta(seconds=1)
    retrying.FIRST_REST, retrying.LONGEST_REST = timedelta(seconds=0.5), timedelta(seconds=2)


def die(*_: object) -> None:
    """As kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def crash(module: Any, name: str, *, before: bool, after_calls: int = 3) -> None:
    """Die before or after the n-th call of a function that had something to do."""
    original, calls = getattr(module, name), 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += before
        if before and calls == after_calls:
            die()
        result = original(*args, **kwargs)
        calls += bool(result) and not before
        if not before and calls == after_calls:
            die()
        return result

    setattr(module, name, dying)


CRASHES: dict[str, Callable[[], None]] = {
    "before claim": lambda: crash(sender, "claim", before=True),
    "after claim": lambda: crash(sender, "claim", before=False),
    "before send": lambda: crash(sender, "transmit", before=True),
    "after send, before mark": lambda: crash(sender, "transmit", before=False),
    "in the middle of marking": lambda: crash(results, "_sent", before=False),
    "after mark": lambda: crash(sender, "settle", before=False),
    "while renewing": lambda: crash(sender, "renew", before=True),
}
"""Places in a sender."""


def mark_first() -> None:
    """The planted fault: a delivery is marked as sent when it is claimed. The suite must find it out."""
    claim = sender.claim

    def marking(*args: Any) -> Any:
        taken = claim(*args)
        for one in taken:
            results.settle(one, Outcome(ok=True), timezone.now())
        return taken

    sender.claim = marking
    sender.settle = lambda claim, outcome, now: True
    sender.renew = lambda claims, now: None


def work(design: str, point: str) -> None:
    """Send until killed, or until the parent is gone."""
    if design == "mark first":
        mark_first()
    if point:
        CRASHES[point]()
    parent = os.getppid()
    while os.getppid() == parent:
        sender.deliver(timezone.now, lambda account_id: None, timedelta(seconds=2))
        time.sleep(0.02)


def fork(job: Callable[[], None]) -> int:
    """Start a child; its connections are its own."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        job()
    finally:
        os._exit(1)


def message(number: int, event: Event) -> Message:
    thread = f"alert-{number}"
    return Message(f"{thread}:{event}", thread, event, Severity.CRITICAL, f"Number {number} is {event}", timezone.now())


def transition(told: Message) -> None:
    """What callers do: a row of their own and the deliveries, in one transaction."""
    with transaction.atomic():
        Heartbeat.objects.create(name=told.key, at=told.at)
        enqueue(told, told.at)


def feed(first: int, count: int) -> int:
    """Open and resolve that many alerts."""
    for number in range(first, first + count):
        transition(message(number, Event.OPENED))
        transition(message(number, Event.RESOLVED))
    return waiting()


def feed_and_die(first: int, place: str) -> None:
    """Die inside a transaction that enqueues: between its rows, or right before it ends."""
    with transaction.atomic():
        told = message(first, Event.OPENED)
        Heartbeat.objects.create(name=told.key, at=told.at)
        if place == "before enqueue":
            die()
        enqueue(told, told.at)
        die()


def make_channels(channels: dict[str, dict[str, Any]]) -> int:
    for name, columns in channels.items():
        Channel.objects.create(name=name, per_minute=30_000, **columns)
    return len(channels)


def waiting() -> int:
    return Delivery.objects.open().count()


def report() -> dict[str, Any]:
    """Everything that is stored: transitions, and deliveries with when they were enqueued."""
    rows = Delivery.objects.order_by("pk").values_list("key", "channel__name", "state", "created_at", "thread")
    told = [[key, channel, state, at.timestamp(), thread] for key, channel, state, at, thread in rows]
    transitions = Heartbeat.objects.filter(name__startswith="alert-").values_list("name", flat=True)
    return {"deliveries": told, "transitions": list(transitions)}


COMMANDS: dict[str, Callable[..., Any]] = {
    "channels": make_channels,
    "feed": feed,
    "feed and die": lambda first, place: fork(lambda: feed_and_die(first, place)),
    "send": lambda design, point: fork(lambda: work(design, point)),
    "waiting": waiting,
    "reconnect": connections.close_all,
    "report": report,
}


def main() -> None:
    """Answer commands until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if "--real-waits" not in sys.argv:
        shorten_waits()
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        answer = COMMANDS[command](*arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
