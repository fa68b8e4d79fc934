"""Microsoft Teams: an Adaptive Card for a Workflow ('When a Teams webhook request is received').

Sources: https://learn.microsoft.com/adaptive-cards/schema-explorer; RichTextBlock's TextRun takes no Markdown, so
hostile text can make no links in it.
"""

from typing import Any

from dashboard.notify.message import Event, Message, Severity
from dashboard.notify.texts import REPEAT_NOTE, block, one_line

CARD = "application/vnd.microsoft.card.adaptive"
MOST_FACTS, MOST_LINKS = 20, 5
COLOURS = {Severity.CRITICAL: "Attention", Severity.WARNING: "Warning", Severity.INFO: "Default"}


def payload(message: Message) -> dict[str, Any]:
    """A message with one card: headline in the colour of its state, sentences, table, buttons."""
    colour = "Good" if message.event == Event.RESOLVED else COLOURS[message.severity]
    body = [_rich([_run(one_line(message.headline, 300), weight="Bolder", size="Medium", color=colour)])]
    body += [_rich([_run(text)]) for sentence in message.sentences if (text := block(sentence, 1000))]
    body += [_fact(fact.label, fact.value) for fact in message.table[:MOST_FACTS]]
    links = [
        {"type": "Action.OpenUrl", "title": one_line(link.label, 60), "url": link.url}
        for link in message.links[:MOST_LINKS]
    ]
    return _message(body, links)


def labelled(sent: dict[str, Any]) -> dict[str, Any]:
    """The same message with a note that it may be a repetition."""
    card = sent["attachments"][0]["content"]
    return _message([*card["body"], _rich([_run(REPEAT_NOTE, isSubtle=True)])], card["actions"])


def _message(body: list[dict[str, Any]], links: list[dict[str, Any]]) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": links,
        "msteams": {"width": "Full"},
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def _fact(label: str, value: str) -> dict[str, Any]:
    bold = _run(f"{one_line(label, 60)}: ", weight="Bolder")
    return {**_rich([bold, _run(one_line(value, 500) or "-")]), "spacing": "Small"}


def _rich(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}
