"""Pages: when is which cap reached? All budgets, the most urgent first, and one with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, Person, demand_money, has_role, scope_of
from dashboard.core.money import format_money
from dashboard.core.units import Unit, format_value
from dashboard.pages.context import page_address
from dashboard.pages.refresh import refreshable
from dashboard.pages.spend.course import draw_course
from dashboard.pages.spend.figures import say, say_until, span
from dashboard.spend.found import BudgetStatus
from dashboard.spend.read.budgets import budget_status, budget_statuses

WIDTH = 1000
DAY = timedelta(days=1)
ROOM = Decimal("1.04")
"""A bar is a little wider than the largest of what it shows, so that the cap's line is seen."""
PILLS = {
    "critical": ("critical", "Cap reached soon"),
    "warning": ("warning", "Cap ahead"),
    "ok": ("ok", "Within the cap"),
    "unknown": ("unknown", "Not known yet"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Places along a budget's bar, in thousandths of its width."""

    actual: int
    forecast: int
    forecast_high: int
    cap: int
    today: int


@dataclass(frozen=True, slots=True)
class Card:
    """A budget in words and as a bar."""

    status: BudgetStatus
    picture: Bar
    pill: str
    word: str
    span: str
    until: str
    pace: Decimal
    pace_words: str
    told: str

    @property
    def tone(self) -> str:
        """Colour of the card's edge."""
        return self.status.state if self.status.state in ("critical", "warning") else ""


@dataclass(frozen=True, slots=True)
class Past:
    """One period before."""

    day: date
    budgeted: Decimal
    actual: Decimal
    used: float | None
    over: bool
    width: int
    cap: int


@require_safe
@refreshable
def budgets(request: HttpRequest) -> HttpResponse:
    """Show every budget that the user may see."""
    demand_money(request.user)
    now = timezone.now()
    found = sorted(budget_statuses(scope_of(request.user), now), key=_urgency)
    context = {
        "budgets": [card_of(one, now) for one in found],
        "admin_url": _admin_address(request.user, "add"),
        "empty": _empty(request.user),
    }
    return render(request, "spend/budgets.html", context)


@require_safe
@refreshable
def budget(request: HttpRequest, ident: str) -> HttpResponse:
    """Show one budget with its history."""
    demand_money(request.user)
    now = timezone.now()
    found = budget_status(scope_of(request.user), ident, now)
    if found is None:
        raise Http404
    context = {
        "one": card_of(found, now),
        "course": draw_course(found, now.date()),
        "history": history_of([one for one in found.history if one[0] < found.start]),
        "admin_url": _admin_address(request.user, "changelist") if found.source == "own" else "",
    }
    return render(request, "spend/budget.html", context)


def _urgency(one: BudgetStatus) -> tuple[int, date, float]:
    return list(PILLS).index(one.state), one.cap_day or date.max, -one.used


def _admin_address(user: Person, action: str) -> str:
    return page_address(f"admin:dashboard_budget_{action}") if has_role(user, ADMIN) else ""


def _empty(user: Person) -> dict[str, str]:
    """What to do where there is no budget."""
    text = "A budget tells days ahead when its cap will be reached. Those of AWS Budgets appear by themselves"
    add = _admin_address(user, "add")
    if add:
        return {
            "title": "No budget yet",
            "text": f"{text}; own ones can be set for an account, a stack, a team or a service.",
            "url": add,
            "action": "Set a budget",
        }
    return {"title": "No budget yet", "text": f"{text}; an admin can set further ones."}


def card_of(one: BudgetStatus, now: datetime) -> Card:
    """A budget in words and as a bar."""
    today = now.date()
    passed = min(max((today - one.start) / max(one.end - one.start, timedelta(days=1)), 0.0), 1.0)
    pace = (one.limit * Decimal(passed)).quantize(Decimal("0.01"))
    pill, word = PILLS.get(one.state, PILLS["unknown"])
    if one.limit and one.actual >= one.limit:
        word = "Cap reached"
    return Card(
        status=one,
        picture=bar_of(one, pace),
        pill=pill,
        word=word,
        span=span(one.forecast_low, one.forecast_high, one.currency),
        until=say_cap(one, today),
        pace=pace,
        pace_words=f"{format_value(passed, Unit.SHARE)} of the time has passed",
        told=_told(one),
    )


def bar_of(one: BudgetStatus, pace: Decimal) -> Bar:
    """Actual, forecast, cap and even pace on one scale from zero."""
    high = one.forecast_high if one.forecast_high is not None else one.forecast
    widest = max(one.limit, one.actual, high or Decimal(0), pace, Decimal("0.000001")) * ROOM

    def place(amount: Decimal | None) -> int:
        return round(WIDTH * max(amount or Decimal(0), Decimal(0)) / widest)

    return Bar(place(one.actual), place(one.forecast), place(high), place(one.limit), place(pace))


def say_cap(one: BudgetStatus, today: date) -> str:
    """When the cap is reached: 'Thu 26 Nov, in 3 days'."""
    if one.limit and one.actual >= one.limit:
        return "reached"
    if one.cap_day is None:
        return f"not reached by {say(one.end - DAY)}" if one.forecast is not None else ""
    return f"{say(one.cap_day)}, {say_until(one.cap_day, today)}"


def _told(one: BudgetStatus) -> str:
    """The bar in a sentence."""
    forecast = "" if one.forecast is None else f", forecast {format_money(one.forecast, one.currency)}"
    return f"{format_money(one.actual, one.currency)} of {format_money(one.limit, one.currency)}{forecast}"


def history_of(periods: Sequence[tuple[date, Decimal, Decimal]]) -> list[Past]:
    """Periods before on one scale, newest first."""
    widest = max([Decimal("0.000001"), *(max(budgeted, actual) for _, budgeted, actual in periods)]) * ROOM
    return [
        Past(
            day=day,
            budgeted=budgeted,
            actual=actual,
            used=float(actual / budgeted) if budgeted else None,
            over=actual > budgeted,
            width=round(WIDTH * max(actual, Decimal(0)) / widest),
            cap=round(WIDTH * budgeted / widest),
        )
        for day, budgeted, actual in sorted(periods, reverse=True)
    ]
