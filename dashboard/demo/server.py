"""Runs the simulator as a threaded HTTP server."""

import logging
from threading import Thread

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from dashboard.demo.simulator import Simulator


class KeepAliveHandler(MotoRequestHandler):
    """HTTP/1.1, so that a client keeps its connection."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; the simulator counts its calls."""


class Server:
    """A simulator that listens; `port` 0 picks a free one."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, simulator: Simulator | None = None) -> None:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self.simulator = simulator or Simulator()
        self._server: BaseWSGIServer = make_server(
            host, port, self.simulator, threaded=True, request_handler=KeepAliveHandler
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The address to give to AWS_ENDPOINT_URL."""
        return f"http://{self._server.host}:{self._server.port}"

    def serve(self) -> None:
        """Answer until stopped."""
        self._server.serve_forever()

    def start(self) -> None:
        """Answer in a thread of its own."""
        self._thread = Thread(target=self.serve, name="simulated-aws", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close the port."""
        self._server.shutdown()
        if self._thread is not None:
            self._thread.join()
        self._server.server_close()
