"""Digests when whoever makes or sends them is killed: one edition, every letter, each the same however often."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from typing import Any

import pytest

from tests.faults.digest_workshop import RECIPIENTS
from tests.faults.harness import lives, wait_for
from tests.faults.test_outbox import installation, on_postgresql, on_sqlite
from tests.processes.installation import Installation
from tests.processes.servers import ROOT
from tests.smtp import Mailbox, smtp_server

__all__ = ["installation", "on_postgresql", "on_sqlite"]
pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]
Ask = Callable[..., Any]
KILLS = 12


@contextmanager
def workshop(place: Installation, box: Mailbox) -> Iterator[Ask]:
    """The program, as a function that asks it."""
    environment = place.environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{box.port}",
        "LOG_LEVEL": "CRITICAL",
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.digest_workshop"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def ask(*command: Any) -> Any:
        assert program.stdin
        assert program.stdout
        program.stdin.write(json.dumps(command) + "\n")
        program.stdin.flush()
        return json.loads(program.stdout.readline())

    try:
        yield ask
    finally:
        program.kill()
        program.wait()


def arrived(box: Mailbox) -> dict[str, list[bytes]]:
    """Mails by Message-ID."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for _, _, mail in box.mails:
        found[str(message_from_bytes(mail)["Message-ID"])].append(mail)
    return found


@pytest.mark.parametrize("place", ["before letters", "before commit", "after commit"])
def test_a_digest_whose_maker_dies_is_made_once(on_sqlite: Installation, place: str) -> None:
    with smtp_server() as box, workshop(on_sqlite, box) as ask:
        ask("schedule")
        pid = ask("compose and die", place)
        wait_for(lambda: not lives(pid), "The death of its maker")
        assert ask("report")["editions"] == (1 if place == "after commit" else 0)
        ask("compose")
        stored = ask("report")
    assert stored["editions"] == 1
    assert len(stored["letters"]) == RECIPIENTS


def test_every_letter_arrives_when_senders_are_killed(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    with smtp_server() as box, workshop(installation, box) as ask:
        ask("schedule")
        ask("compose")
        for point in ("before sending", "after sending, before marking", "after marking"):
            pid = ask("send", point)
            wait_for(lambda pid=pid: not lives(pid), f"A crash {point}")  # type: ignore[misc]
        senders = [ask("send", "") for _ in range(2)]
        for _ in range(KILLS):
            time.sleep(random.uniform(0.01, 0.12))  # noqa: S311 - chance, not secrecy
            which = random.randrange(2)  # noqa: S311
            with suppress(ProcessLookupError):
                os.kill(senders[which], signal.SIGKILL)
            senders[which] = ask("send", "")
        wait_for(lambda: ask("waiting") == 0, "The last letter")
        stored = ask("report")
    mails = arrived(box)
    doubled = sum(len(copies) - 1 for copies in mails.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{KILLS + 3} kills, {len(stored['letters'])} letters: lost {len(stored['letters']) - len(mails)}, "
            f"doubled {doubled}, changed {sum(len(set(copies)) > 1 for copies in mails.values())}\n"
        )
    assert set(mails) == {message_id for message_id, _, _ in stored["letters"]}
    assert {state for _, state, _ in stored["letters"]} == {"sent"}
    assert doubled <= KILLS + 3
    assert all(len(set(copies)) == 1 for copies in mails.values())
    assert {key for key, copies in mails.items() if len(copies) > 1} <= {
        message_id for message_id, _, repeated in stored["letters"] if repeated
    }
