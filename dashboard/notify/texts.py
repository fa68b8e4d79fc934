"""Hostile text made fit for a medium: one line, a length, ASCII; and the plain text of a whole message."""

import unicodedata

from dashboard.notify.message import Message

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
"""Unicode categories that break headers and lines or turn text around: controls, formats, surrogates, separators."""
REPEAT_NOTE = "This may be a repetition: whether the first try arrived is not known."


def one_line(text: str, most: int) -> str:
    """The text without line ends and invisible characters, at most `most` characters long."""
    seen = "".join(" " if unicodedata.category(character) in UNSEEN else character for character in text)
    return shortened(" ".join(seen.split()), most)


def block(text: str, most: int) -> str:
    """The text with its line ends, without other invisible characters, at most `most` characters long."""
    lines = (one_line(line, most) for line in text.splitlines())
    return shortened("\n".join(line for line in lines if line), most)


def shortened(text: str, most: int) -> str:
    """At most `most` characters, with an ellipsis where something was cut off."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def ascii_line(text: str, most: int) -> str:
    """One line in ASCII alone; what has no ASCII form becomes a question mark."""
    plain = unicodedata.normalize("NFKD", one_line(text, most * 4)).encode("ascii", "replace").decode()
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."


def plain_text(message: Message, *, repeat: bool = False) -> str:
    """The whole message as text for people: headline, sentences, table, links."""
    head = [one_line(message.headline, 300), *(block(sentence, 2000) for sentence in message.sentences)]
    table = [f"{one_line(fact.label, 60)}: {one_line(fact.value, 500)}" for fact in message.table]
    links = [f"{one_line(link.label, 60)}: {link.url}" for link in message.links]
    notes = [REPEAT_NOTE] if repeat else []
    parts = ("\n".join(lines) for lines in (head, table, links, notes) if lines)
    return "\n\n".join(parts) + "\n"
