"""What each medium is sent, as JSON values: pure, so that a retry sends what the first try sent."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.notify.message import Message
from dashboard.notify.payloads import pagerduty, slack, sns, teams, webhook

Payload = dict[str, Any]

RENDERERS: Mapping[str, Callable[[Message], Payload]] = {
    "slack": slack.payload,
    "teams": teams.payload,
    "pagerduty": pagerduty.payload,
    "webhook": webhook.payload,
    "sns": sns.payload,
}
"""By kind of channel; mail is rendered by notify/write/mail.py, because it needs templates."""
