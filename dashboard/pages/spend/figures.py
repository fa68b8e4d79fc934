"""The figures on top of the spend page: this month, where it ends, last month, now, and the nearest cap."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from dashboard.core.money import format_money
from dashboard.core.units import Unit, format_value
from dashboard.pages.context import page_address
from dashboard.pages.figures import NOTABLE, Tile
from dashboard.pages.freshness import Fresh
from dashboard.spend.found import BudgetStatus, MonthFigures
from dashboard.spend.live import Burn

STALE = timedelta(hours=36)
"""Cost Explorer's figures are a day old at best; older than this, collecting has stopped."""
TONES = {"critical": "critical", "warning": "warning"}


def amount(value: Decimal) -> str:
    """An amount without its currency."""
    return format_money(value, "").strip()


def span(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """'312 to 340 USD'; blank when an end is missing."""
    if low is None or high is None:
        return ""
    return f"{amount(low)} to {format_money(high, currency)}"


def rise(now: Decimal, before: Decimal) -> float | None:
    """Change as a share; None against nothing."""
    return float((now - before) / before) if before > 0 else None


def cost_trend(share: float | None, versus: str) -> dict[str, Any] | None:
    """What the trend part shows: more is worse, small changes are neither."""
    if share is None:
        return None
    return {"share": share, "good": None if abs(share) < NOTABLE else share < 0, "versus": versus}


def fresh_of(found: MonthFigures, now: datetime) -> Fresh:
    """How old the settled figures are."""
    if found.collected_at is None:
        return Fresh(None, "never", found.problem or "waiting for the first collection", "Cost Explorer")
    stale = found.problem or now - found.collected_at > STALE
    return Fresh(found.collected_at, "stale" if stale else "fresh", found.problem, "Cost Explorer")


def month_tiles(found: MonthFigures, now: datetime) -> list[Tile]:
    """The month so far, its end, and the one before. Nothing collected is no figure, never zero."""
    if found.collected_at is None and not found.to_date and not found.last_month:
        return [
            Tile(label=one, value=None) for one in ("Month to date", "Month end, forecast", "Last month, same days")
        ]
    settled = (
        f"settled until {found.settled_until.day} {found.settled_until:%b}" if found.settled_until else "estimated"
    )
    same, whole = found.last_month_same_days, found.last_month
    return [
        Tile(
            label="Month to date",
            value=amount(found.to_date),
            unit=found.currency,
            detail=settled,
            trend=cost_trend(rise(found.to_date, same), "the same days of last month") if same is not None else None,
            fresh=fresh_of(found, now),
        ),
        _forecast_tile(found),
        Tile(
            label="Last month, same days",
            value=None if same is None else amount(same),
            unit=found.currency if same is not None else "",
            detail=f"{format_money(whole, found.currency)} in all" if whole is not None else "",
        ),
    ]


def _forecast_tile(found: MonthFigures) -> Tile:
    """Our forecast with its range and its measured error, AWS's beside it."""
    label = "Month end, forecast"
    others = []
    if found.aws_forecast is not None:
        others.append(f"AWS says {format_money(found.aws_forecast, found.currency)}")
    if found.forecast is None:
        return Tile(label=label, value=None, detail=" · ".join(["too few days so far", *others]))
    parts = [span(found.forecast_low, found.forecast_high, found.currency)]
    if found.forecast_error is not None:
        parts.append(f"usually {format_value(found.forecast_error, Unit.SHARE)} off")
    return Tile(
        label=label,
        value=amount(found.forecast),
        unit=found.currency,
        detail=" · ".join([one for one in parts if one] + others),
    )


def live_tile(found: Burn) -> Tile:
    """Money per hour now, with how far such estimates were off from settled bills."""
    parts = [f"{format_money(found.today, found.currency)} today"]
    if found.error is not None:
        parts.append(f"usually {format_value(found.error, Unit.SHARE)} off")
    usual = found.normal_per_hour
    return Tile(
        label="Burn rate now",
        value=amount(found.per_hour),
        unit=f"{found.currency}/h",
        detail=" · ".join(parts),
        href=page_address("spend_live"),
        trend=cost_trend(rise(found.per_hour, usual), "this hour of a usual week") if usual is not None else None,
    )


def cap_tile(budgets: Sequence[BudgetStatus], today: date) -> Tile:
    """The nearest cap: its day, or how much is used."""
    label, address = "Nearest budget cap", page_address("budgets")
    nearest = nearest_cap(budgets)
    if nearest is None:
        return Tile(label=label, value="None", detail="no budget is set yet", href=address)
    link = reverse("budget", args=[nearest.id])
    tone = TONES.get(nearest.state, "")
    if nearest.limit and nearest.actual >= nearest.limit:
        return Tile(
            label="Cap reached", value=_percent(nearest.used), unit="used", detail=nearest.name, href=link, tone=tone
        )
    if nearest.cap_day is None:
        told = nearest.name
        if nearest.forecast is not None:
            told = f"{nearest.name}: not reached by {say(nearest.end - timedelta(days=1))}"
        return Tile(label=label, value=_percent(nearest.used), unit="used", detail=told, href=link, tone=tone)
    return Tile(
        label="Next budget cap",
        value=say(nearest.cap_day),
        detail=f"{say_until(nearest.cap_day, today)} · {nearest.name}, {_percent(nearest.used)} used",
        href=link,
        tone=tone,
    )


def nearest_cap(budgets: Sequence[BudgetStatus]) -> BudgetStatus | None:
    """The budget whose cap is reached first; one that is passed already comes before all. None without budgets."""
    return min(budgets, key=_urgency, default=None)


def _urgency(one: BudgetStatus) -> tuple[bool, date, float]:
    passed = bool(one.limit) and one.actual >= one.limit
    return (not passed, one.cap_day or date.max, -one.used)


def _percent(share: float) -> str:
    return format_value(share, Unit.SHARE)


def say(day: date) -> str:
    """'Thu 26 Nov'."""
    return f"{day:%a} {day.day} {day:%b}"


def say_until(day: date, today: date) -> str:
    """'today', 'tomorrow', 'in 3 days', '2 days ago'."""
    days = (day - today).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    return f"in {days} days" if days > 0 else "yesterday" if days == -1 else f"{-days} days ago"
