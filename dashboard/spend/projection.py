"""On which day a budget's cap is hit, and between which days that may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Hit:
    """The day on which a cap is reached, at the earliest and at the latest; None: not within the days looked at."""

    day: date | None
    earliest: date | None
    latest: date | None


def cap_hit(
    limit: float, spent: float, newest: date, daily: Sequence[float], *, low: float = 1.0, high: float = 1.0
) -> Hit:
    """When the cap is hit after `newest`, until which `spent` was spent; `low` and `high` are shares of `daily`.

    A cap that has been passed already was hit on the newest day.
    """
    if spent >= limit:
        return Hit(newest, newest, newest)
    return Hit(*(_first_over(limit, spent, newest, daily, share) for share in (1.0, high, low)))


def _first_over(limit: float, spent: float, newest: date, daily: Sequence[float], share: float) -> date | None:
    for step, amount in enumerate(daily, start=1):
        spent += amount * share
        if spent >= limit:
            return newest + timedelta(days=step)
    return None


def period_of(day: date, period: str) -> tuple[date, date]:
    """The first day of the budget's period around a day, and the first after it."""
    months = {"quarterly": 3, "annually": 12}.get(period.lower(), 1)
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    following = start.year * 12 + start.month - 1 + months
    return start, date(following // 12, following % 12 + 1, 1)
