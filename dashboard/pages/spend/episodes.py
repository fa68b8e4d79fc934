"""Unexpected spend as people tell it: days in a row with the same cause are one thing that happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dashboard.pages.spend.pictures import say_day
from dashboard.spend.found import Unexpected


@dataclass(frozen=True, slots=True)
class Episode:
    """Days in a row on which the same thing cost too much for the same reason."""

    newest: Unexpected
    before: Sequence[Unexpected] = ()
    """The days before the newest, newest first."""

    @property
    def extra(self) -> Decimal:
        """More than normal over all of its days."""
        return sum((one.extra for one in self.before), self.newest.extra)

    @property
    def deploys(self) -> list[tuple[str, int, datetime]]:
        """Of all of its days, newest first."""
        return [told for one in (self.newest, *self.before) for told in one.deploys]

    @property
    def span(self) -> str:
        """'the 4 days from 19 Nov on'; blank of a single day."""
        return f"the {len(self.before) + 1} days from {say_day(self.before[-1].day)} on" if self.before else ""


def episodes(found: Iterable[Unexpected]) -> list[Episode]:
    """Put days in a row together; what goes on before what is over, the dearest first."""
    made: list[list[Unexpected]] = []
    for one in sorted(found, key=lambda one: (one.day, one.extra), reverse=True):
        follows = next((days for days in made if _same(days[-1], one)), None)
        if follows is None:
            made.append([one])
        else:
            follows.append(one)
    return sorted((Episode(days[0], days[1:]) for days in made), key=lambda one: (one.newest.resolved, -one.extra))


def _same(later: Unexpected, one: Unexpected) -> bool:
    return _cause(later) == _cause(one) and later.day - one.day == timedelta(days=1)


def _cause(one: Unexpected) -> tuple[str, ...]:
    usage = (one.drivers[0].usage_type, one.drivers[0].region) if one.drivers else ()
    return (one.account, one.cut, one.where, one.currency, *usage)
