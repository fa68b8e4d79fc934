"""Keeps secrets out of log lines: what looks like one is replaced before a handler writes it."""

import logging
import re

HIDDEN = "[hidden]"
_NAMED = (
    r"(?P<name>(?:external_?-?id|password|passwd|secret|token|authorization|signature|encryption_keys?)[\w-]{0,40}"
    r"[\"']?\s{0,4}[:=]\s{0,4}(?:[bu]?[\"'])?)(?P<value>(?:Bearer |Basic )?[^\s\"',;&)}\]]+)"
)
_PATTERNS = (
    (re.compile(_NAMED, re.IGNORECASE), rf"\g<name>{HIDDEN}"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),  # AWS access keys
    (re.compile(r"\bgAAAAA[\w-]{60,}={0,2}"), HIDDEN),  # Fernet tokens
    (re.compile(r"(?P<scheme>\w+://[^/\s:@]*:)[^/\s@]+@"), rf"\g<scheme>{HIDDEN}@"),  # passwords in addresses
)


def redact(text: str) -> str:
    """The text with everything hidden that looks like a secret."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and then hides secrets in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One log entry as text."""
        return redact(super().format(record))
