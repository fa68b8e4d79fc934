"""A canned CloudWatch: answers GetMetricData with prepared values after a fixed latency, in a process of its own.

python -m bench.endpoint PORT LATENCY_SECONDS
"""

import gzip
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

VALUES = [round(100 + 17.3 * ((step * 7919) % 13), 4) for step in range(400)]


def answer(request: dict[str, Any]) -> bytes:
    """A full GetMetricData reply, newest first as CloudWatch's default, for the asked queries and window."""
    queries = request["MetricDataQueries"]
    period = int(queries[0]["MetricStat"]["Period"])
    start, end = (int(float(str(request[name]))) for name in ("StartTime", "EndTime"))
    at = list(range(start - start % period, end, period))[::-1]
    values = VALUES[: len(at)]
    results = [
        {"Id": query["Id"], "Label": "x", "Timestamps": at, "Values": values, "StatusCode": "Complete"}
        for query in queries
    ]
    return orjson.dumps({"MetricDataResults": results, "Messages": []})


class Handler(BaseHTTPRequestHandler):
    """Every POST is a GetMetricData in botocore's JSON protocol."""

    protocol_version = "HTTP/1.1"
    # One packet after the other, without waiting for acknowledgements: the latency is ours to choose.
    wbufsize = -1
    disable_nagle_algorithm = True
    latency = 0.0

    def do_GET(self) -> None:
        """Tell that the server is up."""
        self.reply(b"{}")

    def do_POST(self) -> None:
        """Answer after the latency, counted from the request's arrival."""
        arrived = time.perf_counter()
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            request = gzip.decompress(request)
        body = answer(orjson.loads(request))
        time.sleep(max(0.0, self.latency - (time.perf_counter() - arrived)))
        self.reply(body)

    def reply(self, body: bytes) -> None:
        """Send a body with the headers that botocore wants."""
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def endpoint(port: int, latency: float) -> Iterator[str]:
    """Run the canned CloudWatch; its address."""
    process = subprocess.Popen([sys.executable, "-m", "bench.endpoint", str(port), str(latency)])
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Return when something answers on the port; raises TimeoutError after ten seconds."""
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"The canned endpoint on port {port} did not start.")


if __name__ == "__main__":
    Handler.latency = float(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
