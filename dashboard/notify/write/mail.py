"""Renders a message as mail: a header-safe subject, text, and HTML from a template that escapes everything."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from dashboard.core.tokens import Tokens, parse
from dashboard.notify.message import Event, Message
from dashboard.notify.texts import block, one_line, plain_text

MOST_SUBJECT = 150
STYLESHEET = Path(__file__).resolve().parents[3] / "static" / "css" / "tokens.css"
PAINT = {
    "canvas": "canvas", "surface": "surface", "border": "border", "text": "text", "muted": "text-muted",
    "link": "accent-text", "button": "accent", "on_button": "text-on-accent",
}  # fmt: skip
"""What the template paints, with the tokens of the product's own pages."""


def payload(message: Message) -> dict[str, Any]:
    """Subject, both bodies, and the ids by which mail programs tell repetitions and threads."""
    context = {
        "message": message,
        "word": message.word,
        "title": one_line(message.title, 300),
        "facts": [(one_line(fact.label, 60), one_line(fact.value, 500)) for fact in message.table],
        "sentences": [block(sentence, 2000) for sentence in message.sentences],
        "light": _paint(_tokens().light, message),
        "dark": _paint(_tokens().dark, message),
        "site_url": settings.SITE_URL,
    }
    return {
        "subject": one_line(f"[Stackdeck] {message.headline}", MOST_SUBJECT),
        "text": plain_text(message),
        "html": render_to_string("mail/message.html", context),
        "message_id": _identifier(message.key),
        "references": _identifier(f"thread of {message.thread}"),
    }


@cache
def _tokens() -> Tokens:
    """Colours of the stylesheet, in both themes."""
    return parse(STYLESHEET.read_text())


def _paint(colours: Mapping[str, str], message: Message) -> dict[str, str]:
    """Colours by what they are for; the tone is the message's state."""
    tone = "ok" if message.event == Event.RESOLVED else message.severity.value
    named = {**PAINT, "tone": f"{tone}-text", "bar": f"{tone}-shape"}
    return {purpose: colours[token] for purpose, token in named.items()}


def _identifier(text: str) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "stackdeck"
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:40]}@{host}>"
