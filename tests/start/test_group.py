"""The supervisor: children live and die together, and say why."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.management.processes import ChildDiedError, Group, PortBusyError, Process, require_free_port, tail

SHORT = timedelta(seconds=5)
ENVIRONMENT = {"PATH": os.environ["PATH"]}
SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
FAMILY = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, flush=True); time.sleep(60)"
)


def python(name: str, code: str) -> Process:
    return Process(name, (sys.executable, "-c", code), ENVIRONMENT)


def alive(pid: int) -> bool:
    """Whether the process runs: a zombie that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def group(tmp_path: Path):
    group = Group(tmp_path / "log")
    yield group
    group.stop(timedelta(seconds=1))


def wait_for_line(group: Group, name: str) -> str:
    group.wait_until(lambda: bool(tail(group.log_path(name))), name, SHORT)
    return tail(group.log_path(name))


def test_a_child_that_ends_ends_the_whole_with_its_log(group: Group) -> None:
    group.start(python("web", "print('no such table'); raise SystemExit(3)"))
    with pytest.raises(ChildDiedError, match=r"web ended with status 3(.|\n)*no such table"):
        group.wait_until(lambda: False, "Never", SHORT)


def test_waiting_has_a_limit_that_names_what_was_waited_for(group: Group) -> None:
    group.start(python("web", SLEEP))
    with pytest.raises(TimeoutError, match="The web server was not ready after 0 s"):
        group.wait_until(lambda: False, "The web server", timedelta(0))


def test_stopping_ends_every_child(group: Group) -> None:
    pids = [group.start(python(name, SLEEP)) for name in ("web", "worker")]
    wait_for_line(group, "worker")
    group.stop()
    assert [alive(pid) for pid in pids] == [False, False]


def test_a_child_that_ignores_the_request_is_killed(group: Group) -> None:
    pid = group.start(python("worker", STUBBORN))
    wait_for_line(group, "worker")
    group.stop(timedelta(milliseconds=200))
    assert not alive(pid)


def test_children_of_children_end_too(group: Group) -> None:
    group.start(python("worker", FAMILY))
    grandchild = int(wait_for_line(group, "worker"))
    assert alive(grandchild)
    group.stop()
    group.wait_until(lambda: not alive(grandchild), "The end of the grandchild", SHORT)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone")
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from dashboard.management.processes import Group, Process
group = Group(Path({str(tmp_path)!r}))
print(group.start(Process("web", (sys.executable, "-c", {SLEEP!r}), {{}})), flush=True)
time.sleep(60)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    supervisor.send_signal(signal.SIGKILL)
    supervisor.communicate()
    Group(tmp_path).wait_until(lambda: not alive(child), "The end of the child", SHORT)


def test_a_busy_port_is_named_with_the_variable_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortBusyError, match=rf"Port {port} .*make demo PORT={port + 10}"):
            require_free_port(port, "PORT", "demo")


def test_a_free_port_is_no_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    require_free_port(port, "PORT", "demo")


def test_only_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("\n".join(str(number) for number in range(100)))
    assert tail(tmp_path / "web.log", lines=2) == "98\n99"
