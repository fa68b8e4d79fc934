"""A small HTTP server that answers boto3 with whatever a test put in its mouth."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One HTTP answer; `promised` is the length in its header when that is not the body's."""

    body: bytes = b"{}"
    status: int = 200
    kind: str = "application/json"
    promised: int | None = None


@dataclass
class Canned:
    """The server: `replies` are given in order, the last one again and again."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    url: str = ""
    stop: Callable[[], None] = lambda: None

    def answer(self, *replies: Reply) -> None:
        self.replies[:] = replies

    def next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def serve() -> Canned:
    """Start a server on a free port of this machine."""
    canned = Canned()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            canned.requests.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            reply = canned.next()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body) if reply.promised is None else reply.promised))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _reply  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    canned.url, canned.stop = f"http://127.0.0.1:{server.server_port}", stop
    return canned
