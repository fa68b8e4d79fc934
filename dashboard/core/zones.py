"""The time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> tuple[str, ...]:
    """Their names in order; looked up once, for that reads hundreds of files."""
    return tuple(sorted(available_timezones()))
