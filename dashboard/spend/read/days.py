"""Billed days as numbers: which rows answer a question, summed per key and day."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from numpy.typing import NDArray

from dashboard.inventory.models import Account, Stack
from dashboard.spend.amounts import DAYS, Units, first_day, month_of, unpack_many
from dashboard.spend.asking import CHARGES
from dashboard.spend.found import Basis, Cut, SpendQuery
from dashboard.spend.models import CostMonth, CostSum, SummedAccount
from dashboard.spend.usage_types import region_of

Pair = CostMonth.Pair
OTHER_CHARGES = "Credits, refunds, tax"
BETWEEN = "\x00"
"""Between the keys of two cuts."""
BY_STACK = {Cut.STACK, Cut.ENVIRONMENT, Cut.TEAM}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to before the second."""

    start: date
    end: date

    @property
    def days(self) -> tuple[date, ...]:
        """All of them, oldest first."""
        return tuple(self.start + timedelta(days=number) for number in range((self.end - self.start).days))

    @property
    def months(self) -> range:
        """Months that have a day of it."""
        return range(month_of(self.start), month_of(self.end - timedelta(days=1)) + 1)


@dataclass(frozen=True, slots=True)
class Stacks:
    """Names of stacks that may be seen, with what pages say of them."""

    by_name: Mapping[str, tuple[int, str, str]]
    """Key, environment, team."""

    def wanted(self, query: SpendQuery) -> set[str] | None:
        """Names that the question is about; None for all, those without a name too."""
        if query.scope.everything and not (query.stack or query.environment or query.team):
            return None
        return {
            name
            for name, (_, environment, team) in self.by_name.items()
            if query.stack in {"", name} and query.environment in {"", environment} and query.team in {"", team}
        }


def stacks_of(query: SpendQuery) -> Stacks:
    """Stacks that the user may see."""
    rows = Stack.objects.visible_to(query.scope).filter(source=Stack.Source.CLOUDFORMATION).order_by("-gone_at", "pk")
    columns = rows.values_list("name", "pk", "environment", "team__name")
    return Stacks({name: (pk, environment, team or "") for name, pk, environment, team in columns})


def daily(query: SpendQuery, span: Span, stacks: Stacks) -> dict[str, dict[str, Units]]:
    """Units of each day by currency and key of the cut; all days of the span, oldest first."""
    wanted = stacks.wanted(query)
    pair = pair_for(query, by_stack=wanted is not None)
    choose = partial(_narrow, pair, query, span, wanted)
    read = Reading(query.accounts, query.basis, span, apart=query.cut is Cut.ACCOUNT and pair != Pair.ACCOUNT)
    found = read.summed(choose, _keys(pair, query, stacks))
    if query.credits and wanted is None and query.cut is not Cut.RECORD_TYPE:
        _add_charges(found, query, span)
    return found


def crossed(query: SpendQuery, columns: Cut) -> dict[str, dict[tuple[str, str], int]]:
    """Units of the question's days by currency, and by keys of the cut and of a second one (see `crosses`)."""
    stacks, span = stacks_of(query), Span(*query.window)
    wanted = stacks.wanted(query)
    across = replace(query, cut=columns)
    by_stack = wanted is not None or bool({query.cut, columns} & BY_STACK)
    pair = _finer(pair_for(query, by_stack=by_stack), pair_for(across, by_stack=by_stack))
    row_of, column_of = _keys(pair, query, stacks), _keys(pair, across, stacks)

    def key(account: int, first: str, second: str) -> str | None:
        row, column = row_of(account, first, second), column_of(account, first, second)
        return None if row is None or column is None else f"{row}{BETWEEN}{column}"

    apart = Cut.ACCOUNT in {query.cut, columns} and pair != Pair.ACCOUNT
    found = Reading(query.accounts, query.basis, span, apart=apart).summed(
        partial(_narrow, pair, query, span, wanted), key
    )
    return {
        currency: {_apart(one): int(units.sum()) for one, units in keys.items()} for currency, keys in found.items()
    }


def _apart(key: str) -> tuple[str, str]:
    row, _, column = key.partition(BETWEEN)
    return row, column


