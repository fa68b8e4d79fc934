"""A program that makes and sends digests in forks that can be killed; reads commands as JSON lines, like workshop.py.

Each fork runs the product's own `compose` and `deliver_letters`. Only the lease is shortened, so that a letter whose
sender died is taken over within a test's patience.
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

django.setup()

from django.utils import timezone  # noqa: E402 - needs Django

from dashboard.digests.models import Address, Edition, Letter, Schedule  # noqa: E402
from dashboard.digests.send import deliver as sender  # noqa: E402
from dashboard.digests.write import compose as composing  # noqa: E402
from dashboard.digests.write import letters  # noqa: E402
from tests.faults.workshop import crash, die, fork  # noqa: E402

RECIPIENTS = 60


def make_schedule() -> int:
    """A schedule that is due now, for many addresses."""
    now = timezone.now()
    due = now - timedelta(minutes=1)
    schedule = Schedule.objects.create(
        name="Daily", days=list(range(7)), at=due.time().replace(microsecond=0), quiet="send",
        starts_at=due - timedelta(days=2), sections=["alerts", "deploys"],
    )  # fmt: skip
    made = [Address(email=f"{number}@shop.example", verified_at=now) for number in range(RECIPIENTS)]
    schedule.addresses.set(Address.objects.bulk_create(made))
    return schedule.pk


def compose_and_die(place: str) -> None:
    """Make the digest, and die before its letters, between them and the commit, or right behind it."""
    if place == "before letters":
        crash(composing, "_write_letters", before=True, after_calls=1)
    if place == "before commit":
        crash(composing, "_tell_channels", before=True, after_calls=1)
    composing.compose_due(timezone.now())
    die()


def send(point: str) -> None:
    """Send until killed, or until the parent is gone."""
    if point == "before sending":
        crash(sender, "_try", before=True)
    if point == "after sending, before marking":
        crash(sender, "_try", before=False)
    if point == "after marking":
        crash(sender, "settle", before=False)
    parent = os.getppid()
    while os.getppid() == parent:
        sender.deliver_letters(timezone.now, timedelta(seconds=2))
        time.sleep(0.02)


def compose() -> int:
    return composing.compose_due(timezone.now())


def report() -> dict[str, Any]:
    """What is stored."""
    rows = Letter.objects.values_list("message_id", "state", "may_have_arrived")
    return {"editions": Edition.objects.count(), "letters": [list(row) for row in rows]}


COMMANDS: dict[str, Callable[..., Any]] = {
    "schedule": make_schedule,
    "compose and die": lambda place: fork(lambda: compose_and_die(place)),
    "compose": compose,
    "send": lambda point: fork(lambda: send(point)),
    "waiting": lambda: Letter.objects.filter(state__in=Letter.OPEN).count(),
    "report": report,
}


def main() -> None:
    """Answer commands until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    letters.LEASE = timedelta(seconds=0.5)
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(COMMANDS[command](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
