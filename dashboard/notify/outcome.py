"""What one try came to, with a remedy where it failed; and what HTTP answers mean for a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from dashboard.notify.texts import one_line

MOST_RESPONSE = 500
REFUSED = {400, 406, 413, 415, 422}
"""The receiver says that this very message is wrong: sending it again changes nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went.

    `unknown`: it failed, but the message may have arrived. `final`: trying again is no use. `retry_after` is what the
    receiver asks for.
    """

    ok: bool
    response: str = ""
    error: str = ""
    remedy: str = ""
    unknown: bool = False
    final: bool = False
    retry_after: timedelta | None = None
    usage: Mapping[str, tuple[int, int, Decimal]] = field(default_factory=dict)
    """Calls, throttled calls and USD by AWS API, where the try called any."""

    @property
    def reason(self) -> str:
        """What went wrong and what to do about it."""
        return f"{self.error} {self.remedy}".strip()


def of_answer(status: int, headers: Mapping[str, str], body: str) -> Outcome:
    """The outcome of a request that was answered; header names in lower case."""
    response = f"{status} {one_line(body, MOST_RESPONSE)}".strip()
    if 200 <= status < 300:
        return Outcome(ok=True, response=response)
    if 300 <= status < 400:
        error = f"The receiver answered {status}, a redirect to {one_line(headers.get('location', 'nowhere'), 200)}."
        return Outcome(False, response, error, "Redirects are not followed: enter the final address.")
    return Outcome(
        ok=False,
        response=response,
        error=f"The receiver answered {status}: {one_line(body, 200) or 'nothing more'}.",
        remedy=_remedy(status),
        final=status in REFUSED,
        retry_after=_retry_after(headers.get("retry-after", "")),
    )


def _remedy(status: int) -> str:
    if status in REFUSED:
        return "It does not take this message; look at what it says."
    if status in {401, 403}:
        return "It does not accept the secret: enter a new one."
    if status in {404, 410}:
        return "The address no longer exists: make a new one there and enter it."
    if status == 429:
        return "It is asked too often: lower the channel's messages per minute."
    return "It has trouble of its own; it is tried again."


def _retry_after(text: str) -> timedelta | None:
    """Seconds alone are understood; a date is rare and left to our own waiting."""
    return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 7 else None
