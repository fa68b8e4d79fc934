"""Where our own requests may go, and that nothing is opened to anywhere else."""

import socket
from typing import Any

import pytest

from dashboard.notify.addresses import Reach, is_allowed, reach_of
from dashboard.notify.send.http import HttpError, request

REFUSED = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.1.2.3",
    "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::",
    "2001:0:0:1::", "2001:10::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "100::1", "5f00::1", "4000::1",
)  # fmt: skip
ALLOWED = ("1.1.1.1", "52.94.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2600:1f00::1", "2a00:1450::1",
           "64:ff9b::101:101", "::ffff:1.1.1.1")  # fmt: skip
# How addresses are written to get past filters; the system reads all of them as loopback or link-local.
ENCODED = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0",
    "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "①②⑦.0.0.1", "127。0。0。1", "[::1]", "[::]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "2852039166", "0xa9fea9fe", "169.254.43518", "[fe80::1%25lo]",
)  # fmt: skip
URLS = (
    "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/", "//example.com/", "example.com", "https://",
    "https://user:secret@example.com/", "https://example.com@127.0.0.1/", "https://example.com:99999/", "https://[::1",
    "javascript:alert(1)", "",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_allowed(address, Reach())


@pytest.mark.parametrize("address", ALLOWED)
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_allowed(address, Reach())


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fd12::1", True),
        ("127.0.0.1", False),
    ],
)
def test_the_operator_may_allow_networks(address: str, allowed: bool) -> None:
    assert is_allowed(address, reach_of(["10.1.0.0/16", "fd12::/16"])) is allowed


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "168.63.129.16"])
def test_metadata_is_never_allowed(address: str) -> None:
    assert not is_allowed(address, reach_of(["0.0.0.0/0", "::/0"]))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What somebody tried to connect to; nothing is connected."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return tried


def ask(url: str, **more: Any) -> None:
    request("POST", url, b"{}", {}, Reach(), **more)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ENCODED)
def test_no_spelling_of_an_inner_address_opens_a_socket(host: str, scheme: str, opened: list[Any]) -> None:
    with pytest.raises(HttpError):
        ask(f"{scheme}://{host}/latest/meta-data")
    assert opened == []


@pytest.mark.parametrize("url", URLS)
def test_what_is_no_plain_web_address_opens_no_socket(url: str, opened: list[Any]) -> None:
    with pytest.raises(HttpError):
        ask(url, resolver=lambda host, port: ["1.1.1.1"])
    assert opened == []


@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_leads_inside_opens_no_socket(address: str, opened: list[Any]) -> None:
    with pytest.raises(HttpError, match="not a public address"):
        ask("https://hooks.example.com/", resolver=lambda host, port: [address])
    assert opened == []


def test_one_bad_address_among_good_ones_is_enough(opened: list[Any]) -> None:
    with pytest.raises(HttpError, match=r"10\.0\.0\.1"):
        ask("https://hooks.example.com/", resolver=lambda host, port: ["1.1.1.1", "10.0.0.1"])
    assert opened == []


def test_a_name_server_that_changes_its_mind_is_asked_once(opened: list[Any]) -> None:
    answers = iter([["1.1.1.1"], ["127.0.0.1"], ["169.254.169.254"]])
    with pytest.raises(HttpError, match="can't be reached"):
        ask("https://rebind.example.com/", resolver=lambda host, port: next(answers))
    assert opened == [("1.1.1.1", 443)]


def test_plain_http_needs_an_allowed_network(opened: list[Any]) -> None:
    with pytest.raises(HttpError, match="Use https"):
        ask("http://hooks.example.com/", resolver=lambda host, port: ["1.1.1.1"])
    assert opened == []


def test_a_name_that_does_not_exist_says_so(opened: list[Any]) -> None:
    def fail(host: str, port: int) -> list[str]:
        raise socket.gaierror("Name or service not known")

    with pytest.raises(HttpError, match="Check the name"):
        ask("https://nowhere.example.com/", resolver=fail)
