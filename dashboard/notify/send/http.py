"""The one way in which HTTP requests that users configure leave the house: to a checked address, and nowhere else.

The name is resolved once, every address it has is checked, and the connection goes to a checked address, so that a
second answer of the name server changes nothing. TLS and the Host header use the name. Nothing is redirected, proxied
or kept open; answers are cut off, and so is time.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from dashboard.notify.addresses import Reach, is_allowed, meant

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 12.0
MOST_ANSWER = 64 * 1024
_WAIT = "It may be slow or broken; if it stays, look at its own log."
Resolver = Callable[[str, int], list[str]]


@dataclass
class HttpError(Exception):
    """A request that was not answered. `sent`: it may have arrived all the same."""

    message: str
    remedy: str
    sent: bool = False

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers with names in lower case, and the first 64 kB of the body."""

    status: int
    headers: Mapping[str, str]
    body: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system resolves it. Raises OSError or UnicodeError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def request(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    reach: Reach,
    *,
    resolver: Resolver = resolve,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send one request. Raises HttpError, with a remedy, when it is not allowed or not answered."""
    parts, port = _checked(url)
    address = _address(parts.hostname or "", port, parts.scheme, reach, resolver)
    connection = _Pinned(parts.hostname or "", port, address, tls=parts.scheme == "https")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    with _cut_off(connection, total_seconds):
        return _exchange(connection, method, path, body, headers)


class _Pinned(http.client.HTTPConnection):
    """A connection to one address in the name of a host."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.address, self.tls = address, tls
        self.default_port = 443 if tls else 80  # so that the Host header names only an unusual port

    def connect(self) -> None:
        """Connect to the address; the certificate must be the host's."""
        self.sock = socket.create_connection((self.address, self.port), CONNECT_SECONDS)
        if self.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()  # only now, so that it can be cut off
        self.sock.settimeout(TOTAL_SECONDS)


def _checked(url: str) -> tuple[SplitResult, int]:
    """The parts of an address that can be asked. Raises HttpError."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise HttpError(f"The address can't be read: {error}.", "Correct it.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise HttpError("The address is not a web address.", "It starts with https://.")
    if parts.username is not None or parts.password is not None:
        raise HttpError("The address holds a user name or password.", "Leave them out.")
    return parts, port


def _address(host: str, port: int, scheme: str, reach: Reach, resolver: Resolver) -> str:
    """One address to connect to, once all of the host's have been checked. Raises HttpError."""
    try:
        found = resolver(host, port)
        if not found:
            raise OSError("it has no address")
        bad = [one for one in found if not is_allowed(one, reach)]
        plain = scheme == "http" and not all(reach.includes(meant(one)) for one in found)
    except (OSError, UnicodeError, ValueError) as error:
        raise HttpError(f"{host} can't be resolved: {error}.", "Check the name.") from error
    if bad:
        raise HttpError(
            f"{host} is at {bad[0]}, which is not a public address.",
            "If it is meant, add its network to NOTIFY_ALLOWED_NETWORKS.",
        )
    if plain:
        raise HttpError("Plain http is not sent over public networks.", "Use https.")
    return found[0]


@contextmanager
def _cut_off(connection: _Pinned, seconds: float) -> Iterator[None]:
    """Close the connection when the time is over, however slowly the other side talks."""

    def cut() -> None:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def _exchange(connection: _Pinned, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        connection.connect()
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message
        raise HttpError(f"{connection.host} has no good certificate: {why}.", "Renew it there.") from error
    except OSError as error:
        raise HttpError(f"{connection.host} can't be reached: {_reason(error)}.", "Check that it runs.") from error
    try:
        connection.request(method, path, body, {"User-Agent": "stackdeck", "Connection": "close", **headers})
        answer = connection.getresponse()
        text = answer.read(MOST_ANSWER).decode(errors="replace")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise HttpError(f"{connection.host} gave no answer: {_reason(error)}.", _WAIT, sent=True) from error
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


def _reason(error: Exception) -> str:
    """The system's words without its numbers."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
