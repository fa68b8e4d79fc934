"""Signs what webhooks receive, so that the receiver knows who sent it and when (docs/webhooks.md)."""

import hashlib
import hmac

HEADER = "Stackdeck-Signature"


def sign(secret: str, at: int, body: bytes) -> str:
    """The header's value, 't=<unix seconds>,v1=<hex>': HMAC-SHA256 with the secret over '<unix seconds>.<body>'."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
