"""What the overview shows of spend: the month against its next cap, and unexpected days in its timeline."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope
from dashboard.core.money import format_money
from dashboard.core.units import Unit, format_value
from dashboard.core.windows import Window
from dashboard.pages.figures import Tile
from dashboard.pages.refresh import refreshable
from dashboard.pages.spend.asked import read_asked
from dashboard.pages.spend.figures import amount, cost_trend, nearest_cap, rise, say, say_until
from dashboard.pages.spend.live import burn_tile
from dashboard.pages.timeline import Entry
from dashboard.spend.found import Basis, BudgetStatus, MonthFigures, Unexpected
from dashboard.spend.read.anomalies import unexpected
from dashboard.spend.read.budgets import budget_statuses
from dashboard.spend.read.settled import month_figures

DAY = timedelta(days=1)


@require_safe
@refreshable
def spend_tile(request: HttpRequest) -> HttpResponse:
    """A piece of the overview, fetched after it: the month to date against the next cap."""
    asked = read_asked(request)
    tile = month_tile(asked.scope, asked.picked, asked.now)
    return render(request, "spend/_tiles.html", {"tiles": [tile]})


@require_safe
@refreshable
def spend_burning(request: HttpRequest) -> HttpResponse:
    """A piece of the overview, fetched after it: what everything costs per hour now."""
    asked = read_asked(request)
    return render(request, "spend/_tiles.html", {"tiles": [burn_tile(asked.scope, asked.now)]})


def month_tile(scope: Scope, accounts: frozenset[int], now: datetime) -> Tile:
    """The month so far against the budget whose cap comes first; the largest currency where there are several."""
    figures = [one for one in month_figures(scope, Basis.UNBLENDED, accounts, now) if one.collected_at]
    if not figures:
        return Tile(label="Month to date", value=None, detail="Cost Explorer not read yet", href=reverse("spend"))
    largest = max(figures, key=lambda one: one.to_date)
    budgets = [one for one in budget_statuses(scope, now) if one.currency == largest.currency]
    return tile_of(largest, nearest_cap(budgets), now.date())


def tile_of(found: MonthFigures, nearest: BudgetStatus | None, today: date) -> Tile:
    """The tile: amount, and the day of the next cap."""
    share = rise(found.to_date, found.last_month_same_days)
    return Tile(
        label="Month to date",
        value=amount(found.to_date),
        unit=found.currency,
        detail=say_nearest(nearest, today) if nearest else "no budget set",
        href=reverse("spend"),
        tone=nearest.state if nearest and nearest.state == "warning" else "",
        trend=cost_trend(share, "the same days of last month"),
    )


def say_nearest(one: BudgetStatus, today: date) -> str:
    """'cap Thu 26 Nov, in 3 days'; without a day in sight how much of which budget is used."""
    if one.limit and one.actual >= one.limit:
        return f"{one.name}: cap reached"
    if one.cap_day is None:
        return f"{one.name}: {format_value(one.used, Unit.SHARE)} of {format_money(one.limit, one.currency)}"
    return f"cap {say(one.cap_day)}, {say_until(one.cap_day, today)}"


def rises_within(scope: Scope, window: Window) -> list[Entry]:
    """Unexpected spend of the days that a window touches, as entries of a timeline."""
    return rise_entries(unexpected(scope, window.start.date(), window.end.date() + DAY), window)


def rise_entries(found: Iterable[Unexpected], window: Window) -> list[Entry]:
    """A day has no hour: its entry stands at its end, or at the window's end while the day still runs."""
    return [
        Entry(
            at=min(datetime.combine(one.day + DAY, time.min, UTC) - timedelta(seconds=1), window.end),
            icon="anomaly",
            tone="" if one.resolved else "warning",
            title=f"{one.where}: {format_money(one.extra, one.currency)} more than normal on {say(one.day)}",
            detail=one.sentence,
            url=day_address(one),
        )
        for one in found
    ]


def day_address(one: Unexpected) -> str:
    """The spend page of that day's week, by what rose."""
    first = one.day - timedelta(days=6)
    asked = {"by": one.cut.value, "period": "custom", "since": first.isoformat(), "until": one.day.isoformat()}
    return f"{reverse('spend')}?{urlencode(asked)}"
