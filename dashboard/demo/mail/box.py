"""What the mail catcher keeps: the newest mails, taken apart for people."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from threading import Lock

KEPT = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived."""

    number: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    """Of the envelope: whom the mail is for, whatever its header says."""
    subject: str
    message_id: str
    text: str
    html: str
    source: str


class Mailbox:
    """The last mails of all recipients; many threads may use it."""

    def __init__(self, kept: int = KEPT) -> None:
        self._mails: deque[Mail] = deque(maxlen=kept)
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, recipients: Sequence[str], source: bytes, at: datetime) -> None:
        """Keep a mail; the oldest makes room for it."""
        with self._lock:
            self._mails.append(_read(next(self._numbers), recipients, source, at))

    def newest_first(self) -> list[Mail]:
        """Everything that is kept."""
        with self._lock:
            return list(reversed(self._mails))

    def find(self, number: int) -> Mail | None:
        """One mail; None when it isn't there, or not any more."""
        return next((mail for mail in self.newest_first() if mail.number == number), None)

    def clear(self) -> None:
        """Forget all mails."""
        with self._lock:
            self._mails.clear()


def _read(number: int, recipients: Sequence[str], source: bytes, at: datetime) -> Mail:
    source = source.replace(b"\r\n", b"\n")
    parsed = message_from_bytes(source, policy=policy.default)
    return Mail(
        number=number,
        at=at,
        sender=str(parsed.get("From", "")),
        recipients=tuple(recipients),
        subject=str(parsed.get("Subject", "")),
        message_id=str(parsed.get("Message-ID", "")),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
        source=source.decode(errors="replace"),
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    """The text of a part; blank when the mail has no such part."""
    part = parsed.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that nobody knows
        content = part.get_payload(decode=True)
        return content.decode(errors="replace") if isinstance(content, bytes) else ""
