"""What the spend page shows is in its address: the cut, the days, the basis, and what was narrowed to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.http import QueryDict

from dashboard.pages.spend.pictures import say_day
from dashboard.pages.state import StateError
from dashboard.spend.found import Basis, Cut
from dashboard.spend.read.days import crosses

PERIODS = {"7d": 7, "14d": 14, "30d": 30, "90d": 90}
MONTH, LAST_MONTH, CUSTOM = "month", "last_month", "custom"
DEFAULT = "30d"
NAMES = {
    "7d": "Last 7 days",
    "14d": "Last 14 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    MONTH: "This month",
    LAST_MONTH: "Last month",
}
"""Periods as the menu names them."""
LONGEST = 366
CUTS = {
    Cut.STACK: "Stack",
    Cut.SERVICE: "Service",
    Cut.USAGE_TYPE: "Usage type",
    Cut.REGION: "Region",
    Cut.ACCOUNT: "Account",
    Cut.TEAM: "Team",
    Cut.ENVIRONMENT: "Environment",
    Cut.RECORD_TYPE: "Kind of charge",
}
"""Ways to divide the bill, in the order of the switch."""
NARROWED = ("team", "environment", "stack", "service", "usage_type", "region")
"""What rows narrow the page to, one value each; accounts are a filter as on every page."""
FOLLOWING = {
    Cut.STACK: (Cut.SERVICE, Cut.USAGE_TYPE, Cut.REGION),
    Cut.SERVICE: (Cut.USAGE_TYPE, Cut.STACK, Cut.REGION),
    Cut.USAGE_TYPE: (Cut.STACK, Cut.REGION),
    Cut.REGION: (Cut.SERVICE, Cut.USAGE_TYPE, Cut.STACK),
    Cut.ACCOUNT: (Cut.SERVICE, Cut.STACK),
    Cut.TEAM: (Cut.STACK, Cut.SERVICE, Cut.USAGE_TYPE),
    Cut.ENVIRONMENT: (Cut.STACK, Cut.SERVICE, Cut.USAGE_TYPE),
}
"""What explains a row: the first of these that was not narrowed to yet."""
COLUMNS = {"": "Change", "day": "Days", "week": "Weeks", "month": "Months"}
"""What the table's columns are: blank is the plain table; a second cut can be chosen too."""


@dataclass(frozen=True, slots=True)
class SpendState:
    """The state of one view of the page. `end` is exclusive; days are those of the bill, in UTC."""

    period: str
    start: date
    end: date
    cut: Cut
    basis: Basis
    charges: bool
    """Whether credits, refunds, tax and support are included."""
    columns: str
    narrowed: Mapping[str, str] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    """AWS account ids; empty for all."""

    @property
    def days(self) -> int:
        """How many days are shown."""
        return (self.end - self.start).days

    @property
    def words(self) -> str:
        """The days in words, for the control."""
        last = self.end - timedelta(days=1)
        return NAMES.get(self.period) or f"{say_day(self.start)} to {say_day(last)}"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.narrowed or self.accounts)


def read_state(given: QueryDict, now: datetime) -> SpendState:
    """Read the state from the query parameters. Raises StateError, naming the parameter."""
    today = now.date()
    period = _one_of(given, "period", (*PERIODS, MONTH, LAST_MONTH, CUSTOM), DEFAULT)
    start, end = _days(given, period, today)
    cut = Cut(_one_of(given, "by", tuple(CUTS), Cut.STACK))
    narrowed = {name: value[:1024] for name in NARROWED if (value := given.get(name))}
    charges = _one_of(given, "charges", ("all",), "") == "all"
    if not allows(narrowed, cut):
        raise StateError("Kinds of charges are told by service alone, not for a stack, region, team or environment.")
    return SpendState(
        period=period,
        start=start,
        end=end,
        cut=cut,
        basis=Basis(_one_of(given, "basis", tuple(Basis), Basis.UNBLENDED)),
        charges=charges,
        columns=_columns(given, cut, charges),
        narrowed=narrowed,
        accounts=frozenset(value for value in given.getlist("account") if value),
    )


def allows(narrowed: Collection[str], cut: Cut) -> bool:
    """Whether the bill can be divided so: kinds of charges are told by service alone."""
    return cut is not Cut.RECORD_TYPE or {*narrowed} <= {Cut.SERVICE.value}


def crossings(cut: Cut, charges: bool) -> tuple[str, ...]:
    """Cuts that can be the table's columns; credits, tax and the like are told by service alone."""
    return () if charges else tuple(one.value for one in CUTS if crosses(cut, one))


def _columns(given: QueryDict, cut: Cut, charges: bool) -> str:
    """The columns asked for; a second cut that the first doesn't cross any more gives way to the plain table."""
    asked = _one_of(given, "columns", (*COLUMNS, *CUTS), "")
    return asked if asked in COLUMNS or asked in crossings(cut, charges) else ""


def next_cut(state: SpendState) -> Cut | None:
    """By what a row of the table is divided when it is opened; None at the end of the way."""
    return next((cut for cut in FOLLOWING.get(state.cut, ()) if cut.value not in state.narrowed), None)


def _days(given: QueryDict, period: str, today: date) -> tuple[date, date]:
    """The first day and the day behind the last. Today's bill has hardly begun: periods of so many days end before."""
    if period == CUSTOM:
        return _custom(given, today)
    first = today.replace(day=1)
    if period == MONTH:
        return first, today + timedelta(days=1)
    if period == LAST_MONTH:
        return (first - timedelta(days=1)).replace(day=1), first
    return today - timedelta(days=PERIODS[period]), today


def _custom(given: QueryDict, today: date) -> tuple[date, date]:
    start, last = _date(given, "since"), _date(given, "until")
    if last < start or start > today:
        raise StateError("The days end before they start, or lie in the future.")
    if (last - start).days >= LONGEST:
        raise StateError(f"The days are more than {LONGEST}; ask for fewer.")
    return start, min(last, today) + timedelta(days=1)


def _date(given: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError as error:
        raise StateError(f"“{name}” must be a day such as 2026-11-23, because period is custom.") from error


def _one_of(given: QueryDict, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name) or default
    if value != default and value not in allowed:
        raise StateError(f"“{name}” is {value[:40]!r}; it can be {', '.join(allowed)}.")
    return value
