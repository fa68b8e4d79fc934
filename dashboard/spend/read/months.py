"""What whole months cost by service: from before days were read as AWS told them, from then on the sums of days."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Min, Q, Sum

from dashboard.spend.amounts import first_day, month_of, to_amount, unpack_many
from dashboard.spend.asking import MONTHS, months_back
from dashboard.spend.found import Cut, MonthRow, MonthTable, SpendQuery
from dashboard.spend.models import BilledDay, BilledMonth, CostMonth
from dashboard.spend.read.days import Span, daily, stacks_of

Found = defaultdict[str, dict[str, dict[int, Decimal]]]
"""Amounts by currency, service and month."""


def monthly(query: SpendQuery, today: date) -> tuple[MonthTable, ...]:
    """Thirteen months and the running one by service, one table per currency, the dearest first.

    Of the query the scope, the basis, the accounts and the charges count. Team members see their stacks' months, as far
    as days tell them.
    """
    oldest, newest = month_of(months_back(today, MONTHS)), month_of(today)
    whole = _whole_months(query, newest)
    if not query.scope.money or not whole:
        return ()
    common = max(*whole.values(), oldest)
    found: Found = defaultdict(lambda: defaultdict(dict))
    _from_days(found, query, range(common, newest + 1))
    if query.scope.everything:
        _from_accounts(found, query, {pk: month for pk, month in whole.items() if month < common}, oldest, common)
        _as_told(found, query, whole, oldest)
    tables = [_table(currency, services, newest) for currency, services in found.items()]
    return tuple(sorted(tables, key=lambda one: -sum(one.totals)))


def _whole_months(query: SpendQuery, newest: int) -> dict[int, int]:
    """The first month that counts by its days, by account: all of them were read, or it still runs."""
    rows = BilledDay.objects.filter(account_id__in=query.accounts) if query.accounts else BilledDay.objects.all()
    firsts = rows.order_by().values_list("account_id").annotate(first=Min("day"))
    return {pk: min(month_of(first) + (first.day > 1), newest) for pk, first in firsts}


def _from_days(found: Found, query: SpendQuery, months: range) -> None:
    """Months of which every account has all days."""
    if not months:
        return
    span = Span(first_day(months[0]), first_day(months[-1] + 1))
    asked = replace(query, cut=Cut.SERVICE, window=(span.start, span.end))
    for currency, services in daily(asked, span, stacks_of(asked)).items():
        for service, units in services.items():
            for month in months:
                begins, ends = ((first_day(one) - span.start).days for one in (month, month + 1))
                _add(found, currency, service, month, to_amount(units[begins:ends].sum()))


def _from_accounts(found: Found, query: SpendQuery, whole: Mapping[int, int], oldest: int, common: int) -> None:
    """Months of which some accounts have all days and others don't."""
    if not whole:
        return
    rows = CostMonth.objects.filter(
        pair=CostMonth.Pair.SERVICE, account_id__in=whole, month__gte=oldest, month__lt=common
    ).values_list("account_id", "first", "currency", "month", query.basis.value)
    chosen = [row for row in rows if row[3] >= whole[row[0]]]
    for (_, service, currency, month, _), units in zip(chosen, unpack_many(row[4] for row in chosen), strict=True):
        _add(found, currency, service, month, to_amount(units.sum()))


def _as_told(found: Found, query: SpendQuery, whole: Mapping[int, int], oldest: int) -> None:
    """Months before the days, as Cost Explorer told them when the account was connected."""
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for pk, month in whole.items():
        alike[month].append(pk)
    before = Q()
    for month, accounts in alike.items():
        before |= Q(account_id__in=accounts, month__lt=month)
    rows = BilledMonth.objects.filter(before, month__gte=oldest).order_by().values_list("currency", "service", "month")
    for currency, service, month, amount in rows.annotate(amount=Sum(query.basis.value)):
        _add(found, currency, service, month, amount)


def _add(found: Found, currency: str, service: str, month: int, amount: Decimal) -> None:
    if amount:
        months = found[currency][service]
        months[month] = months.get(month, Decimal(0)) + amount


def _table(currency: str, services: Mapping[str, Mapping[int, Decimal]], newest: int) -> MonthTable:
    first = min(month for months in services.values() for month in months)
    span = range(first, newest + 1)
    rows = [
        MonthRow(service or "Not named", tuple(months.get(month, Decimal(0)) for month in span))
        for service, months in services.items()
    ]
    return MonthTable(
        currency=currency,
        months=tuple(map(first_day, span)),
        rows=tuple(sorted(rows, key=lambda row: (-sum(row.amounts), row.label))),
        totals=tuple(sum(column, Decimal(0)) for column in zip(*(row.amounts for row in rows), strict=True)),
    )
