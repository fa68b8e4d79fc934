"""`make demo` as a newcomer meets it: it starts, says where it is, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.management.processes import Group, tail
from dashboard.management.supervise import answers
from tests.processes.servers import ROOT, free_port

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


def environment(folder: Path, port: int) -> dict[str, str]:
    """What a newcomer's shell has, and a real-looking key that must not be used."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "AWS_PORT": str(free_port()),
        "MAIL_PORT": str(free_port()),
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_PROFILE": "production",
    }


@contextmanager
def demo(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A demo whose page answers; killed afterwards if it still runs."""
    port = free_port()
    printed = folder / "printed"
    with printed.open("wb") as output:
        command = [sys.executable, "manage.py", "demo"]
        started = subprocess.Popen(command, cwd=ROOT, env=environment(folder, port), stdout=output, stderr=output)
    try:
        wait_until(lambda: started.poll() is not None or b"admin / admin" in printed.read_bytes(), "The demo")
        assert started.poll() is None, tail(printed)
        assert answers(f"http://127.0.0.1:{port}/sign-in/")
        yield started, port
    finally:
        started.kill()
        started.wait()


def wait_until(ready: object, what: str) -> None:
    Group(Path("/nonexistent")).wait_until(ready, what, timedelta(seconds=120))  # type: ignore[arg-type]


def processes_of(folder: Path) -> list[int]:
    """Every process whose environment names the folder: the demo's, and whatever they started."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"VAR_DIR={folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    with demo(tmp_path) as (started, port):
        assert len(processes_of(tmp_path)) >= 5  # supervisor, aws, two of gunicorn, worker, beat inside it
        started.send_signal(number)
        assert started.wait(30) == 0
        assert processes_of(tmp_path) == []
        with socket.create_server(("127.0.0.1", port)):
            pass


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone")
def test_nothing_stays_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with demo(tmp_path) as (started, _):
        started.kill()
        started.wait()
        wait_until(lambda: processes_of(tmp_path) == [], "The end of all children")


def test_a_part_that_dies_ends_the_demo_with_its_log(tmp_path: Path) -> None:
    with demo(tmp_path) as (started, _):
        worker = next(
            pid for pid in processes_of(tmp_path) if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        )
        os.kill(worker, signal.SIGKILL)
        assert started.wait(30) != 0
        assert "worker ended with status" in (tmp_path / "printed").read_text()
        wait_until(lambda: processes_of(tmp_path) == [], "The end of all children")


def test_a_busy_port_names_the_variable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment(tmp_path, port),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode != 0
    assert f"Port {port} on 127.0.0.1 can't be used" in done.stderr
    assert f"make demo PORT={port + 10}" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_demo_makes_people_with_known_passwords() -> None:
    creators = [
        path.name
        for path in (ROOT / "dashboard").rglob("*.py")
        if "create_people" in path.read_text() and path.parent.name != "management"
    ]
    assert creators == ["demo.py"]
