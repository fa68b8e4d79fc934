"""A small SMTP server for tests: takes every mail and notes it, or refuses as it is told."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import time


@dataclass
class Mailbox:
    """What arrived: time, envelope recipients and the mail itself. `refuse` maps a command to the answer it gets."""

    port: int = 0
    mails: list[tuple[float, list[str], bytes]] = field(default_factory=list)
    refuse: dict[str, bytes] = field(default_factory=dict)


class Server(socketserver.ThreadingTCPServer):
    """Listens on a port of its own."""

    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.box = box

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed in the middle are what is tested."""


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server

    def handle(self) -> None:
        self.recipients: list[str] = []
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            command = line[:4].strip().upper().decode(errors="replace")
            self.wfile.write((self.server.box.refuse.get(command) or self.answer(command, line)) + b"\r\n")

    def answer(self, command: str, line: bytes) -> bytes:
        if command == "RCPT":
            self.recipients.append(line.decode().split("<")[1].split(">")[0])
        if command == "DATA":
            self.wfile.write(b"354 go on\r\n")
            self.server.box.mails.append((time(), self.recipients, self.mail()))
        return b"221 bye" if command == "QUIT" else b"250 ok"

    def mail(self) -> bytes:
        """The mail, once it is there as a whole."""
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        raise ConnectionResetError("The client hung up in the middle of a mail.")


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A server, and what arrives at it."""
    box = Mailbox()
    with Server(box) as server:
        box.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield box
        server.shutdown()