def crosses(cut: Cut, columns: Cut) -> bool:
    """Whether the bill tells both at once: the service beside anything; of stacks, teams and the like what they use."""
    both = {cut, columns}
    if len(both) < 2 or both == {Cut.SERVICE, Cut.RECORD_TYPE}:
        return len(both) == 2
    if both & {Cut.RECORD_TYPE} or len(both & BY_STACK) == 2:
        return False
    return Cut.SERVICE in both or Cut.ACCOUNT not in both


def _finer(one: Pair, other: Pair) -> Pair:
    """Of the rows for one cut and for another those that tell both."""
    order = (Pair.SERVICE, Pair.ACCOUNT, Pair.RECORD_TYPE, Pair.STACK, Pair.REGION, Pair.USAGE_TYPE, Pair.STACK_USAGE)
    return max(one, other, key=order.index)


def pair_for(query: SpendQuery, *, by_stack: bool) -> Pair:
    """The rows with the fewest values that still tell what is asked."""
    fine = bool(query.usage_type or query.region) or query.cut in {Cut.USAGE_TYPE}
    if query.cut is Cut.RECORD_TYPE:
        return Pair.RECORD_TYPE
    if by_stack or query.cut in BY_STACK:
        return Pair.STACK_USAGE if fine or query.cut is Cut.REGION else Pair.STACK
    if query.cut is Cut.REGION and not query.usage_type:
        return Pair.REGION
    if fine:
        return Pair.USAGE_TYPE
    return Pair.ACCOUNT if query.cut is Cut.ACCOUNT else Pair.SERVICE


Key = Callable[[int, str, str], str | None]
"""From account, first and second value to the key of the cut; None leaves the row out."""
Rows = QuerySet[Any]
"""Rows with a pair, a month and both amounts: of each account, or of all together."""


def _stale() -> Q:
    """Whether the sums lack an account's costs, or hold those of one that is gone; then the accounts' rows count."""
    missing = Account.objects.filter(Exists(CostMonth.objects.filter(account=OuterRef("pk"))), summed=None)
    return Q(Exists(SummedAccount.objects.filter(account=None))) | Q(Exists(missing))


