"""What a page shows is in its address: account, environment, team, time range, comparison."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import BadRequest
from django.http import QueryDict

from dashboard.core.windows import Window

RANGES = {
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "12h": timedelta(hours=12),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
DEFAULT_RANGE = "3h"
CUSTOM = "custom"
WEEK = timedelta(days=7)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=457)
_WORDS = {"1h": "hour", "3h": "3 hours", "12h": "12 hours", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}


class StateError(BadRequest):
    """The address asks for something that does not exist; the message says what it may be."""


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of one page view. Empty sets mean 'all'."""

    range: str
    window: Window
    compare: str = ""
    """'previous', 'week' or blank."""
    accounts: frozenset[str] = frozenset()
    """AWS account ids."""
    environments: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Names of teams."""

    @property
    def shift(self) -> timedelta:
        """How far back the comparison lies; zero without one."""
        if not self.compare:
            return timedelta(0)
        return WEEK if self.compare == "week" else self.window.length

    @property
    def shift_seconds(self) -> int:
        """The same in whole seconds, for charts."""
        return int(self.shift.total_seconds())

    @property
    def compared(self) -> Window | None:
        """The window to compare with."""
        return self.window.shifted(-self.shift) if self.compare else None

    @property
    def versus(self) -> str:
        """What the comparison is called behind 'against'."""
        if not self.compare:
            return ""
        return "the same time last week" if self.compare == "week" else "the period before"

    @property
    def words(self) -> str:
        """The range in a sentence: 'the last 3 hours'."""
        return f"the last {_WORDS[self.range]}" if self.range in _WORDS else "this time range"

    @property
    def is_filtered(self) -> bool:
        """Whether an account, environment or team was picked."""
        return bool(self.accounts or self.environments or self.teams)


def parse_state(query: QueryDict, now: datetime) -> PageState:
    """Read the state from the query parameters. Raises StateError, naming the parameter."""
    return PageState(
        range=query.get("range", DEFAULT_RANGE),
        window=_window(query, now),
        compare=_one_of(query, "compare", ("previous", "week"), ""),
        accounts=_several(query, "account"),
        environments=_several(query, "environment"),
        teams=_several(query, "team"),
    )


def _window(query: QueryDict, now: datetime) -> Window:
    """The time range; its end is a whole minute, so that two views within a minute are the same."""
    key = _one_of(query, "range", (*RANGES, CUSTOM), DEFAULT_RANGE)
    end = now.replace(second=0, microsecond=0)
    if key != CUSTOM:
        return Window(end - RANGES[key], end)
    return custom_window(_moment(query, "from"), min(_moment(query, "to"), end + timedelta(minutes=1)))


def custom_window(start: datetime, end: datetime) -> Window:
    """A window somebody asked for. Raises StateError when it is empty or longer than what is kept."""
    if end - start < SHORTEST:
        raise StateError("The time range ends before it starts, lies in the future, or is shorter than a minute.")
    if end - start > LONGEST:
        raise StateError(f"The time range is longer than the {LONGEST.days} days that are kept.")
    return Window(start, end)


def _moment(query: QueryDict, name: str) -> datetime:
    text = query.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise StateError(f"“{name}” must be a time in whole seconds since 1970, because range is custom.")
    return datetime.fromtimestamp(int(text), tz=UTC)


def _one_of(query: QueryDict, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = query.get(name) or default
    if value != default and value not in allowed:
        raise StateError(f"“{name}” is {value[:40]!r}; it can be {', '.join(allowed)}.")
    return value


def _several(query: QueryDict, name: str) -> frozenset[str]:
    return frozenset(value for value in query.getlist(name) if value)
