"""One installation of Stackdeck under test: its environment, its processes, its rows."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import environ
import yaml
from django.db import connections

from dashboard.management import parts
from dashboard.management.environment import simulated_aws
from dashboard.management.processes import Group, Process
from tests.processes.servers import ROOT, free_port

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
ALIAS = "installation"


class Processes(Group):
    """A group from which single children can be killed."""

    def kill(self, name: str) -> None:
        """Kill a child and what it started, without a word."""
        child = self._children.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def freeze(self, name: str) -> None:
        """Stop a child and what it started where they stand: it neither answers nor hangs up."""
        os.killpg(self._children[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        os.killpg(self._children[name].pid, signal.SIGCONT)

    def end(self, name: str) -> None:
        """Ask one child to end, and wait for it."""
        child = self._children.pop(name)
        child.terminate()
        child.wait(30)


@dataclass
class Installation:
    """Where it lives, what it is told, and what runs of it."""

    folder: Path
    aws_url: str
    database_url: str = ""
    redis_url: str = ""
    static_root: Path | None = None
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.processes = Processes(self.folder / "log")
        nothing = self.folder / "empty"
        nothing.touch()
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'stackdeck.sqlite3'}"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "HOSTNAME": "test",
            "LANG": "C.UTF-8",
            "ENV_FILE": str(nothing),
            "VAR_DIR": str(self.folder),
            "STATIC_ROOT": str(self.static_root or self.folder / "static"),
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "SECRET_KEY": "processes-" + "x" * 50,
            "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PYTHONUNBUFFERED": "1",
            **simulated_aws(self.aws_url, nothing),
        }

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; gives what it printed. Fails with its output when it fails."""
        return self.run("python", "manage.py", *arguments)

    def run(self, *command: str) -> str:
        """Run a command of the environment to its end; gives what it printed."""
        program = shutil.which(command[0], path=self.environment["PATH"])
        assert program, command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def connect_demo_accounts(self, regions: tuple[str, ...] = ()) -> datetime:
        """Connect both simulated accounts and create the demo's people, as `make demo` does; gives when."""
        now = datetime.now(UTC)
        self.manage(
            "shell",
            "--command",
            "from django.utils import timezone\n"
            "from dashboard.management.demo_accounts import REGIONS, connect_accounts\n"
            "from dashboard.management.demo_people import create_people\n"
            "from dashboard.tasks import tick\n"
            f"create_people(); connect_accounts(timezone.now(), {regions!r} or REGIONS); tick.delay()\n",
        )
        return now

    def start_web(self) -> None:
        """The web server of the demo."""
        self.processes.start(parts.web(self.environment, self.port))
        self.wait_until(lambda: self.get("/healthz")[0] == 200, "The web server")

    def start_embedded_worker(self) -> None:
        """Worker and beat as in the demo."""
        self.processes.start(parts.embedded_worker(self.environment))

    def start_service(self, service: str, name: str = "") -> str:
        """Start the very command of a service in docker-compose.yml; gives the name of the process."""
        name = name or service
        environment = self.environment | {"HOSTNAME": name}
        command = COMPOSE[service]["command"]
        if service == "worker":
            command = [*command, "--hostname", f"celery@{name}"]  # in containers each has a host name of its own
        self.processes.start(Process(name, tuple(command), environment))
        return name

    def wait_until(self, ready: Callable[[], bool], what: str, limit: timedelta = timedelta(seconds=60)) -> None:
        """Wait for something to happen in the real world; a process that dies meanwhile fails the test."""
        self.processes.wait_until(ready, what, limit)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of an address; status 0 when nobody listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    @contextmanager
    def rows(self) -> Iterator[str]:
        """Open its database for the ORM; gives the alias for `using`."""
        connections.databases[ALIAS] = connections["default"].settings_dict | {
            "OPTIONS": {"timeout": 20} if self.database_url.startswith("sqlite") else {},
            **environ.Env.db_url_config(self.database_url),
            "ATOMIC_REQUESTS": False,
        }
        try:
            yield ALIAS
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.databases[ALIAS]

    def log(self, name: str) -> str:
        """Everything that a process has logged."""
        return self.processes.log_path(name).read_text(errors="replace")


class Browserless:
    """A signed-in person without a browser: keeps cookies, posts forms."""

    def __init__(self, url: str) -> None:

        self.url = url
        jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        """The page at an address; raises HTTPError unless it succeeds."""
        with self._opener.open(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self, username: str, password: str) -> None:
        """Fill in the form."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/sign-in/"))
        assert token
        form = {"csrfmiddlewaretoken": token.group(1), "username": username, "password": password}
        request = urllib.request.Request(
            f"{self.url}/sign-in/", urllib.parse.urlencode(form).encode(), {"Referer": f"{self.url}/sign-in/"}
        )
        with self._opener.open(request, timeout=20) as answer:
            assert "/sign-in/" not in answer.url
