"""Paging of listings: tokens are opaque to clients and refused when made up."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from dashboard.demo.errors import AnswerError

_T = TypeVar("_T")


def page_of(items: Sequence[_T], token: str | None, size: int) -> tuple[list[_T], str | None]:
    """One page and the token of the next, None after the last."""
    start = read_token(token)
    following = start + size
    return list(items[start:following]), write_token(following) if following < len(items) else None


def write_token(position: int) -> str:
    """A token for that position."""
    return base64.urlsafe_b64encode(f"at:{position}".encode()).decode()


def read_token(token: str | None) -> int:
    """The position that a token stands for. Raises AnswerError for a made-up one."""
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
        return int(text.removeprefix("at:"))
    except (binascii.Error, ValueError) as error:
        raise AnswerError("InvalidNextToken", "The specified token is invalid.") from error
