"""The news in the subject line: what matters most first, in as many words as a phone shows."""

from collections.abc import Iterable, Sequence

from dashboard.digests.document import News

MOST_PARTS = 3
MOST_LENGTH = 78
QUIET = "All quiet"


def headline(news: Iterable[News]) -> str:
    """'2 alerts open, checkout fails 8× as often, spend +23 %'; 'All quiet' without news."""
    parts: list[str] = []
    for one in sorted(news, key=lambda one: one.rank):
        fits = not parts or len(", ".join([*parts, one.text])) <= MOST_LENGTH
        if fits and len(parts) < MOST_PARTS:
            parts.append(one.text)
    text = ", ".join(parts) or QUIET
    return text[0].upper() + text[1:]


def subject(line: str, name: str, *, late: bool) -> str:
    """The subject of the mail."""
    return f"{line} – {name}{' (late)' if late else ''}"


def worst_tone(news: Sequence[News]) -> str:
    """The tone of the whole digest."""
    tones = {one.tone for one in news}
    return next((tone for tone in ("critical", "warning") if tone in tones), "ok")
