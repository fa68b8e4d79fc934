"""Money in words: what the period cost, where the month ends, which caps are hit, what nobody expected."""

from decimal import Decimal

from dashboard.digests.content import BudgetItem, CurrencySpend, SpendMover, SpendNews
from dashboard.digests.document import Block, Line, News, Section, Tile
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import plural

MOST_MOVERS, MOST_BUDGETS, MOST_UNEXPECTED, MOST_BURNING, MOST_DAYS = 5, 5, 5, 5, 31
NEWSWORTHY_CHANGE = 0.1
"""Share by which a period's spend must change to be in the subject."""


def section(found: SpendNews, writer: Writer) -> Section:
    """Money of the period."""
    blocks = [
        Block("Budgets", [_budget_line(one) for one in found.budgets[:MOST_BUDGETS]],
              max(len(found.budgets) - MOST_BUDGETS, 0), found.budgets_href),
        Block("Burning now", [Line(one.name, detail=one.sentence, tone="warning", word="unusual", href=one.href)
                              for one in found.burning[:MOST_BURNING]],
              max(len(found.burning) - MOST_BURNING, 0), found.live_href),
        _unexpected(found, writer),
        *(block for one in found.currencies for block in (_movers(one, found, writer), _days(one, writer))),
    ]  # fmt: skip
    return Section(
        key="spend",
        title="Spend",
        sentence=_sentence(found, writer),
        blocks=[block for block in blocks if block.lines],
        href=found.href,
        quiet=not (found.currencies or found.budgets or found.unexpected or found.burning),
    )


def tiles(found: SpendNews, writer: Writer) -> list[Tile]:
    """Month to date and forecast of the first currency."""
    first = next(iter(found.currencies), None)
    if first is None or first.month_to_date is None:
        return []
    made = [Tile("Month to date", writer.money(first.month_to_date, first.currency), _period_change(first, writer),
                 href=found.href)]  # fmt: skip
    if first.forecast is not None:
        capped = next((one for one in found.budgets if one.state in {"critical", "warning"}), None)
        made.append(
            Tile("Month's end", writer.money(first.forecast, first.currency), _range(first, writer),
                 capped.state if capped else "", found.href)
        )  # fmt: skip
    return made


def news(found: SpendNews, writer: Writer) -> list[News]:
    """For the subject: caps, what burns, what was unexpected, and the change."""
    told: list[News] = []
    for one in [one for one in found.budgets if one.state in {"critical", "warning"}][:1]:
        when = f" on {writer.short_day(one.cap_day)}" if one.cap_day else ""
        rank = 2 if one.state == "critical" else 4
        told.append(News(rank, f"{one.name} hits its cap{when}" if when else f"{one.name} over its cap", one.state))
    if found.burning:
        told.append(News(2, f"{found.burning[0].name} is burning money", "critical"))
    for spent in found.currencies[:1]:
        change = _change(spent)
        if change is not None and abs(change) >= NEWSWORTHY_CHANGE:
            told.append(News(5, f"spend {writer.change(change)}", "warning" if change > 0 else ""))
    if found.unexpected and not any(one.rank == 5 for one in told):
        told.append(
            News(5, f"{plural(len(found.unexpected), 'spend anomaly').replace('anomalys', 'anomalies')}", "warning")
        )
    return told


def _change(one: CurrencySpend) -> float | None:
    return float(one.period / one.before) - 1 if one.period is not None and one.before else None


def _period_change(one: CurrencySpend, writer: Writer) -> str:
    change = _change(one)
    return f"period {writer.change(change)} against the one before" if change is not None else ""


def _range(one: CurrencySpend, writer: Writer) -> str:
    if one.forecast_low is None or one.forecast_high is None:
        return "forecast"
    return f"{writer.money(one.forecast_low, one.currency)} to {writer.money(one.forecast_high, one.currency)}"


def _sentence(found: SpendNews, writer: Writer) -> str:
    said = [_said(one, found.days, writer) for one in found.currencies]
    if not said:
        return found.problem or "No settled cost is known for this period."
    return " ".join([*said, found.problem]).strip()


def _said(one: CurrencySpend, days: int, writer: Writer) -> str:
    over = f"over {days} settled days" if days > 1 else "on the newest settled day"
    than = f"the {days} before" if days > 1 else "the day before"
    parts = []
    if one.period is not None and days:
        change = _change(one)
        against = f", {writer.change(change)} against {than}" if change is not None else ""
        parts.append(f"{writer.money(one.period, one.currency)} {over}{against}")
    if one.month_to_date is not None:
        parts.append(f"{writer.money(one.month_to_date, one.currency)} this month so far")
    if one.forecast is not None:
        last = f", last month {writer.money(one.last_month, one.currency)}" if one.last_month is not None else ""
        parts.append(f"{writer.money(one.forecast, one.currency)} expected by its end ({_range(one, writer)}){last}")
    return "; ".join(parts) + "." if parts else ""


def _budget_line(one: BudgetItem) -> Line:
    tone = one.state if one.state in {"critical", "warning", "ok"} else "unknown"
    return Line(
        title=one.name,
        figure=f"{one.used * 100:.0f} % used",
        detail=one.sentence,
        tone=tone,
        word={"critical": "over or soon", "warning": "close", "ok": ""}.get(tone, "no data"),
        href=one.href,
        share=min(max(one.used, 0.0), 1.0),
    )


def _unexpected(found: SpendNews, writer: Writer) -> Block:
    lines = [
        Line(
            title=one.where,
            figure=f"+{writer.money(one.extra, one.currency)}",
            detail=one.sentence.removesuffix("."),
            tone="warning",
            word="unexpected",
            href=one.href,
        )
        for one in found.unexpected
    ]
    return Block("Unexpected", lines[:MOST_UNEXPECTED], max(len(lines) - MOST_UNEXPECTED, 0), found.href)


def _movers(one: CurrencySpend, found: SpendNews, writer: Writer) -> Block:
    changed = sorted((row for row in one.movers if row.extra), key=lambda row: abs(row.extra), reverse=True)
    lines = [_mover_line(row, one.currency, writer) for row in changed[:MOST_MOVERS]]
    return Block("Changed most", lines, max(len(changed) - MOST_MOVERS, 0), found.href)


def _mover_line(row: SpendMover, currency: str, writer: Writer) -> Line:
    sign = "+" if row.extra > 0 else "−"
    return Line(
        title=row.label,
        figure=f"{sign}{writer.money(abs(row.extra), currency)}",
        detail=f"{writer.money(row.before, currency)} → {writer.money(row.amount, currency)}",
        href=row.href,
    )


def _days(one: CurrencySpend, writer: Writer) -> Block:
    """Bars, a day each, that need no image."""
    most = max((day.amount for day in one.days), default=Decimal(0))
    if len(one.days) < 2 or most <= 0:
        return Block("", ())
    return Block(
        "Day by day",
        bars=True,
        lines=[
            Line(
                title=writer.short_day(day.day),
                figure=writer.money(day.amount, one.currency),
                share=float(max(day.amount, Decimal(0)) / most),
                word="not final" if day.estimated else "",
                faint=day.estimated,
            )
            for day in one.days[-MOST_DAYS:]
        ],
    )
