"""Pages: what did I miss? Subscriptions, previews, what was sent, and what letters link to."""

from dashboard.pages.digests.letters import digest_mail, digest_mail_body, send_mail_again
from dashboard.pages.digests.links import confirm, preferences, unsubscribe
from dashboard.pages.digests.page import digests, leave, subscribe
from dashboard.pages.digests.preview import digest, digest_preview, send_test

__all__ = [
    "confirm",
    "digest",
    "digest_mail",
    "digest_mail_body",
    "digest_preview",
    "digests",
    "leave",
    "preferences",
    "send_mail_again",
    "send_test",
    "subscribe",
    "unsubscribe",
]
