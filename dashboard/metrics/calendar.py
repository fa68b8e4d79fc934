"""Days and months as numbers, in UTC, and the hours of a month as positions."""

from datetime import UTC, datetime

DAY = 86_400
HOUR = 3600


def day_of(epoch: int) -> int:
    """Days since 1970-01-01."""
    return epoch // DAY


def month_of(epoch: int) -> int:
    """Months since 1970-01."""
    at = datetime.fromtimestamp(epoch, UTC)
    return (at.year - 1970) * 12 + at.month - 1


def month_start(month: int) -> int:
    """Unix time at which a month begins."""
    return int(datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def hours_of(month: int) -> int:
    """How many hours a month has."""
    return (month_start(month + 1) - month_start(month)) // HOUR


def floor_to(epoch: float, step: int) -> int:
    """The last multiple of `step` that is not after `epoch`."""
    return int(epoch) // step * step


def ceil_to(epoch: float, step: int) -> int:
    """The first multiple of `step` that is not before `epoch`."""
    return -(-int(epoch) // step) * step
