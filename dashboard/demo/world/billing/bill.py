"""The bill of an account as Cost Explorer knows it at a time: hours late, growing, and taxed on the first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime
from threading import RLock
from typing import Any

from dashboard.demo.world.billing import savings
from dashboard.demo.world.billing.charges import (
    CREDIT,
    NO_REGION,
    NO_USAGE_TYPE,
    REFUND,
    SUPPORT,
    TAX,
    USAGE,
    Charge,
    whole,
)
from dashboard.demo.world.billing.hours import Hours, Meter
from dashboard.demo.world.billing.pricing import Priced, priced
from dashboard.demo.world.billing.rates import EDGE, RATES
from dashboard.demo.world.billing.standing import date_of, day_of
from dashboard.demo.world.blueprints import PRODUCTION
from dashboard.demo.world.world import World

REFRESH = 8 * 3600
"""Seconds between two refreshes: Cost Explorer's data is at most refreshed three times a day."""
UNSETTLED_DAYS = 2
LATEST_LAG = max(rate.lag_hours for rate in RATES.values())
_TAX, _SUPPORT, _LEAST_SUPPORT, _DEVELOPER = 0.2, 0.1, 100.0, 29.0
_CREDITED = 0.03
_REFUND, _REFUND_DAYS_AGO = 18.40, 37
ANSWERS_KEPT = 8
"""Answers that may be given out page by page at the same time."""
Month = tuple[int, int]


class Bill:
    """Charges of all accounts, from the world's own usage; months that are over are remembered.

    Each account is billed for itself: an account's Cost Explorer shows no other linked account than its own. The
    production account pays for itself; the data account belongs to an organization whose payer is not connected.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.hours = Hours(world)
        self._closed: dict[tuple[str, Month], list[Charge]] = {}
        self._open: dict[tuple[str, Month], tuple[int, list[Charge]]] = {}
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = RLock()

    def charges(self, account_id: str, start: date, end: date, now: int) -> list[Charge]:
        """Charges of the days from `start` until before `end` as known at `now` (Unix seconds)."""
        first, last = day_of(start), day_of(end)
        found: list[Charge] = []
        for month in _months(start, min(end, day_after(now))):
            found += [one for one in self._month(account_id, month, refreshed(now)) if first <= one.day < last]
        return found

    def remembered(self, question: Hashable, answer: Callable[[], Any]) -> Any:
        """The answer to a question about the bill, worked out once for all pages of it."""
        with self._lock:
            if question not in self._answers:
                self._answers[question] = answer()
            self._answers.move_to_end(question)
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
            return self._answers[question]

    def total(self, account_id: str, start: date, end: date, now: int) -> float:
        """Unblended US dollars of those days, everything included."""
        return sum(one.unblended for one in self.charges(account_id, start, end, now)) / whole(1)

    def _month(self, account_id: str, month: Month, seen: int) -> list[Charge]:
        key = (account_id, month)
        with self._lock:
            if key in self._closed:
                return self._closed[key]
            if key in self._open and self._open[key][0] == seen:
                return self._open[key][1]
            made = list(self._made(account_id, month, seen))
            if seen >= (day_of(_next(month)) * 24 + LATEST_LAG) * 3600:
                self._closed[key] = made
                self._open.pop(key, None)
            else:
                self._open[key] = (seen, made)
            return made

    def _made(self, account_id: str, month: Month, seen: int) -> Iterator[Charge]:
        """Charges of a month as seen at that time, with what is worked out from all of them."""
        first = day_of(date(*month, 1))
        days = range(first, min(day_of(_next(month)), seen // 86_400 + 1))
        by_day: dict[int, list[Charge]] = {day: [] for day in days}
        for one in priced((day, self._usage(account_id, day, seen)) for day in days):
            if one.quantity > 0:
                by_day[one.day].append(_usage_charge(one))
        bought = day_of(savings.bought_on(date_of(self.world.origin // 1440)))
        total = 0
        for day, charges in by_day.items():
            every = charges + list(_given_back(account_id, day, charges, self.world.origin // 1440))
            if account_id == PRODUCTION and day >= bought:
                share = _known_hours(day, RATES["lambda-gb-seconds"].lag_hours, seen) / 24
                every = list(savings.covered(every, share))
            if account_id == PRODUCTION and day == bought:
                every.append(savings.upfront(day))
            total += sum(one.unblended for one in every)
            yield from every
        if total > 0:
            yield from _on_top(account_id, first, total)

    def _usage(self, account_id: str, day: int, seen: int) -> dict[Meter, float]:
        """What the bill knows by then of the account's usage on a day."""
        known: dict[Meter, float] = {}
        for meter, hours in self.hours.of_day(day).items():
            if meter.account_id == account_id:
                count = _known_hours(day, RATES[meter.unit].lag_hours, seen)
                known[meter] = float(hours[:count].sum()) if count else 0.0
        return known


