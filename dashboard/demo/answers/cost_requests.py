"""What all reads of Cost Explorer share: periods, filters, amounts, tokens, and the errors about them."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Asked
from dashboard.demo.world.billing.bill import day_after, refreshed
from dashboard.demo.world.billing.charges import SCALE, Charge
from dashboard.demo.world.billing.selection import BadExpressionError, matches

_T = TypeVar("_T")
MONTHS_KEPT = 14
"""How far back Cost Explorer looks: the current month and the thirteen before it."""
TOKEN_SECONDS = 600
"""How long a page's token is good for."""


def invalid(message: str) -> AnswerError:
    """A request that Cost Explorer refuses."""
    return AnswerError("ValidationException", message)


def period(asked: Asked, name: str = "TimePeriod") -> tuple[date, date]:
    """Start and end of a request, the end exclusive. Raises AnswerError as AWS does for what is no period."""
    raw = asked.get(name) or {}
    try:
        start, end = (date.fromisoformat(str(raw.get(side, ""))) for side in ("Start", "End"))
    except ValueError as error:
        raise invalid("Start time and end time must be of the form YYYY-MM-DD") from error
    if start >= end:
        raise invalid(f"Start date (and hour) should be before end date (and hour): {start} {end}")
    return start, end


def past_period(asked: Asked) -> tuple[date, date]:
    """The period of a request for costs: it began already, and no longer ago than data is kept."""
    start, end = period(asked)
    today = day_after(asked.now)
    months = today.year * 12 + today.month - 1 - (MONTHS_KEPT - 1)
    if start >= today:
        raise invalid(f"start date {start} is in the future")
    if start < date(months // 12, months % 12 + 1, 1):
        raise invalid(
            f"You haven't enabled historical data beyond {MONTHS_KEPT} months. Please visit Cost Explorer preferences."
        )
    return start, end


def charges(asked: Asked, start: date, end: date, more: Mapping[str, Any] | None = None) -> list[Charge]:
    """Charges of the account that pass the request's filter. Raises AnswerError for a filter that is none."""
    try:
        passes = matches(more if more is not None else asked.get("Filter"))
    except BadExpressionError as error:
        raise invalid(str(error)) from error
    return [one for one in asked.bill.charges(asked.account_id, start, end, asked.now) if passes(one)]


def amount(parts: int, unit: str) -> dict[str, str]:
    """Whole parts as AWS writes amounts: a text with as many digits as there are."""
    whole, rest = divmod(abs(parts), SCALE)
    text = f"{whole}.{rest:010d}".rstrip("0").rstrip(".")
    return {"Amount": f"-{text}" if parts < 0 else text, "Unit": unit}


def page_of(asked: Asked, items: Sequence[_T], size: int) -> tuple[list[_T], str | None]:
    """One page, and the token of the next. Raises AnswerError for a token of another request, or of another time.

    A token is good for some minutes, and for data that was not refreshed in between.
    """
    start = _position(asked)
    following = start + size
    return list(items[start:following]), _token(asked, following) if following < len(items) else None


def question(asked: Asked) -> tuple[str, int]:
    """What is the same for all pages of one answer."""
    return _fingerprint(asked), refreshed(asked.now)


def _fingerprint(asked: Asked) -> str:
    """What must not change between pages."""
    rest = {name: value for name, value in asked.parameters.items() if name != "NextPageToken"}
    text = json.dumps([asked.account_id, rest], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def _token(asked: Asked, position: int) -> str:
    told = [position, _fingerprint(asked), asked.now, refreshed(asked.now)]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _position(asked: Asked) -> int:
    token = asked.get("NextPageToken")
    if not token:
        return 0
    try:
        position, fingerprint, at, seen = json.loads(base64.urlsafe_b64decode(str(token).encode()))
    except (binascii.Error, ValueError, TypeError) as error:
        raise AnswerError("InvalidNextTokenException", "Invalid NextToken.") from error
    if fingerprint != _fingerprint(asked):
        raise AnswerError("RequestChangedException", "Your request parameters changed between pages.")
    if seen != refreshed(asked.now) or asked.now - at > TOKEN_SECONDS:
        raise AnswerError("BillExpirationException", "The requested report expired. Update the date interval.")
    return int(position)
