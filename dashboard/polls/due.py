"""When a target is due next: on an even grid after success, later and later after failures."""

from datetime import UTC, datetime, timedelta

from dashboard.aws.errors import ErrorKind

SOON = timedelta(seconds=15)
"""After a run that left something over: other targets get their turn first."""
LONGEST_WAIT = timedelta(minutes=30)
REGION_DISABLED_WAIT = timedelta(days=1)
"""A region that isn't enabled is enabled by a person, not by asking again."""
JITTER = 0.2


def next_due(now: datetime, every: timedelta, offset: timedelta) -> datetime:
    """The first time after `now` on the grid of `every`, moved by `offset`."""
    step = every.total_seconds()
    shift = offset.total_seconds()
    passed = (now.timestamp() - shift) // step
    return datetime.fromtimestamp((passed + 1) * step + shift, UTC)


def retry_due(now: datetime, every: timedelta, failures: int, kind: str, luck: float) -> datetime:
    """When to try again after the given number of failures in a row.

    Waits double from `every` up to half an hour (or `every`, if that is longer); `luck` in [0, 1) spreads them by a
    fifth either way, so that what failed together isn't tried together.
    """
    if kind == ErrorKind.REGION_DISABLED:
        return now + REGION_DISABLED_WAIT
    longest = max(LONGEST_WAIT, every)
    doublings: int = 2 ** min(failures - 1, 10)
    wait = min(every * doublings, longest)
    return now + min(wait * (1 + JITTER * (2 * luck - 1)), longest)
