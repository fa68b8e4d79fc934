"""Spans of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """A span [start, end) of aware times."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A window needs aware times.")
        if self.end <= self.start:
            raise ValueError("A window ends after it starts.")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def shifted(self, by: timedelta) -> "Window":
        """The same length, moved by `by`."""
        return Window(self.start + by, self.end + by)
