"""spend.*: pages over 24 months × 200 services and usage types × 50 accounts; back-tests of what is foretold.

Bills are seeded (bench/bills.py): spikes over fifty bills, the day of a cap seven days before, and sums of two weeks
against repeating the last day and the last week.
"""

import sys
from collections.abc import Callable
from datetime import timedelta

import numpy as np
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import dataset
from bench.bills import TODAY, scenario, whole
from bench.measure import Result, median, report
from dashboard.access.roles import EVERYTHING
from dashboard.inventory.models import Account
from dashboard.spend.amounts import DAYS, month_of, pack
from dashboard.spend.forecast import expected, forecast, naive, seasonal_naive
from dashboard.spend.found import Basis, Cut, SpendQuery
from dashboard.spend.models import CostMonth
from dashboard.spend.projection import cap_hit
from dashboard.spend.read.settled import month_figures, spend_tables
from dashboard.spend.unexpected import Limits, rises
from dashboard.spend.write.sums import keep_sums

NOW = dataset.NOW
SERVICES, USAGES = 20, 10
AHEAD = 14
GOAL = 0.06


def build(accounts: int, months: int) -> None:
    """Rows as collecting writes them: services, and usage types of each, packed by month."""
    random, newest = np.random.default_rng(1), month_of(NOW.date())
    for number in range(accounts):
        account = Account.objects.create(name=f"bench-{number}", account_id=f"{number + 1:012}", regions=["eu-west-1"])
        pairs = [(f"Service {one}", "") for one in range(SERVICES)]
        pairs += [(f"Service {one}", f"EU-usage-{one}-{kind}") for one in range(SERVICES) for kind in range(USAGES)]
        for month in range(newest - months + 1, newest + 1):
            packed = [pack(random.integers(0, 10**11, DAYS)) for _ in pairs]
            CostMonth.objects.bulk_create(
                CostMonth(
                    account=account, pair=CostMonth.Pair.USAGE_TYPE if usage else CostMonth.Pair.SERVICE, first=service,
                    second=usage, month=month, currency="USD", unblended=one, amortized=one,
                )
                for (service, usage), one in zip(pairs, packed, strict=True)
            )  # fmt: skip
        with transaction.atomic():
            keep_sums(account, {})


def measure_reads() -> None:
    """What the page of spend reads: its table of a month and of two years, and the month's figures."""
    today = NOW.date()
    for name, cut, days in (
        ("service_30d", Cut.SERVICE, 30), ("usage_type_30d", Cut.USAGE_TYPE, 30), ("service_24m", Cut.SERVICE, 720),
    ):  # fmt: skip
        query = SpendQuery(EVERYTHING, cut, Basis.UNBLENDED, (today - timedelta(days=days), today))
        _measure(name, lambda query=query: spend_tables(query, NOW))  # type: ignore[misc] # bound at once
    _measure("month", lambda: month_figures(EVERYTHING, Basis.UNBLENDED, frozenset(), NOW))


def _measure(name: str, read: Callable[[], object]) -> None:
    with CaptureQueriesContext(connection) as asked:
        read()
    seconds = median(read, 5)
    identity, queries = f"spend.read.{name}.{connection.vendor}", f"{len(asked)} queries"
    report(Result(identity, seconds * 1000, "ms", queries, goal="≤ 60 ms", met=seconds <= GOAL))


def measure_spikes(bills: int) -> None:
    """Of rises told how many are real, and of real ones how many are told."""
    right = told = real = 0
    for seed in range(bills):
        made = scenario(seed)
        days = {one.day for one in rises(made.bill, Limits(0.2, 5.0), TODAY - timedelta(days=21))}
        right, told, real = right + len(days & made.spikes), told + len(days), real + len(made.spikes)
    for name, share in (("precision", right / max(told, 1)), ("recall", right / max(real, 1))):
        report(Result(f"spend.spike.{name}", share, "", f"{bills} bills", goal="≥ 0.9", met=share >= 0.9))


def measure_caps(bills: int) -> None:
    """Days between the day of a cap and the one told seven days before it."""
    off = []
    for seed in range(bills):
        days = whole(seed)
        limit, spent = float(days[-30:].sum()) - 1.0, float(days[-30:-7].sum())
        ahead = forecast(days[:-7], TODAY - timedelta(days=8), AHEAD)
        hit = cap_hit(limit, spent, TODAY - timedelta(days=8), ahead.daily) if ahead else None
        off.append(abs((hit.day - TODAY).days + 1) if hit and hit.day else AHEAD)
    share = sum(one <= 1 for one in off) / len(off)
    versus = f"{share:.0%} of {bills} bills within one day"
    report(Result("spend.cap_day.error", float(np.mean(off)), "days", versus, goal="≤ 1 day", met=max(off) <= 1))


def measure_forecasts(bills: int) -> None:
    """Mean absolute share by which sums of two weeks are off."""
    off: dict[str, list[float]] = {"ours": [], "naive": [], "seasonal_naive": []}
    for seed in range(bills):
        days, newest = whole(seed), TODAY - timedelta(days=AHEAD + 1)
        for name, method in (("ours", expected), ("naive", naive), ("seasonal_naive", seasonal_naive)):
            off[name].append(abs(method(days[:-AHEAD], newest, AHEAD).sum() / days[-AHEAD:].sum() - 1))
    ours = float(np.mean(off["ours"]))
    for name in ("naive", "seasonal_naive"):
        theirs = float(np.mean(off[name]))
        versus = f"{name} is off by {theirs:.2%}"
        report(
            Result(f"spend.forecast.{name}", ours * 100, "%", versus, ours / theirs, goal="below it", met=ours < theirs)
        )


def main() -> None:
    """Run the group."""
    quick = "--quick" in sys.argv
    bills = 20 if quick else 100
    measure_spikes(50)
    measure_caps(bills)
    measure_forecasts(bills)
    build(*((5, 6) if quick else (50, 24)))
    measure_reads()


if __name__ == "__main__":
    main()
