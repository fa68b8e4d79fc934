"""Digests to be written: a very bad day of any size, and a quiet one."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.digests.content import (
    AlertItem,
    AlertNews,
    BlindItem,
    BlindNews,
    BudgetItem,
    BurnItem,
    Content,
    CurrencySpend,
    DeployItem,
    DeployNews,
    Mover,
    MoverNews,
    NoisyItem,
    SloItem,
    SloNews,
    SpendDay,
    SpendMover,
    SpendNews,
    Traffic,
    UnexpectedItem,
)
from dashboard.digests.document import Document
from dashboard.digests.formats import LOCALES, Writer
from dashboard.digests.sections import EVERY
from dashboard.digests.words import worded

END = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
START = END - timedelta(days=1)
SITE = "https://ops.shop.example"


def minutes_ago(minutes: int) -> datetime:
    return END - timedelta(minutes=minutes)


def document(content: Content, locale: str = "en") -> Document:
    return worded(content, EVERY, Writer(LOCALES[locale], ZoneInfo("Europe/Berlin")))


def bad_day(stacks: int = 3, name: str = "checkout") -> Content:
    names = [f"{name}-{number}" for number in range(stacks)]
    return Content(
        "This morning", START, END, late=False, scope="", href=f"{SITE}/?range=custom",
        alerts=_alerts(names), slos=_slos(names), movers=_movers(names), deploys=_deploys(names), spend=_spend(names),
        collectors=_collectors(),
    )  # fmt: skip


def quiet_day() -> Content:
    return Content(
        "This morning", START, END, late=False, scope="", href=f"{SITE}/",
        alerts=AlertNews((), (), (), 0, (), f"{SITE}/alerts/", f"{SITE}/alerts/"),
        movers=MoverNews((), replace(_traffic(12), errors=24_000.0), 7, f"{SITE}/?compare=week"),
        deploys=DeployNews((), f"{SITE}/"),
        collectors=BlindNews((), 14, f"{SITE}/collectors/"),
    )  # fmt: skip


def _alerts(names: list[str]) -> AlertNews:
    still = [
        AlertItem(
            f"{name}-api", "16 % of requests fail, above 5 % for 15 min.", "critical" if number % 3 == 0 else "warning",
            name, minutes_ago(300 + number), minutes_ago(290 + number), None, number % 4 == 1, number % 2 * 3,
            f"{SITE}/alerts/{number}/",
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    passed = [
        AlertItem(
            f"{name}-fn", "p95 2.4 s, above 1 s for 15 min.", "warning", name, minutes_ago(900 + number),
            minutes_ago(890 + number), minutes_ago(850), False, 0, f"{SITE}/alerts/9{number}/",
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    noisy = NoisyItem("Functions: Errors", 7, 3, timedelta(hours=3), f"{SITE}/alerts/?view=noise")
    still.sort(key=lambda one: one.severity)
    resolved = f"{SITE}/alerts/?view=resolved"
    return AlertNews(still, passed, passed[:1], len(still) + len(passed), [noisy], f"{SITE}/alerts/", resolved)


def _slos(names: list[str]) -> SloNews:
    spent = SloItem("Checkout answers", names[0], 0.999, 0.9987, -0.3, "28 days", "critical", f"{SITE}/slos/1/")
    kept = SloItem("Search is fast", names[0], 0.99, 0.995, 0.5, "28 days", "ok", f"{SITE}/slos/2/")
    return SloNews([spent, kept], f"{SITE}/slos/")


def _traffic(stacks: int) -> Traffic:
    values = [0.002 + 0.03 * math.exp(-(((number - 60) / 6) ** 2)) for number in range(96)]
    before = [0.002 + 0.001 * math.sin(number / 5) for number in range(96)]
    return Traffic(stacks, stacks, 1.2e7, 1.1e7, 51_000.0, 22_000.0, 900, int(START.timestamp()), values, before)


def _movers(names: list[str]) -> MoverNews:
    worse = [
        Mover(name, "prod", "errors", 0.03, 0.002, 1.2e5, 3000.0, f"{SITE}/stacks/{number}/")
        if number % 2 == 0
        else Mover(name, "prod", "latency", 840.0, 300.0, 1.2e5, 300.0, f"{SITE}/stacks/{number}/")
        for number, name in enumerate(names)
    ]
    better = Mover("search", "prod", "latency", 120.0, 340.0, 5e4, -200.0, f"{SITE}/stacks/900/")
    return MoverNews([*worse, better], _traffic(len(names)), 7, f"{SITE}/?compare=week")


def _deploys(names: list[str]) -> DeployNews:
    results = ("rolled_back", "succeeded", "succeeded")
    verdicts = ("", "worse", "same")
    items = [
        DeployItem(
            name, minutes_ago(400 + number * 7), "update", results[number % 3], 4,
            "Resource limit exceeded" if number % 3 == 0 else "", 0.002, 0.03, 120.0, 180.0, verdicts[number % 3],
            f"{SITE}/stacks/{number}/#deploys",
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    return DeployNews(items, f"{SITE}/")


def _spend(names: list[str]) -> SpendNews:
    days = [SpendDay(date(2026, 11, 17) + timedelta(days=n), Decimal(380 + n * 9), estimated=n > 4) for n in range(6)]
    usd = CurrencySpend(
        "USD", Decimal("412.3"), Decimal("335.2"), days,
        [SpendMover(name, Decimal(210 + number), Decimal(140), f"{SITE}/spend/?service={number}")
         for number, name in enumerate(names)],
        Decimal("9123.4"), Decimal(11890), Decimal(11000), Decimal(12400), Decimal(13800), date(2026, 11, 21),
    )  # fmt: skip
    cap = "Cap reached on Thursday 26 November, in 3 days (25–28 November)"
    return SpendNews(
        [usd],
        [BudgetItem(f"All of {name}", cap, "critical", 0.93, date(2026, 11, 26), f"{SITE}/spend/budgets/") for name in names],  # noqa: E501
        [UnexpectedItem(name, f"{name} cost 212 USD, usually 140 USD.", Decimal(72), "USD", f"{SITE}/spend/")
         for name in names],
        [BurnItem(f"{name}-resizer", "Burns 14 USD per hour, usually 1.2, since Mon 03:10", f"{SITE}/spend/live/")
         for name in names],
        1, "", f"{SITE}/spend/", f"{SITE}/spend/budgets/", f"{SITE}/spend/live/",
    )  # fmt: skip


def _collectors() -> BlindNews:
    over = BlindItem("Shop", ["eu-west-1 Metrics, 5 minutes"], minutes_ago(300), minutes_ago(200), "")
    still = BlindItem("Billing", ["us-east-1 Traces"], minutes_ago(100), None, "xray:GetTraceSummaries is not allowed.")
    return BlindNews([still, over], 14, f"{SITE}/collectors/")
