"""Money of a period: the newest settled days, the month, caps, what nobody expected, what burns now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings

from dashboard.digests.content import (
    BudgetItem,
    BurnItem,
    CurrencySpend,
    SpendDay,
    SpendMover,
    SpendNews,
    UnexpectedItem,
)
from dashboard.digests.read.selection import Selection
from dashboard.spend.found import Basis, BudgetStatus, Cut, MonthFigures, SpendQuery, SpendRow, SpendTable, Unexpected
from dashboard.spend.read.anomalies import unexpected
from dashboard.spend.read.budgets import budget_statuses
from dashboard.spend.read.burn import runaways
from dashboard.spend.read.settled import month_figures, spend_tables

DRAWN = 14
"""Days of the bars; more when the period has more."""
LONGEST = 62
NOW_FOR = timedelta(hours=6)
"""After a period's end; later, what burns is no part of it."""
TROUBLE = ("critical", "warning")
SETTLES = timedelta(days=2)
"""Without a word from AWS, days before that count as final."""


def spend_news(about: Selection, now: datetime) -> SpendNews | None:
    """None for those who may not see money."""
    if not about.scope.money:
        return None
    at = min(about.window.end, now)
    figures = month_figures(about.scope, Basis.UNBLENDED, about.plan.accounts, at)
    days = min(max(round(about.window.length / timedelta(days=1)), 1), LONGEST)
    end = _settled_end(figures, at)
    window = (end - timedelta(days=days), end)
    tables = _tables(about, window, now)
    drawn = {
        table.currency: table for table in _tables(about, (end - timedelta(days=max(DRAWN, days)), end), now)
    }  # fmt: skip
    return SpendNews(
        currencies=[
            _currency(table, drawn.get(table.currency), _figures_of(figures, table.currency, about), about, window)
            for table in tables
        ],
        budgets=_budgets(budget_statuses(about.scope, at)) if not about.plan.of_stacks else (),
        unexpected=[_unexpected(one) for one in _concerning(about, unexpected(about.scope, window[0], at.date()))],
        burning=_burning(about, now),
        days=days,
        problem=next((one.problem for one in figures if one.problem), ""),
        href=page("/spend/", window),
        budgets_href=f"{settings.SITE_URL}/spend/budgets/",
        live_href=f"{settings.SITE_URL}/spend/live/",
    )


def _burning(about: Selection, now: datetime) -> list[BurnItem]:
    """What burns now; of a period long over nothing is known any more."""
    if now - about.window.end > NOW_FOR:
        return []
    href = f"{settings.SITE_URL}/spend/live/"
    return [BurnItem(one.resource, one.sentence, href) for one in runaways(about.scope, now, about.stack_ids)]


def page(path: str, window: tuple[date, date], by: Cut = Cut.SERVICE, drill: Mapping[str, str] | None = None) -> str:
    """The page of spend over those days; the last day is named."""
    last = window[1] - timedelta(days=1)
    query = {
        "period": "custom",
        "since": window[0].isoformat(),
        "until": last.isoformat(),
        "by": by.value,
        **(drill or {}),
    }
    return f"{settings.SITE_URL}{path}?{urlencode(query)}"


def _settled_end(figures: Sequence[MonthFigures], at: datetime) -> date:
    """The day after the newest that is final: days of a bill still grow for a while."""
    settled = max((one.settled_until for one in figures if one.settled_until), default=at.date() - SETTLES)
    return min(settled + timedelta(days=1), at.date())


def _tables(about: Selection, window: tuple[date, date], now: datetime) -> tuple[SpendTable, ...]:
    """By service; where the digest is about some stacks alone, by those."""
    plan = about.plan
    cut = Cut.STACK if plan.of_stacks else Cut.SERVICE
    found = spend_tables(SpendQuery(about.scope, cut, Basis.UNBLENDED, window, accounts=plan.accounts), now)
    return tuple(_of_stacks(table, about) for table in found) if plan.of_stacks else found


def _of_stacks(table: SpendTable, about: Selection) -> SpendTable:
    """The rows of the digest's stacks alone."""
    rows = tuple(row for row in table.rows if row.stack_id in about.stacks)
    total = sum((row.amount for row in rows), Decimal(0))
    before = sum((row.before for row in rows), Decimal(0))
    return replace(table, rows=rows, total=total, before=before)


def _currency(
    table: SpendTable,
    drawn: SpendTable | None,
    month: MonthFigures | None,
    about: Selection,
    window: tuple[date, date],
) -> CurrencySpend:
    return CurrencySpend(
        currency=table.currency,
        period=table.total,
        before=table.before,
        days=_days(drawn, month.settled_until if month else None) if drawn else (),
        movers=[_mover(row, window) for row in table.rows],
        month_to_date=month.to_date if month else None,
        last_month=month.last_month if month else None,
        forecast_low=month.forecast_low if month else None,
        forecast=month.forecast if month else None,
        forecast_high=month.forecast_high if month else None,
        settled_until=month.settled_until if month else None,
    )


def _figures_of(figures: Sequence[MonthFigures], currency: str, about: Selection) -> MonthFigures | None:
    """Figures of the month are of everything that somebody may see: of a part there are none."""
    if about.plan.of_stacks:
        return None
    return next((one for one in figures if one.currency == currency), None)


def _days(table: SpendTable, settled: date | None) -> list[SpendDay]:
    """AWS calls all days of a running month estimated; those up to the newest settled one hardly change any more."""
    return [
        SpendDay(
            day=day,
            amount=sum((row.daily[at] for row in table.rows), Decimal(0)),
            estimated=settled is not None and day > settled,
        )
        for at, day in enumerate(table.days)
    ]


def _mover(row: SpendRow, window: tuple[date, date]) -> SpendMover:
    drill = row.drill or {}
    by = Cut.USAGE_TYPE if drill else Cut.STACK
    return SpendMover(row.label, row.amount, row.before, page("/spend/", window, by, drill))


def _budgets(found: Sequence[BudgetStatus]) -> list[BudgetItem]:
    """Those in trouble, and those whose cap is in sight; the worst first."""
    told = [one for one in found if one.state in TROUBLE or one.cap_day]
    told.sort(key=lambda one: (TROUBLE.index(one.state) if one.state in TROUBLE else len(TROUBLE), -one.used))
    return [
        BudgetItem(
            one.name, one.sentence, one.state, one.used, one.cap_day, f"{settings.SITE_URL}/spend/budgets/{one.id}/"
        )
        for one in told
    ]


def _concerning(about: Selection, found: Sequence[Unexpected]) -> list[Unexpected]:
    """What is about the digest's stacks, where it is about some alone."""
    if not about.plan.of_stacks and not about.plan.accounts:
        return list(found)
    names = {stack.name for stack in about.stacks.values()}
    return [one for one in found if one.cut is Cut.STACK and one.where in names]


def _unexpected(one: Unexpected) -> UnexpectedItem:
    window = (one.day, one.day + timedelta(days=1))
    return UnexpectedItem(one.where, one.sentence, one.extra, one.currency, page("/spend/", window, one.cut))
