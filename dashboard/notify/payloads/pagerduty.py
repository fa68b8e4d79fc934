"""PagerDuty's Events API v2: https://developer.pagerduty.com/docs/send-alert-event.

The routing key is added when it is sent: it is a secret, and a payload is stored in the clear.
"""

import hashlib
from typing import Any

from dashboard.notify.message import Event, Message
from dashboard.notify.texts import block, one_line

MOST_SUMMARY, MOST_KEY = 1024, 255
ACTIONS = {Event.ACKNOWLEDGED: "acknowledge", Event.RESOLVED: "resolve"}


def payload(message: Message) -> dict[str, Any]:
    """Trigger, acknowledge or resolve the incident of the message's thread."""
    action = ACTIONS.get(message.event, "trigger")
    event: dict[str, Any] = {"event_action": action, "dedup_key": dedup_key(message.thread)}
    if action != "trigger":
        return event
    details = {one_line(fact.label, 60): one_line(fact.value, 500) for fact in message.table}
    return {
        **event,
        "client": "Stackdeck",
        "payload": {
            "summary": one_line(message.headline, MOST_SUMMARY),
            "source": one_line(message.resource or message.stack or message.account, 255) or "Stackdeck",
            "severity": message.severity.value,
            "timestamp": message.at.isoformat(),
            "group": one_line(message.stack, 255),
            "custom_details": {"text": block("\n".join(message.sentences), 4000), **details},
        },
        "links": [{"href": link.url, "text": one_line(link.label, 100)} for link in message.links],
    }


def dedup_key(thread: str) -> str:
    """The thread's name, or a digest of one that is too long: an event with the same key joins its incident."""
    return thread if len(thread) <= MOST_KEY else hashlib.sha256(thread.encode()).hexdigest()
