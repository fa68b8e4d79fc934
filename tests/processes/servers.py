"""Private servers for tests, each on a port of its own: PostgreSQL, the simulated AWS, and a client for its faults."""

import getpass
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from dashboard.management.processes import Group, Process
from tests.conftest import require_program

ROOT = Path(__file__).resolve().parent.parent.parent
START = timedelta(seconds=60)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def postgresql() -> Iterator[str]:
    """A fresh cluster, gone afterwards; or the server of TEST_POSTGRES_URL. Gives a URL without a database's name."""
    given = os.environ.get("TEST_POSTGRES_URL", "").rstrip("/")
    if given:
        yield given
        return
    server = Postgres()
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


class Postgres:
    """A fresh cluster on a port of its own, which can be killed and started again."""

    def __init__(self) -> None:
        initdb, self.program = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="stackdeck-postgres-"))
        self.group = Group(Path(tempfile.mkdtemp(prefix="stackdeck-postgres-log-")))
        self.owner, self.port = _server_owner(), free_port()
        self.url = f"postgres://stackdeck@127.0.0.1:{self.port}"
        shutil.chown(self.folder, self.owner)
        made = (*_as(self.owner), initdb, "--no-sync", "--auth=trust", "--username=stackdeck")
        subprocess.run([*made, "--pgdata", self.folder / "data"], check=True, capture_output=True, cwd=self.folder)

    def start(self) -> None:
        """Start it, also after a kill: it recovers by itself."""
        sockets = f"unix_socket_directories={self.folder}"
        quick = ("-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", sockets)
        command = (*_as(self.owner), self.program, "-D", str(self.folder / "data"), "-p", str(self.port), *quick)
        self.group.start(Process("postgres", command, {"PATH": os.environ["PATH"]}))
        self.group.wait_until(lambda: _accepts(f"{self.url}/postgres"), "PostgreSQL", START)

    def kill(self) -> None:
        """kill -9 of all its processes at once, as when the machine's memory has run out."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.group.stop()

    def stop(self) -> None:
        """End it and forget it."""
        self.group.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.group.log_dir, ignore_errors=True)


def _programs() -> tuple[str, str]:
    """initdb and postgres."""
    initdb, postgres = require_program("initdb"), require_program("postgres")
    if not Path(initdb).with_name("postgres").exists():  # a wrapper in the path: take the real ones beside postgres
        initdb = str(Path(postgres).with_name("initdb"))
    return initdb, postgres


def create_database(server_url: str, name: str, template: str = "template1") -> str:
    """Make a database, as a copy of another when asked, and give its URL."""
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{server_url}/{name}"


class SimulatedAws:
    """The simulator's own interface: faults, calls, caught mail, reset."""

    def __init__(self, url: str, mail_port: int) -> None:
        self.url = url
        self.email_url = f"smtp://127.0.0.1:{mail_port}"

    def add_fault(self, **fault: Any) -> str:
        """Break something; see dashboard/demo/faults.py. Gives the fault's id."""
        return str(self._ask("POST", "faults", fault)["id"])

    def remove_faults(self) -> None:
        """Let everything work again."""
        self._ask("DELETE", "faults")

    def calls(self) -> dict[str, int]:
        """How often each operation was asked for: {'cloudwatch:GetMetricData': 3}."""
        found: dict[str, int] = self._ask("GET", "calls")["calls"]
        return found

    def state(self) -> dict[str, Any]:
        """Accounts, regions and incidents."""
        return self._ask("GET", "state")

    def mails(self) -> list[dict[str, Any]]:
        """What the mail catcher holds, the newest first: number, at, to, subject, message_id, text."""
        with urllib.request.urlopen(f"{self.url}/mail/all.json", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)["mails"]
            return found

    def reset(self) -> None:
        """Forget faults, calls, mails and who claimed which role."""
        self._ask("POST", "reset")

    def _ask(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_simulator/{what}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


def _accepts(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
        return True
    return False


def _server_owner() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _as(owner: str) -> tuple[str, ...]:
    return ("runuser", "-u", owner, "--") if os.geteuid() == 0 else ()
