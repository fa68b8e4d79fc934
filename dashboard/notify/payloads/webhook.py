"""Our own JSON for generic webhooks; its form is described in docs/webhooks.md and versioned."""

from typing import Any

from dashboard.notify.message import Message, to_json


def payload(message: Message) -> dict[str, Any]:
    """Everything that is known, as it is: whoever shows it escapes it."""
    return {"product": "stackdeck", "headline": message.headline, **to_json(message)}
