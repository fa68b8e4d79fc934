"""What is told, as plain values: every medium is rendered from a Message, and it survives being stored."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

VERSION = 1
"""Of the form in which messages are stored and sent to webhooks; a change that breaks readers raises it."""


class Event(StrEnum):
    """What happened to the thing that the message is about."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    TEST = "test"
    NOTICE = "notice"  # about Stackdeck itself; said once, never said about itself


FOLLOW_UPS = (Event.ACKNOWLEDGED, Event.RESOLVED)
"""They go wherever the opening of their thread went, whatever the routes say by now."""


class Severity(StrEnum):
    """How bad, worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a message's table."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where to look; `url` is absolute and ours."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One transition to tell.

    `key` is unique per transition: telling it twice under one key tells it once. Messages of one `thread` reach each
    channel in the order in which they were enqueued. Texts may hold anything that AWS sent; each medium escapes them.
    """

    key: str
    thread: str
    event: Event
    severity: Severity
    title: str
    at: datetime
    sentences: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    account: str = ""
    region: str = ""
    environment: str = ""
    team: str = ""
    stack: str = ""
    resource: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    reminder: int = 0
    """Which repetition of an open message this is; 0 for the first telling."""
    version: int = VERSION

    @property
    def places(self) -> tuple[Fact, ...]:
        """Where it happened, as far as that is known."""
        names = ("account", "region", "environment", "stack", "resource", "team")
        found = ((name.capitalize(), getattr(self, name)) for name in names)
        return tuple(Fact(label, value) for label, value in found if value)

    @property
    def table(self) -> tuple[Fact, ...]:
        """Everything that is told as label and value."""
        return (*self.facts, *self.places)

    @property
    def word(self) -> str:
        """What happened, or how bad it is: 'Critical', 'Resolved', 'Reminder 2, critical'."""
        if self.event == Event.OPENED:
            return f"Reminder {self.reminder}, {self.severity}" if self.reminder else self.severity.capitalize()
        return self.event.capitalize()

    @property
    def headline(self) -> str:
        """The word and the title in one line: 'Critical: …'."""
        return f"{self.word}: {self.title}"


def to_json(message: Message) -> dict[str, Any]:
    """The message as plain JSON values."""
    return {
        **dataclasses.asdict(message),
        "at": message.at.isoformat(),
        "sentences": list(message.sentences),
        "facts": [dataclasses.asdict(fact) for fact in message.facts],
        "links": [dataclasses.asdict(link) for link in message.links],
        "labels": dict(message.labels),
    }


def from_json(stored: Mapping[str, Any]) -> Message:
    """The message that `to_json` was given."""
    return Message(
        **{
            **stored,
            "event": Event(stored["event"]),
            "severity": Severity(stored["severity"]),
            "at": datetime.fromisoformat(stored["at"]),
            "sentences": tuple(stored["sentences"]),
            "facts": tuple(Fact(**fact) for fact in stored["facts"]),
            "links": tuple(Link(**link) for link in stored["links"]),
        }
    )
