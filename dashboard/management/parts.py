"""The processes that Stackdeck is made of, as commands; nothing is started here."""

import sys
from collections.abc import Mapping
from datetime import datetime

from dashboard.management.processes import Process

PYTHON = sys.executable
CELERY = (PYTHON, "-m", "celery", "--app", "config")
QUIET_WORKER = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")


def web(environment: Mapping[str, str], port: int) -> Process:
    """The web server, on loopback only: one process, eight threads, one database connection each."""
    command = (PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}")
    threads = ("--worker-class", "gthread", "--workers", "1", "--threads", "8")
    return Process(
        "web", (*command, *threads, "--timeout", "60", "--no-control-socket", "--access-logfile", "-"), environment
    )


def embedded_worker(environment: Mapping[str, str]) -> Process:
    """Worker and beat in one, for one machine without Redis: threads share what botocore has loaded."""
    pool = ("--pool", "threads", "--concurrency", "2", "--prefetch-multiplier", "1")
    return Process("worker", (*CELERY, "worker", "--beat", *pool, *QUIET_WORKER), environment)


def worker(environment: Mapping[str, str]) -> Process:
    """A worker on Redis: two processes, because parsing answers is work for the processor."""
    pool = ("--pool", "prefork", "--concurrency", "2", "--prefetch-multiplier", "1")
    return Process("worker", (*CELERY, "worker", *pool, *QUIET_WORKER), environment)


def beat(environment: Mapping[str, str]) -> Process:
    """What wakes the worker; two of them do no harm."""
    return Process("beat", (*CELERY, "beat", "--loglevel", "INFO"), environment)


def simulated_aws(
    environment: Mapping[str, str], port: int, mail_port: int, began_at: datetime | None = None
) -> Process:
    """The simulated AWS of the demo, with its mail catcher; its troubles are planted around `began_at`, or now."""
    ports = ("--port", str(port), "--mail-port", str(mail_port))
    command: tuple[str, ...] = (PYTHON, "manage.py", "simulate_aws", *ports)
    if began_at is not None:
        command = (*command, "--began", str(began_at.timestamp()))
    return Process("aws", command, environment)
