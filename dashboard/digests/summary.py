"""A digest as one message for Slack and Teams: the news, the figures, a sentence per section."""

from datetime import datetime

from dashboard.digests.document import Document
from dashboard.notify.message import Event, Fact, Link, Message, Severity

SEVERITY = {"critical": Severity.CRITICAL, "warning": Severity.WARNING}
MOST_LINKS = 4


def message(document: Document, key: str, at: datetime, team: str = "") -> Message:
    """The summary; told once under its key."""
    named = [one for one in document.sections if one.sentence]
    return Message(
        key=key,
        thread=key,
        event=Event.NOTICE,
        severity=SEVERITY.get(document.tone, Severity.INFO),
        title=document.subject,
        at=at,
        sentences=(
            document.period,
            *document.notes,
            "\n".join(f"{one.title}: {one.sentence}" for one in named),
        ),
        facts=tuple(
            Fact(tile.label, f"{tile.value}, {tile.detail}" if tile.detail else tile.value) for tile in document.tiles
        ),
        links=(
            Link("Overview", document.href),
            *(Link(one.title, one.href) for one in named[:MOST_LINKS] if one.href),
        ),
        team=team,
    )
