"""Slack's Block Kit. Limits: https://docs.slack.dev/reference/block-kit/blocks (section, context, actions)."""

from typing import Any

from dashboard.notify.message import Message
from dashboard.notify.texts import REPEAT_NOTE, block, one_line, shortened

MOST_TEXT, MOST_FIELD, MOST_FIELDS = 3000, 2000, 10
MOST_BUTTONS, MOST_LABEL = 5, 75


def payload(message: Message) -> dict[str, Any]:
    """One message: headline and sentences, a table, buttons. `text` is what notifications show."""
    headline = escape(one_line(message.headline, 300))
    sentences = [escape(block(sentence, 1000)) for sentence in message.sentences]
    blocks = [_section("\n".join([f"*{headline}*", *sentences]))]
    fields = [_mrkdwn(_field(fact.label, fact.value), MOST_FIELD) for fact in message.table[:MOST_FIELDS]]
    if fields:
        blocks.append({"type": "section", "fields": fields})
    buttons = [_button(link.label, link.url) for link in message.links[:MOST_BUTTONS]]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": headline, "blocks": blocks}


def labelled(sent: dict[str, Any]) -> dict[str, Any]:
    """The same message with a note that it may be a repetition."""
    note = {"type": "context", "elements": [_mrkdwn(REPEAT_NOTE, MOST_TEXT)]}
    return {**sent, "blocks": [*sent["blocks"], note]}


def escape(text: str) -> str:
    """The three characters of Slack's own control sequences: no mention, no link, no date is made of hostile text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text, MOST_TEXT)}


def _field(label: str, value: str) -> str:
    return f"*{escape(one_line(label, 60))}*\n{escape(one_line(value, 300)) or '-'}"


def _mrkdwn(text: str, most: int) -> dict[str, Any]:
    """`verbatim` keeps Slack from making links and mentions of names by itself."""
    return {"type": "mrkdwn", "text": shortened(text, most), "verbatim": True}


def _button(label: str, url: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": one_line(label, MOST_LABEL)}, "url": url}
