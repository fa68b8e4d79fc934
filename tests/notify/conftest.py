"""Channels, messages, and what goes out without leaving: a receiver on this machine, and a clock that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
import pytest
from django.db import transaction

from dashboard.core.connection import Connection
from dashboard.notify.message import Event, Fact, Link, Message, Severity
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.send import deliver
from dashboard.notify.write import enqueue

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOSTILE = "<!channel> <script>alert(1)</script> [x](http://evil.test) *b* & \r\nBcc: all@evil.test\x0c\u2028\u202e"


def make_message(key: str = "alert-1:opened", **changed: Any) -> Message:
    given: dict[str, Any] = {
        "key": key,
        "thread": key.partition(":")[0],
        "event": Event.OPENED,
        "severity": Severity.CRITICAL,
        "title": "checkout-api p95 2.4 s",
        "at": NOW,
        "sentences": ("p95 has been above 1 s for 5 minutes.",),
        "facts": (Fact("Value", "2.4 s"), Fact("Threshold", "1 s")),
        "links": (Link("Chart", "https://stackdeck.test/resources/1/"),),
        "account": "Shop",
        "region": "eu-west-1",
        "environment": "prod",
        "team": "payments",
        "stack": "checkout",
        "resource": "checkout-api",
    }
    return Message(**{**given, **changed})


def hostile_message() -> Message:
    """Everything that AWS or a user names is an attack."""
    return make_message(
        title=HOSTILE,
        sentences=(HOSTILE,),
        facts=(Fact(HOSTILE, HOSTILE),),
        account=HOSTILE,
        stack=HOSTILE,
        resource=HOSTILE,
        team=HOSTILE,
    )


def put(message: Message, now: datetime = NOW) -> int:
    """Enqueue in a transaction of its own."""
    with transaction.atomic():
        return enqueue(message, now)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def nobody(account_id: str) -> Connection | None:
    """No account is connected."""
    return None


@pytest.fixture
def send(clock: Clock) -> Callable[[], int]:
    """Empty the outbox once."""
    return lambda: deliver(clock, nobody)


@dataclass
class Receiver:
    """A web server that notes what it gets and answers as it is told."""

    url: str
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The bodies as JSON."""
        return [orjson.loads(body) for _, _, body in self.requests]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """On this machine, which is allowed for the time being."""
    settings.NOTIFY_ALLOWED_NETWORKS = ["127.0.0.0/8"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.requests.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            self.send_response(found.status)
            for name, text in found.headers.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def make_channel(name: str = "ops", kind: str = "webhook", **columns: Any) -> Channel:
    config = {"webhook": {"url": "https://receiver.test/"}, "email": {"to": ["ops@example.com"]}}.get(kind, {})
    return Channel.objects.create(name=name, kind=kind, **{"config": config, "per_minute": 1000, **columns})


@pytest.fixture
def hook(db: None, receiver: Receiver) -> Channel:
    """A webhook to the receiver."""
    return make_channel(config={"url": f"{receiver.url}/hook"}, secret="s3cret")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))
