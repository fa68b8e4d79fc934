"""Months of the bill, and how a month's cost goes on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal


def month_of(now: datetime) -> tuple[date, date]:
    """First day of the month of `now`, and of the next one, in UTC as AWS bills."""
    first = now.astimezone(UTC).date().replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def project(spent: Decimal, cost_of_run: Decimal, every: timedelta, now: datetime) -> Decimal:
    """What a source will have cost at the end of the month, if each run to come costs as much."""
    end = datetime.combine(month_of(now)[1], datetime.min.time(), UTC)
    return spent + cost_of_run * Decimal((end - now) // every)
