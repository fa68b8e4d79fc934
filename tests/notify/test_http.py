"""Requests to checked addresses: in the name of the host, without detours, within size and time."""

import datetime
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboard.notify.addresses import reach_of
from dashboard.notify.send import http
from dashboard.notify.send.http import MOST_ANSWER, HttpError
from tests.notify.conftest import Receiver

HERE = reach_of(["127.0.0.0/8"])
Handle = Callable[[socket.socket], None]


def ask(url: str, **more: Any) -> http.Answer:
    return http.request("POST", url, b"{}", {}, HERE, resolver=lambda host, port: ["127.0.0.1"], **more)


def test_an_answer_comes_back(receiver: Receiver) -> None:
    receiver.status, receiver.body, receiver.headers = 202, b"taken", {"X-Request-Id": "7"}
    answer = ask(f"{receiver.url}/a/b?c=d")
    assert (answer.status, answer.body, answer.headers["x-request-id"]) == (202, "taken", "7")
    assert receiver.requests[0][0] == "/a/b?c=d"


def test_the_host_header_names_the_host_and_not_the_address(receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    ask(f"http://hooks.example.com:{port}/")
    assert receiver.requests[0][1]["host"] == f"hooks.example.com:{port}"


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"{receiver.url}/elsewhere"}
    assert ask(receiver.url).status == 307
    assert len(receiver.requests) == 1


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ask(receiver.url).status == 200


def test_a_long_answer_is_cut_off(receiver: Receiver) -> None:
    receiver.body = b"x" * (MOST_ANSWER * 3)
    assert len(ask(receiver.url).body) == MOST_ANSWER


@pytest.fixture
def raw() -> Iterator[Callable[[Handle], str]]:
    """Starts a server that does with a connection whatever the test wants; gives its address."""
    listeners = []

    def start(handle: Handle) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                handle(connection)

        Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener in listeners:
        listener.close()


def drip(connection: socket.socket) -> None:
    """A header that never ends, a byte at a time."""
    connection.recv(1000)
    for _ in range(200):
        try:
            connection.sendall(b"x")
        except OSError:
            return
        time.sleep(0.05)


def test_a_receiver_that_drips_is_cut_off_with_an_unknown_outcome(raw: Callable[[Handle], str]) -> None:
    with pytest.raises(HttpError) as caught:
        ask(raw(drip), total_seconds=0.3)
    assert caught.value.sent


def test_a_tls_handshake_that_drips_is_cut_off_too(raw: Callable[[Handle], str]) -> None:
    sent = 0

    def handshake(connection: socket.socket) -> None:
        nonlocal sent
        connection.recv(1000)
        connection.sendall(b"\x16\x03\x03\x40\x00")
        for sent in range(200):  # noqa: B007 - counted
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.05)

    with pytest.raises(HttpError, match="can't be reached"):
        ask(raw(handshake).replace("http:", "https:"), total_seconds=0.3)
    assert sent < 100


def test_a_receiver_that_hangs_up_leaves_the_outcome_unknown(raw: Callable[[Handle], str]) -> None:
    with pytest.raises(HttpError, match="gave no answer") as caught:
        ask(raw(lambda connection: connection.close()))
    assert caught.value.sent


MANY_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500


@pytest.mark.parametrize("answer", [b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", MANY_HEADERS])
def test_what_is_no_http_is_an_error(raw: Callable[[Handle], str], answer: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with pytest.raises(HttpError):
        ask(raw(talk))


def test_nobody_there_is_known_not_to_have_arrived() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(HttpError, match="can't be reached") as caught:
        ask(f"http://127.0.0.1:{port}/")
    assert not caught.value.sent


def make_certificate(folder: Path, host: str) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = (
        made.not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    )
    path = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, plain) + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


@pytest.fixture
def tls(tmp_path: Path, raw: Callable[[Handle], str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str | None]]:
    """A TLS server of hooks.example.com, trusted here: its port, and the names that clients asked for."""
    certificate = make_certificate(tmp_path, "hooks.example.com")
    asked: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    server.sni_callback = lambda connection, name, context: asked.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http.ssl, "create_default_context", lambda: trusting)

    def talk(connection: socket.socket) -> None:
        try:
            with server.wrap_socket(connection, server_side=True) as secured:
                while not secured.recv(1000).endswith(b"{}"):
                    """The body comes after the headers."""
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except ssl.SSLError:
            """The client did not like us."""

    return int(raw(talk).rpartition(":")[2].rstrip("/")), asked


def test_tls_is_made_in_the_name_of_the_host_at_the_checked_address(tls: tuple[int, list[str | None]]) -> None:
    port, asked = tls
    assert ask(f"https://hooks.example.com:{port}/").body == "ok"
    assert asked == ["hooks.example.com"]


def test_a_certificate_of_somebody_else_is_refused(tls: tuple[int, list[str | None]]) -> None:
    with pytest.raises(HttpError, match="no good certificate"):
        ask(f"https://other.example.com:{tls[0]}/")
