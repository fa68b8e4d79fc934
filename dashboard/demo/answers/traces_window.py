"""What all X-Ray reads of a window share: its limits, its errors, and where it is asked."""

from datetime import UTC, datetime

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Asked
from dashboard.demo.world.tracing.places import Place

Window = tuple[float, float]
"""Start and end in Unix seconds."""
KEPT = 30 * 86_400
"""Seconds for which X-Ray keeps traces."""
SETTLED = 12
"""Seconds until a request's segments can be read."""


def place_asked(asked: Asked) -> Place:
    """The account and region of the call."""
    return Place(asked.account_id, asked.region)


def window_asked(asked: Asked, hours: int) -> Window:
    """Start and end of the data to answer with, in Unix seconds: nothing older than is kept, nothing not yet there.

    Raises AnswerError for a window that is longer than allowed or ends before it starts.
    """
    start, end = asked.get("StartTime"), asked.get("EndTime")
    if start is None or end is None:
        raise invalid("StartTime and EndTime are required")
    start, end = start.timestamp(), end.timestamp()
    if end < start:
        raise invalid("End time must be greater than start time")
    if end - start > hours * 3600:
        raise invalid(f"Time range cannot be longer than {hours} hours")
    return max(start, asked.now - KEPT), min(end, asked.now - SETTLED)


def invalid(message: str) -> AnswerError:
    """A request that X-Ray refuses."""
    return AnswerError("InvalidRequestException", message)


def moment(seconds: float) -> datetime:
    """Unix seconds as X-Ray's times."""
    return datetime.fromtimestamp(seconds, UTC)
