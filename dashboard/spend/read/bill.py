"""What was billed, read once and added up for each budget that asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from dashboard.spend.amounts import SCALE, Units, month_of, to_amount, unpack
from dashboard.spend.asking import CHARGES, TAX
from dashboard.spend.found import Basis
from dashboard.spend.models import CostMonth
from dashboard.spend.read.days import Span, add


@dataclass(frozen=True, slots=True)
class Limits:
    """What a budget is about; empty for everything."""

    accounts: frozenset[int] = frozenset()
    services: frozenset[str] = frozenset()
    stacks: frozenset[str] | None = None
    linked: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    charges: frozenset[str] | None = None
    """Record types that count beside usage, such as Tax and Credit; None: none does."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a budget's spend, oldest first, settled up to and including `newest`."""

    units: Units
    span: Span
    newest: date

    def settled(self) -> list[float]:
        """Amounts of the settled days, from the first that cost anything."""
        known = self.units[: (self.newest - self.span.start).days + 1] / float(SCALE)
        begun = np.flatnonzero(known)
        return known[begun[0] :].tolist() if len(begun) else []

    def since(self, day: date) -> Decimal:
        """What was billed from a day on."""
        return to_amount(self.units[max((day - self.span.start).days, 0) :].sum())

    def run(self, day: date) -> list[Decimal]:
        """What was billed from a day on, by the end of each settled day."""
        first, after = (day - self.span.start).days, (self.newest - self.span.start).days + 1
        return [to_amount(units) for units in np.cumsum(self.units[max(first, 0) : after])]

    def settled_since(self, day: date) -> Decimal:
        """What was billed from a day on and is settled."""
        return to_amount(
            self.units[max((day - self.span.start).days, 0) : (self.newest - self.span.start).days + 1].sum()
        )


Row = tuple[int, str, str, str, int, bytes]
"""Account, first and second value, currency, month, packed days."""


class Bill:
    """Everything that was billed in a span, read once for all that will be asked."""

    def __init__(self, span: Span, newest: date, asked: Iterable[Limits]) -> None:
        self.span, self.newest = span, newest
        pairs = {pair_of(limits) for limits in asked}
        self.rows: dict[str, list[Row]] = {pair: [] for pair in pairs}
        columns = ("pair", "account_id", "first", "second", "currency", "month", Basis.UNBLENDED.value)
        found = CostMonth.objects.filter(pair__in=pairs, month__in=span.months)
        for pair, *row in found.values_list(*columns):
            self.rows[pair].append(tuple(row))

    def of(self, limits: Limits) -> Mapping[str, Days]:
        """Days by currency."""
        pair = pair_of(limits)
        sums: defaultdict[str, Units] = defaultdict(lambda: np.zeros(len(self.span.days), np.int64))
        taxes: defaultdict[str, _Taxes] = defaultdict(_Taxes)
        for account, first, second, currency, month, packed in self.rows[pair]:
            if not _about(limits, pair, account, first, second):
                continue
            units = unpack(packed)
            if pair == CostMonth.Pair.RECORD_TYPE:
                taxes[currency].note(month, units, tax=second == TAX)
            if pair != CostMonth.Pair.RECORD_TYPE or second != TAX:
                add(sums[currency], units, month, self.span)
        return {
            currency: Days(units + taxes[currency].on(units, self.span), self.span, self.newest)
            for currency, units in sums.items()
        }


class _Taxes:
    """Tax as a share of what it is on. AWS bills it on the first of the month, as a sum that grows with the days."""

    def __init__(self) -> None:
        self.tax: defaultdict[int, int] = defaultdict(int)
        self.rest: defaultdict[int, int] = defaultdict(int)

    def note(self, month: int, units: Units, *, tax: bool) -> None:
        """Count a month's row."""
        (self.tax if tax else self.rest)[month] += int(units.sum())

    def on(self, units: Units, span: Span) -> Units:
        """The tax on each day's units."""
        shares = [self._share(month_of(day)) for day in span.days] if self.tax else 0.0
        tax: Units = np.rint(units * np.asarray(shares)).astype(np.int64)
        return tax

    def _share(self, month: int) -> float:
        return self.tax[month] / self.rest[month] if self.rest[month] > 0 else 0.0


def pair_of(limits: Limits) -> CostMonth.Pair:
    """The rows that tell what a budget is about."""
    if limits.linked or limits.regions:
        return CostMonth.Pair.ACCOUNT if limits.linked else CostMonth.Pair.REGION
    if limits.stacks is not None:
        return CostMonth.Pair.STACK
    return CostMonth.Pair.SERVICE if limits.charges is None else CostMonth.Pair.RECORD_TYPE


def _about(limits: Limits, pair: CostMonth.Pair, account: int, first: str, second: str) -> bool:
    """Whether a row counts."""
    if limits.accounts and account not in limits.accounts:
        return False
    if limits.services and first not in limits.services:
        return False
    if pair == CostMonth.Pair.SERVICE:
        return True
    if pair == CostMonth.Pair.RECORD_TYPE:
        return second not in CHARGES or second in (limits.charges or ())
    return second in (limits.linked or limits.regions or limits.stacks or ())
