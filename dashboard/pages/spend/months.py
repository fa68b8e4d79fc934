"""Page: how did the bill grow from month to month, and which service made it? And the same as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.pages.refresh import refreshable
from dashboard.pages.spend.asked import Asked, read_asked
from dashboard.pages.spend.figures import cost_trend, rise
from dashboard.pages.spend.pictures import Line, Picture, draw
from dashboard.pages.spend.table import plain, safe
from dashboard.spend.found import Cut, MonthRow, MonthTable
from dashboard.spend.read.months import monthly

LEAST_MOVED = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Month:
    """One month against the one before, and the service that moved most."""

    day: date
    total: Decimal
    runs: bool
    trend: dict[str, Any] | None
    mover: str
    extra: Decimal

    @property
    def size(self) -> Decimal:
        """What moved most, without its sign."""
        return abs(self.extra)


@dataclass(frozen=True, slots=True)
class Service:
    """One service with its months, and its newest whole month against the one before."""

    row: MonthRow
    trend: dict[str, Any] | None
    new: bool


@dataclass(frozen=True, slots=True)
class History:
    """One currency of the page."""

    table: MonthTable
    picture: Picture | None
    months: Sequence[Month]
    services: Sequence[Service]
    newest: str
    """The newest whole month: 'Oct 2026'; blank where none is."""


@require_safe
@refreshable
def spend_months(request: HttpRequest) -> HttpResponse:
    """Show what each month cost."""
    asked = read_asked(request)
    context = {
        "state": asked.state,
        "filters": asked.filters,
        "histories": [history_of(table) for table in tables_of(asked)],
        "csv_url": f"{reverse('spend_months_csv')}?{request.GET.urlencode()}",
        "all": asked.scope.everything,
    }
    return render(request, "spend/months.html", context)


@require_safe
def spend_months_csv(request: HttpRequest) -> HttpResponse:
    """The months as a file: every service, exact amounts."""
    asked = read_asked(request)
    answer = HttpResponse(to_csv(tables_of(asked), asked.state.basis.value), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="spend-by-month-{asked.now:%Y-%m}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def tables_of(asked: Asked) -> tuple[MonthTable, ...]:
    """Months by service: usage and fees, as past months were read without credits, refunds and tax."""
    return monthly(replace(asked.query, cut=Cut.SERVICE, credits=False), asked.now.date())


def history_of(table: MonthTable) -> History:
    """Put one currency together."""
    whole = len(table.months) - 1
    return History(
        table=table,
        picture=draw(
            table.months,
            [Line(row.label, row.amounts) for row in table.rows],
            estimated=table.months[-1:],
            say=say_month,
        ),
        months=[_month(table, at) for at in reversed(range(len(table.months)))],
        services=[_service(row, whole, table.months) for row in table.rows],
        newest=f"{table.months[whole - 1]:%b %Y}" if whole else "",
    )


def say_month(day: date) -> str:
    """'Nov', of January with its year."""
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def _month(table: MonthTable, at: int) -> Month:
    """The running month is not compared: it has fewer days."""
    runs, total = at == len(table.months) - 1, table.totals[at]
    moved = [(row.amounts[at] - row.amounts[at - 1], row.label) for row in table.rows] if at and not runs else []
    extra, mover = max(moved, key=lambda one: abs(one[0]), default=(Decimal(0), ""))
    return Month(
        day=table.months[at],
        total=total,
        runs=runs,
        trend=cost_trend(rise(total, table.totals[at - 1]), f"{table.months[at - 1]:%b %Y}") if moved else None,
        mover=mover if abs(extra) >= LEAST_MOVED else "",
        extra=extra,
    )


def _service(row: MonthRow, whole: int, months: Sequence[date]) -> Service:
    if whole < 2:
        return Service(row, None, new=False)
    now, before = row.amounts[whole - 1], row.amounts[whole - 2]
    return Service(row, cost_trend(rise(now, before), f"{months[whole - 2]:%b %Y}"), new=now > 0 >= before)


def to_csv(tables: Sequence[MonthTable], basis: str) -> str:
    """All services with every digit, and the total."""
    text = io.StringIO()
    writer = csv.writer(text)
    for table in tables:
        writer.writerow(["Service", "Currency", "Basis", *(f"{month:%Y-%m}" for month in table.months), "All"])
        for label, amounts in [*((safe(row.label), row.amounts) for row in table.rows), ("Total", table.totals)]:
            writer.writerow([label, table.currency, basis, *map(plain, amounts), plain(sum(amounts, Decimal(0)))])
    return text.getvalue()
