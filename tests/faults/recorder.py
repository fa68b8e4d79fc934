"""Receivers that note what arrives and when, and that can be slow, broken, or send elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple

import orjson

from tests.smtp import Mailbox

LATENCY = 0.01
"""Seconds between noting and answering: the window in which a kill leaves the outcome unknown."""
SLOW = 1.5


class Arrival(NamedTuple):
    """One message that reached a channel. `labelled`: it says that it may be a repetition."""

    at: float
    channel: str
    key: str
    labelled: bool
    body: bytes


@dataclass
class Recorder:
    """Webhooks at /<channel>; `modes` says how a channel behaves: ok, slow, broken, redirect."""

    url: str = ""
    modes: dict[str, str] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, channel: str, key: str, *, labelled: bool, body: bytes) -> None:
        """Write an arrival down before it is answered."""
        with self.lock:
            self.arrivals.append(Arrival(time.time(), channel, key, labelled, body))


def mail_arrivals(box: Mailbox) -> list[Arrival]:
    """Mails as arrivals; their key is told by what the subject says."""
    found = []
    for at, _, raw in box.mails:
        mail = message_from_bytes(raw)
        words = mail["Subject"].split()  # "[Stackdeck] Critical: Number 7 is opened"
        key = f"alert-{words[3]}:{words[5]}"
        found.append(Arrival(at, "mail", key, mail["X-Stackdeck-Repeat"] == "possible", mail["Message-ID"].encode()))
    return found


@contextmanager
def recorder() -> Iterator[Recorder]:
    """A web server on a port of its own."""
    book = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            channel = self.path.strip("/")
            mode = book.modes.get(channel, "ok")
            if mode == "broken":
                return self.answer(500)
            if mode == "redirect":
                return self.answer(307)
            labelled = self.headers["Stackdeck-Repeat"] == "possible"
            book.note(channel, orjson.loads(body)["key"], labelled=labelled, body=body)
            time.sleep(SLOW if mode == "slow" else LATENCY)
            return self.answer(200)

        def answer(self, status: int) -> None:
            try:
                self.send_response(status)
                self.send_header("Location", f"{book.url}/elsewhere")
                self.end_headers()
            except OSError:
                """The sender was killed."""

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Senders die in the middle of requests: that is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    book.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield book
    finally:
        server.shutdown()
        server.server_close()
