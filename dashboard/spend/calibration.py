"""How far estimates of settled days were from the bill, by service; what that says corrects the next ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

LEAST_DAYS = 3
LOWEST, HIGHEST = 0.4, 2.5
"""Factors beyond say that the bill is about more than what is estimated: then nothing is corrected."""
LEAST_BILLED = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Calibration:
    """One service: estimates times `factor` come to the bill; `error` is the median share they are then off."""

    factor: float
    error: float
    raw_error: float
    days: int


def calibrate(estimated: Mapping[date, Decimal], billed: Mapping[date, Decimal]) -> Calibration | None:
    """Compare the settled days of one service; None with too few of them.

    The error is measured on each day with the factor of the other days, so that it is not flattered.
    """
    both = sorted(day for day, amount in billed.items() if amount >= LEAST_BILLED and estimated.get(day, Decimal(0)))
    ratios = [float(billed[day] / estimated[day]) for day in both]
    if len(ratios) < LEAST_DAYS:
        return None
    raw = median(abs(1 - 1 / ratio) for ratio in ratios)
    factor = median(ratios)
    if not LOWEST <= factor <= HIGHEST:
        return Calibration(1.0, raw, raw, len(ratios))
    errors = [abs(median(ratios[:at] + ratios[at + 1 :]) / ratio - 1) for at, ratio in enumerate(ratios)]
    return Calibration(factor, median(errors), raw, len(ratios))
