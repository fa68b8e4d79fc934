"""What the live estimate finds, as plain values; USD, as the price book is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Burn:
    """What something costs per hour now, and what it cost since midnight UTC."""

    per_hour: Decimal
    today: Decimal
    normal_per_hour: Decimal | None
    currency: str
    at: datetime | None
    error: float | None
    """Median share by which estimates of settled days were off, after correction; None without a bill to compare."""
    missing: tuple[str, ...]
    """What is billed but not in it."""
    per_thousand: Decimal | None = None
    """USD per 1,000 requests."""


@dataclass(frozen=True, slots=True)
class Runaway:
    """Cost that grows far over its normal, and how to stop it."""

    resource_id: int
    resource: str
    stack_id: int
    stack: str
    since: datetime
    per_hour: Decimal
    normal_per_hour: Decimal
    by_tomorrow: Decimal
    by_month_end: Decimal
    growth: str
    loop: tuple[str, ...]
    command: str
    sentence: str


def together(several: Sequence[Burn]) -> Burn | None:
    """Several burns as one; the error is each one's in proportion to its cost. None of nothing."""
    if not several:
        return None
    normals = [one.normal_per_hour for one in several]
    times = [one.at for one in several if one.at]
    return Burn(
        per_hour=sum((one.per_hour for one in several), Decimal(0)),
        today=sum((one.today for one in several), Decimal(0)),
        normal_per_hour=None if None in normals else sum((one or Decimal(0) for one in normals), Decimal(0)),
        currency=several[0].currency,
        at=min(times, default=None),
        error=weighed([(one.error, one.per_hour) for one in several]),
        missing=tuple(sorted({gap for one in several for gap in one.missing})),
    )


def weighed(errors: Sequence[tuple[float | None, Decimal]]) -> float | None:
    """The mean of errors by cost; None where none is known."""
    known = [(error, float(cost)) for error, cost in errors if error is not None]
    whole = sum(cost for _, cost in known)
    return sum(error * cost for error, cost in known) / whole if whole else None