def refreshed(now: int) -> int:
    """When the data that is shown at `now` was refreshed, in Unix seconds."""
    return now // REFRESH * REFRESH


def unsettled(day: int, now: int) -> bool:
    """Whether a day's costs are still estimates: the last days, and the first of a month that is not over."""
    today = now // 86_400
    at, until = date_of(day), date_of(today)
    return day >= today - UNSETTLED_DAYS or (at.day == 1 and (at.year, at.month) == (until.year, until.month))


def day_after(now: int) -> date:
    """The day after the one that it is, UTC."""
    return date_of(now // 86_400 + 1)


def month_start(now: int) -> date:
    """The first of the month, UTC."""
    return datetime.fromtimestamp(now, UTC).date().replace(day=1)


def month_after(first: date) -> date:
    """The first of the month that follows."""
    return _next((first.year, first.month))


def _known_hours(day: int, lag_hours: int, seen: int) -> int:
    return min(max(seen // 3600 - lag_hours - day * 24, 0), 24)


def _usage_charge(one: Priced) -> Charge:
    rate = RATES[one.meter.unit]
    cost = whole(one.dollars)
    return Charge(
        one.day, one.meter.account_id, rate.service, rate.place(one.meter.region), rate.usage_type(one.meter.region),
        USAGE, one.meter.tags, cost, cost, whole(one.quantity), rate.unit,
    )  # fmt: skip


def _given_back(account_id: str, day: int, charges: Iterable[Charge], origin: int) -> Iterator[Charge]:
    """A credit on content delivery, and one refund, both in production."""
    if account_id != PRODUCTION:
        return
    edge = sum(one.unblended for one in charges if one.service == EDGE)
    if edge:
        amount = -round(edge * _CREDITED)
        yield Charge(day, account_id, EDGE, "global", NO_USAGE_TYPE, CREDIT, (), amount, amount)
    if day == origin - _REFUND_DAYS_AGO:
        amount = -whole(_REFUND)
        yield Charge(day, account_id, "AWS Step Functions", "eu-west-1", NO_USAGE_TYPE, REFUND, (), amount, amount)


def _on_top(account_id: str, first: int, total: int) -> Iterator[Charge]:
    """Support and tax, both on the first of the month and growing with it."""
    name, fee = "AWS Support (Developer)", whole(_DEVELOPER)
    if account_id == PRODUCTION:
        name, fee = "AWS Support (Business)", max(round(total * _SUPPORT), whole(_LEAST_SUPPORT))
    yield Charge(first, account_id, name, "global", "Dollar", SUPPORT, (), fee, fee, fee, "Dollar")
    tax = round((total + fee) * _TAX)
    yield Charge(first, account_id, "Tax", NO_REGION, NO_USAGE_TYPE, TAX, (), tax, tax)


def _months(start: date, end: date) -> Iterator[Month]:
    """Months that have days from `start` until before `end`."""
    at = start.replace(day=1)
    while at < end:
        yield at.year, at.month
        at = month_after(at)


def _next(month: Month) -> date:
    year, number = month
    return date(year + number // 12, number % 12 + 1, 1)
