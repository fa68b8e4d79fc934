"""What AWS has billed, for pages: tables with what it was before, and the figures of the running month."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db.models import QuerySet

from dashboard.access.roles import Scope
from dashboard.inventory.models import Account
from dashboard.polls.models import Target
from dashboard.spend.amounts import SCALE, Units, month_of, to_amount
from dashboard.spend.asking import months_back
from dashboard.spend.baseline import WEEK, WEEKS, normals
from dashboard.spend.forecast import Forecast, forecast
from dashboard.spend.found import Basis, Cut, MonthFigures, SpendQuery, SpendRow, SpendTable
from dashboard.spend.models import AwsForecast, BilledDay
from dashboard.spend.read.days import BY_STACK, Span, Stacks, account_totals, crossed, crosses, daily, stacks_of

LEARNT = timedelta(days=WEEK * WEEKS)
SETTLES = timedelta(days=2)
"""AWS's bill of a day is nearly whole after two (Cost Explorer refreshes at least once in 24 hours)."""
LABELS = {Cut.STACK: "No stack tag", Cut.ENVIRONMENT: "No environment", Cut.TEAM: "No team", Cut.REGION: "No region"}


def spend_tables(query: SpendQuery, now: datetime) -> tuple[SpendTable, ...]:
    """One table per currency, the one with most spend first."""
    if not query.scope.money:
        return ()
    start, end = query.window
    length = end - start
    span, stacks = Span(min(start - length, start - LEARNT), end), stacks_of(query)
    found = daily(query, span, stacks)
    names = _account_names() if query.cut is Cut.ACCOUNT else {}
    estimated_from = first_estimated(query.accounts)
    tables = [_table(query, span, currency, keys, stacks, names, estimated_from) for currency, keys in found.items()]
    return tuple(sorted(tables, key=lambda table: -table.total))


def spend_table(query: SpendQuery, now: datetime) -> SpendTable | None:
    """The table of the currency with most spend; None where nothing was billed."""
    return next(iter(spend_tables(query, now)), None)


def crossed_tables(query: SpendQuery, columns: Cut) -> dict[str, dict[tuple[str, str], Decimal]]:
    """Amounts by currency, and by the keys of the cut and of a second one; empty where the bill doesn't tell both."""
    if not query.scope.money or not crosses(query.cut, columns):
        return {}
    return {
        currency: {keys: to_amount(units) for keys, units in cells.items()}
        for currency, cells in crossed(query, columns).items()
    }


def _account_names() -> dict[str, str]:
    return dict(Account.objects.values_list("account_id", "name"))


def _table(  # noqa: PLR0917 - what a table is made of
    query: SpendQuery,
    span: Span,
    currency: str,
    keys: dict[str, Units],
    stacks: Stacks,
    names: dict[str, str],
    estimated_from: date | None,
) -> SpendTable:
    length = (query.window[1] - query.window[0]).days
    whole: Units = np.stack(list(keys.values())).sum(axis=0)
    total = int(whole[-length:].sum())
    rows = [_row(query, key, units, length, total, stacks, names) for key, units in keys.items()]
    rows = [row for row in rows if row.amount or row.before]
    _, low, high = normals(whole / float(SCALE))
    return SpendTable(
        rows=tuple(sorted(rows, key=lambda row: (-row.amount, row.label))),
        total=to_amount(total),
        before=to_amount(whole[-2 * length : -length].sum()),
        currency=currency,
        days=span.days[-length:],
        estimated_from=estimated_from if estimated_from and estimated_from < query.window[1] else None,
        untagged=to_amount(keys[""][-length:].sum()) if query.cut in BY_STACK and "" in keys else None,
        normal_low=_band(low[-length:]),
        normal_high=_band(high[-length:]),
    )


def _band(values: Iterable[float]) -> tuple[Decimal | None, ...]:
    return tuple(None if np.isnan(value) else Decimal(f"{value:.4f}") for value in values)


def _row(  # noqa: PLR0917 - what a row is made of
    query: SpendQuery, key: str, units: Units, length: int, total: int, stacks: Stacks, names: dict[str, str]
) -> SpendRow:
    amount, before = int(units[-length:].sum()), int(units[-2 * length : -length].sum())
    return SpendRow(
        key=key,
        label=names.get(key, key) or LABELS.get(query.cut, "Not named"),
        amount=to_amount(amount),
        before=to_amount(before),
        change=(amount - before) / before if before > 0 else None,
        share=amount / total if total else 0.0,
        daily=tuple(to_amount(day) for day in units[-length:]),
        stack_id=stacks.by_name[key][0] if query.cut is Cut.STACK and key in stacks.by_name else None,
        drill={query.cut.value: key} if key else None,
    )


