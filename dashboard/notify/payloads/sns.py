"""AWS SNS: subject, text and attributes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html."""

import hashlib
from typing import Any

from dashboard.notify.message import Message
from dashboard.notify.texts import REPEAT_NOTE, ascii_line, one_line, plain_text

MOST_SUBJECT = 99
"""A subject has fewer than 100 ASCII characters, and no line breaks."""


def payload(message: Message) -> dict[str, Any]:
    """What Publish takes, topic left out. A FIFO topic drops a second message of one key within five minutes."""
    attributes = {
        "event": message.event.value,
        "severity": message.severity.value,
        "key": one_line(message.key, 256),
        "account": one_line(message.account, 256),
        "environment": one_line(message.environment, 256),
        "team": one_line(message.team, 256),
    }
    return {
        "subject": ascii_line(message.headline, MOST_SUBJECT),
        "text": plain_text(message),
        "attributes": {name: value for name, value in attributes.items() if value},
        "group": _digest(message.thread),
        "deduplication": _digest(message.key),
    }


def labelled(sent: dict[str, Any]) -> dict[str, Any]:
    """The same message with a note that it may be a repetition."""
    return {
        **sent,
        "text": f"{sent['text']}\n{REPEAT_NOTE}\n",
        "attributes": {**sent["attributes"], "repeat": "possible"},
    }


def _digest(text: str) -> str:
    """At most 128 letters and digits, whatever the text."""
    return hashlib.sha256(text.encode()).hexdigest()
