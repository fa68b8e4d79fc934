"""A small SMTP server on this machine: takes every mail and puts it into the box."""

import socketserver
from datetime import UTC, datetime
from threading import Thread

from dashboard.demo.mail.box import Mailbox

MOST_BYTES = 10_000_000
MOST_LINE = 4096


class Receiver(socketserver.ThreadingTCPServer):
    """Listens at once; mails are taken after `start`. `port` 0 picks a free one."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int, box: Mailbox) -> None:
        super().__init__((host, port), Conversation)
        self.box = box

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Answer in a thread of its own."""
        Thread(target=self.serve_forever, name="mail-catcher", daemon=True).start()

    def stop(self) -> None:
        """Stop answering and close the port."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients may hang up whenever they like."""


class Conversation(socketserver.StreamRequestHandler):
    """One connection; it may bring many mails."""

    server: Receiver
    timeout = 60

    def handle(self) -> None:
        """Answer command by command."""
        self._recipients: list[str] = []
        self._say("220 mail catcher of the demo")
        while line := self.rfile.readline(MOST_LINE):
            verb, _, rest = line.decode(errors="replace").strip().partition(" ")
            self._say(self._answer(verb.upper(), rest))
            if verb.upper() == "QUIT":
                return

    def _answer(self, verb: str, rest: str) -> str:
        if verb == "EHLO":
            return f"250-mail catcher of the demo\r\n250-8BITMIME\r\n250 SIZE {MOST_BYTES}"
        if verb == "RCPT":
            self._recipients.append(rest.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            return self._take()
        elif verb in {"MAIL", "RSET"}:
            self._recipients = []
        elif verb == "QUIT":
            return "221 bye"
        return "250 ok" if verb in {"HELO", "MAIL", "RCPT", "RSET", "NOOP"} else "502 not understood"

    def _take(self) -> str:
        if not self._recipients:
            return "503 nobody to give it to"
        self._say("354 end with a full stop on a line of its own")
        source = self._source()
        if len(source) > MOST_BYTES:
            return "552 too large"
        self.server.box.add(self._recipients, source, datetime.now(UTC))
        self._recipients = []
        return "250 kept"

    def _source(self) -> bytes:
        """The mail, once it is there as a whole; of one that is too large, no more than shows that."""
        lines: list[bytes] = []
        size = 0
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            if size <= MOST_BYTES:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                size += len(line)
        raise ConnectionResetError("The client hung up in the middle of a mail.")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