def first_estimated(accounts: frozenset[int]) -> date | None:
    """The first day of which AWS says that it may still change."""
    return _days(accounts).filter(estimated=True).order_by("day").values_list("day", flat=True).first()


def month_figures(scope: Scope, basis: Basis, accounts: frozenset[int], now: datetime) -> tuple[MonthFigures, ...]:
    """The running month, one entry per currency; empty for who may not see money."""
    if not scope.money:
        return ()
    today = now.date()
    span = Span(months_back(today, 2), today + timedelta(days=1))
    names = None if scope.everything else set(stacks_of(_everything(scope, basis, span)).by_name)
    totals = account_totals(accounts, scope.everything, basis, span, names)
    problem, collected_at = _state(accounts)
    settled = _settled_until(accounts)
    expected = _aws_forecasts(accounts, today) if names is None and basis is Basis.UNBLENDED else {}
    return tuple(
        _figures(currency, units, span, today, expected.get(currency), settled, collected_at, problem)
        for currency, units in sorted(totals.items(), key=lambda one: -int(one[1].sum()))
    )


def _everything(scope: Scope, basis: Basis, span: Span) -> SpendQuery:
    return SpendQuery(scope, Cut.STACK, basis, (span.start, span.end))


def _figures(  # noqa: PLR0917 - what the figures are made of
    currency: str,
    units: Units,
    span: Span,
    today: date,
    aws: tuple[Decimal, Decimal, Decimal] | None,
    settled_until: date | None,
    collected_at: datetime | None,
    problem: str,
) -> MonthFigures:
    first, last = today.replace(day=1), months_back(today, 1)
    at, before = (first - span.start).days, (last - span.start).days
    to_date = to_amount(units[at:].sum())
    same_days = min((today - first).days + 1, at - before)
    whole, came = month_forecast(units, span, today)
    return MonthFigures(
        currency=currency,
        to_date=to_date,
        last_month=to_amount(units[before:at].sum()),
        last_month_same_days=to_amount(units[before : before + same_days].sum()),
        forecast_low=_plus(came, whole, whole.low) if whole else None,
        forecast=_plus(came, whole, 1.0) if whole else None,
        forecast_high=_plus(came, whole, whole.high) if whole else None,
        forecast_error=whole.error if whole else None,
        aws_forecast=to_date + aws[0] if aws else None,
        aws_low=to_date + aws[1] if aws else None,
        aws_high=to_date + aws[2] if aws else None,
        settled_until=settled_until,
        collected_at=collected_at,
        problem=problem,
    )


def month_forecast(units: Units, span: Span, today: date, end: date | None = None) -> tuple[Forecast | None, Decimal]:
    """What is expected from the first unsettled day until a day (the month's end), and what settled before it."""
    newest = today - SETTLES
    following = end or months_back(today, -1)
    known = units[: (newest - span.start).days + 1] / float(SCALE)
    begun = np.flatnonzero(known)
    came = to_amount(units[(today.replace(day=1) - span.start).days : (newest - span.start).days + 1].sum())
    if not len(begun):
        return None, came
    return forecast(known[begun[0] :], newest, (following - newest).days - 1), came


def _plus(came: Decimal, found: Forecast, share: float) -> Decimal:
    return came + Decimal(f"{found.total * share:.4f}")


def _aws_forecasts(accounts: frozenset[int], today: date) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """AWS's mean and range of what is still to come this month, over the accounts; only where all have one."""
    rows = AwsForecast.objects.filter(month=month_of(today))
    rows = rows.filter(account_id__in=accounts) if accounts else rows
    found: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for currency, mean, low, high in rows.values_list("currency", "mean", "low", "high"):
        before = found.get(currency, (Decimal(0), Decimal(0), Decimal(0)))
        found[currency] = before[0] + mean, before[1] + low, before[2] + high
    return found


def _settled_until(accounts: frozenset[int]) -> date | None:
    return _days(accounts).filter(estimated=False).order_by("-day").values_list("day", flat=True).first()


def _days(accounts: frozenset[int]) -> QuerySet[BilledDay]:
    rows = BilledDay.objects.all()
    return rows.filter(account_id__in=accounts) if accounts else rows


def _state(accounts: frozenset[int]) -> tuple[str, datetime | None]:
    """What is wrong with reading costs, and when they were read last everywhere."""
    targets: Sequence[Target] = [
        target
        for target in Target.objects.filter(source=Target.Source.COSTS).select_related("account")
        if not accounts or target.account_id in accounts
    ]
    failed = [target for target in targets if target.last_error]
    problem = f"{failed[0].account.name}: {failed[0].last_error_text}" if failed else ""
    read = [target.last_success_at for target in targets if target.last_success_at]
    return problem, min(read, default=None)