def _together(choose: Callable[[Rows], Rows], *columns: str) -> Rows:
    """Rows over all accounts in one query: the sums, or each account's where these are stale."""
    stale = _stale()
    sums = CostSum.objects.filter(~stale).annotate(account_id=Value(0))
    each = CostMonth.objects.filter(stale)
    return choose(sums).values_list(*columns).union(choose(each).values_list(*columns), all=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """Which accounts are read, of what, and whether their rows have to be told apart by account."""

    accounts: Collection[int]
    """Empty for all."""
    basis: Basis
    span: Span
    apart: bool = False

    def summed(self, choose: Callable[[Rows], Rows], key_of: Key) -> dict[str, dict[str, Units]]:
        """Units by currency and key."""
        columns = ("account_id", "first", "second", "currency", "month", self.basis.value)
        if self.accounts or self.apart:
            rows: Rows = CostMonth.objects.all()
            rows = choose(rows.filter(account_id__in=self.accounts) if self.accounts else rows).values_list(*columns)
        else:
            rows = _together(choose, *columns)
        return _summed(rows, self.span, key_of)


def _narrow(pair: Pair, query: SpendQuery, span: Span, wanted: set[str] | None, rows: Rows) -> Rows:
    rows = rows.filter(pair=pair, month__in=span.months)
    if query.service and pair != Pair.STACK_USAGE:
        rows = rows.filter(first=query.service)
    if query.usage_type:
        rows = rows.filter(**{"first" if pair == Pair.STACK_USAGE else "second": query.usage_type})
    if query.region and pair == Pair.REGION:
        rows = rows.filter(second=query.region)
    if wanted is not None and pair in {Pair.STACK, Pair.STACK_USAGE}:
        rows = rows.filter(second__in=wanted)
    if pair == Pair.RECORD_TYPE and not query.credits:
        rows = rows.exclude(second__in=CHARGES)
    return rows


def _keys(pair: Pair, query: SpendQuery, stacks: Stacks) -> Key:
    """How rows of a pair are told apart by the cut."""
    services = _services() if pair == Pair.STACK_USAGE and (query.service or query.cut is Cut.SERVICE) else {}
    usage_first = pair == Pair.STACK_USAGE
    accounts = dict(Account.objects.values_list("pk", "account_id")) if query.cut is Cut.ACCOUNT else {}

    told: dict[Cut, Callable[[str, str, str], str]] = {
        Cut.SERVICE: lambda service, usage, second: service,
        Cut.USAGE_TYPE: lambda service, usage, second: usage,
        Cut.REGION: lambda service, usage, second: second if pair == Pair.REGION else region_of(usage),
        Cut.STACK: lambda service, usage, second: second,
        Cut.ENVIRONMENT: lambda service, usage, second: stacks.by_name.get(second, (0, "", ""))[1],
        Cut.TEAM: lambda service, usage, second: stacks.by_name.get(second, (0, "", ""))[2],
        Cut.RECORD_TYPE: lambda service, usage, second: second,
    }
    tell = told.get(query.cut)
    in_region = query.region if pair in {Pair.STACK_USAGE, Pair.USAGE_TYPE} else ""

    def key(account: int, first: str, second: str) -> str | None:
        usage, service = (first, services.get(first, "")) if usage_first else (second, first)
        if in_region and region_of(usage) != in_region:
            return None
        if query.service and service != query.service:
            return None
        if tell is None:
            return second if pair == Pair.ACCOUNT else accounts.get(account, "")
        return tell(service, usage, second)

    return key


def _services() -> dict[str, str]:
    """The service of each usage type."""
    return dict(_together(lambda rows: rows.filter(pair=Pair.USAGE_TYPE).distinct(), "second", "first"))


def _summed(rows: Rows, span: Span, key_of: Key) -> dict[str, dict[str, Units]]:
    places: dict[tuple[str, str], int] = {}
    chosen: list[tuple[int, int, bytes]] = []
    for account, first, second, currency, month, packed in rows:
        key = key_of(account, first, second)
        if key is not None:
            chosen.append((places.setdefault((currency, key), len(places)), month, packed))
    found: dict[str, dict[str, Units]] = {}
    if not chosen:
        return found
    at, months = (np.array(column) for column in list(zip(*chosen, strict=True))[:2])
    units = unpack_many(packed for _, _, packed in chosen)
    summed = np.zeros((len(places), len(span.days)), np.int64)
    for month in np.unique(months):
        here = months == month
        _add_rows(summed, at[here], units[here], int(month), span)
    for (currency, key), place in places.items():
        found.setdefault(currency, {})[key] = summed[place]
    return found


def _add_rows(sums: Units, at: NDArray[np.int64], units: Units, month: int, span: Span) -> None:
    """Add a month of many rows, each where `at` says."""
    order = np.argsort(at, kind="stable")
    places, begins = np.unique(at[order], return_index=True)
    whole = np.zeros((len(sums), DAYS), np.int64)
    whole[places] = np.add.reduceat(units[order], begins, axis=0)
    add(sums, whole, month, span)


def add(sums: Units, units: Units, month: int, span: Span) -> None:
    """Add a month's days to those of a span; of several rows at once where there are more."""
    begins = (first_day(month) - span.start).days
    low, high = max(begins, 0), min(begins + DAYS, sums.shape[-1], (first_day(month + 1) - span.start).days)
    if low < high:
        sums[..., low:high] += units[..., low - begins : high - begins]


def _add_charges(found: dict[str, dict[str, Units]], query: SpendQuery, span: Span) -> None:
    """What is no usage, as a row of its own; by service, with the service's."""
    by_service = query.cut is Cut.SERVICE

    def choose(rows: Rows) -> Rows:
        rows = rows.filter(pair=Pair.RECORD_TYPE, second__in=CHARGES, month__in=span.months)
        return rows.filter(first=query.service) if query.service else rows

    def charge(account: int, first: str, second: str) -> str:
        return first if by_service else OTHER_CHARGES

    for currency, keys in Reading(query.accounts, query.basis, span).summed(choose, charge).items():
        mine = found.setdefault(currency, {})
        for key, units in keys.items():
            mine[key] = mine[key] + units if key in mine else units


def account_totals(
    accounts: Iterable[int], everything: bool, basis: Basis, span: Span, names: set[str] | None
) -> dict[str, Units]:
    """Units of each day in all, by currency; of stacks of those names alone where names are given."""
    pair = Pair.SERVICE if names is None else Pair.STACK
    limits = Q(pair=pair, month__in=span.months) & (Q() if names is None else Q(second__in=names))
    summed = Reading(frozenset(accounts), basis, span).summed(lambda rows: rows.filter(limits), lambda *_: "")
    return {currency: keys[""] for currency, keys in summed.items()}
