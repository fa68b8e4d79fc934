"""When a failed delivery is tried again, when it is given up, and when a channel is left alone for a while."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(hours=24)
JITTER = 0.2
OPEN_AFTER = 4
"""Failures of a channel in a row, whatever the message, after which it is left alone."""
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)


def next_try(now: datetime, attempts: int, luck: float) -> datetime:
    """After that many attempts. Waits double; `luck` in [0, 1) spreads them by a fifth either way."""
    doublings: int = 2 ** min(attempts - 1, 20)
    wait = min(FIRST_WAIT * doublings, LONGEST_WAIT)
    return now + wait * (1 + JITTER * (2 * luck - 1))


def is_over(created_at: datetime, now: datetime) -> bool:
    """Whether trying has lasted long enough."""
    return now - created_at >= GIVE_UP_AFTER


def rest_until(now: datetime, failures: int, asked: timedelta | None) -> datetime | None:
    """Until when a channel with that many failures in a row is left alone; None: it may be tried at once.

    `asked` is what the receiver wants (Retry-After); it counts up to the longest rest.
    """
    doublings: int = 2 ** min(max(failures - OPEN_AFTER, 0), 20)
    own = FIRST_REST * doublings if failures >= OPEN_AFTER else timedelta(0)
    rest = min(max(own, asked or timedelta(0)), LONGEST_REST)
    return now + rest if rest else None
