"""Child processes that live and die together: the supervisor behind `make demo` and `make run`."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
POLL = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class Process:
    """What to start: a name for people and log files, the command, its whole environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


class ChildDiedError(Exception):
    """A child ended though nobody asked; the message ends with what it logged last."""


class PortBusyError(Exception):
    """Something else listens on the port; the message says what to do."""


class Stopped(BaseException):
    """The user, or the system, asked us to end."""


class Group:
    """Starts children in process groups of their own, each with a log file, and ends them all."""

    def __init__(self, log_dir: Path) -> None:
        self.log_dir = log_dir
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, process: Process) -> int:
        """Start one child and give its pid. Call from the main thread: the kernel ties the child to it."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        with self.log_path(process.name).open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - the commands are ours
                process.command,
                env=dict(process.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent(os.getpid()),  # noqa: PLW1509 - no other threads run here
            )
        self._children[process.name] = child
        return child.pid

    def log_path(self, name: str) -> Path:
        """Where the child writes."""
        return self.log_dir / f"{name}.log"

    def check(self) -> None:
        """Raise ChildDiedError when one of them has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise ChildDiedError(
                    f"{name} ended with status {child.returncode}. The end of {self.log_path(name)}:\n"
                    f"{tail(self.log_path(name))}"
                )

    def wait_until(self, ready: Callable[[], bool], what: str, limit: timedelta) -> None:
        """Wait until `ready` says yes.

        Raises ChildDiedError when a child ends meanwhile, TimeoutError, naming `what`, when the limit passes.
        """
        deadline = time.monotonic() + limit.total_seconds()
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} was not ready after {limit.total_seconds():.0f} s; see {self.log_dir}.")
            time.sleep(POLL.total_seconds())

    def watch(self, each_round: Callable[[], None], every: timedelta) -> None:
        """Call `each_round` again and again until a child dies (ChildDiedError) or a signal stops us (Stopped)."""
        while True:
            self.check()
            each_round()
            time.sleep(every.total_seconds())

    def stop(self, patience: timedelta = timedelta(seconds=10)) -> None:
        """Ask every group to end, last started first; kill what is left after `patience`."""
        for child in reversed(self._children.values()):
            if child.poll() is None:
                _signal_child(child, signal.SIGTERM)
        deadline = time.monotonic() + patience.total_seconds()
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            child.wait()
        self._children.clear()


def stop_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into Stopped, once: what follows must be able to clean up in peace."""

    def stop(number: int, frame: FrameType | None) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)


def require_free_port(port: int, variable: str, target: str) -> None:
    """Raise PortBusyError, naming the variable to set, when somebody listens on the loopback port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortBusyError(
                f"Port {port} on 127.0.0.1 can't be used ({error.strerror}). "
                f"Choose another with {variable}, for example: make {target} {variable}={port + 10}"
            ) from error


def tail(path: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _end_with_parent(parent: int) -> Callable[[], None] | None:
    """What a child runs before its program so that it is told to end when we are killed; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # died before we could tie the knot
            os._exit(1)

    return tie


def _signal_child(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the leader alone: it knows in which order its own children end."""
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(number)


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal whatever is left of the child's process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
