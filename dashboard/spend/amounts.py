"""Amounts of a month's days, packed: whole numbers of 1e-10 of the currency, the digits that Cost Explorer gives."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.int64]
SCALE = Decimal(10) ** 10
DAYS = 31
"""Of the longest month: every packed month has as many places."""
WIDTH = DAYS * 8


def to_units(amount: Decimal) -> int:
    """The amount in 1e-10 of its currency; what lies beyond the tenth digit is rounded half to even."""
    return int((amount * SCALE).to_integral_value(rounding=ROUND_HALF_EVEN))


def to_amount(units: int) -> Decimal:
    """The amount of so many units."""
    return Decimal(int(units)) / SCALE


def month_of(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def first_day(month: int) -> date:
    """The day on which a month begins."""
    return date(1970 + month // 12, month % 12 + 1, 1)


def pack(units: Units) -> bytes:
    """A month as it is stored: little-endian, eight bytes a day."""
    return units.astype("<i8").tobytes()


def unpack(packed: bytes | memoryview) -> Units:
    """A month's days, to be written to."""
    return np.frombuffer(packed, "<i8").astype(np.int64)


def unpack_many(packed: Iterable[bytes | memoryview]) -> Units:
    """Months as [month, day]."""
    return np.frombuffer(b"".join(bytes(one) for one in packed), "<i8").reshape(-1, DAYS)


def by_month(amounts: Mapping[date, Decimal]) -> dict[int, dict[int, int]]:
    """Units by month, and by the day's place in it."""
    found: dict[int, dict[int, int]] = {}
    for day, amount in amounts.items():
        found.setdefault(month_of(day), {})[day.day - 1] = to_units(amount)
    return found
