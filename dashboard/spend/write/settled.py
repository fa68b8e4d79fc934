"""What Cost Explorer answered, stored: a day that is read again is replaced, never added to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction

from dashboard.aws import CostDay, CostForecast, CostGroup
from dashboard.inventory.models import Account
from dashboard.spend.amounts import DAYS, month_of, pack, to_units, unpack
from dashboard.spend.models import AwsForecast, BilledDay, BilledMonth, CostMonth, CostSum
from dashboard.spend.write import sums
from dashboard.spend.write.sums import Both

Key = tuple[str, str, str, int]
"""First and second value, currency, month."""
KEPT_MONTHS = 25


@transaction.atomic
def store_days(
    account: Account,
    window: tuple[date, date],
    totals: Sequence[CostDay],
    answers: Mapping[str, Sequence[CostDay]],
    now: datetime,
) -> int:
    """Replace the days of a window by what AWS says of them now; `answers` by pair. Returns the days with a cost.

    The account's row is locked, so that two readings never mix.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    changed: dict[sums.Key, Both] = {}
    for pair, days in answers.items():
        parts = [((one.keys[0], one.keys[1]), day.day, one) for day in days for one in day.groups]
        changed.update(_replace(account, pair, window, parts))
    by_service = [((one.keys[0], ""), day.day, one) for day in answers["usage_type"] for one in day.groups]
    changed.update(_replace(account, CostMonth.Pair.SERVICE, window, by_service))
    sums.keep_sums(account, changed)
    _store_totals(account, window, totals, answers["usage_type"], now)
    return sum(1 for day in totals if day.unblended)


def _replace(
    account: Account, pair: str, window: tuple[date, date], parts: Iterable[tuple[tuple[str, str], date, CostGroup]]
) -> dict[sums.Key, Both]:
    """Returns by how much each month of the pair changed."""
    months = range(month_of(window[0]), month_of(window[1] - timedelta(days=1)) + 1)
    rows = CostMonth.objects.filter(account=account, pair=pair, month__in=months)
    known = {(row.first, row.second, row.currency, row.month): (unpack(row.unblended), unpack(row.amortized))
             for row in rows}  # fmt: skip
    before = {key: (both[0].copy(), both[1].copy()) for key, both in known.items()}
    for key, both in known.items():
        for one in both:
            one[_places(key[3], window)] = 0
    added: defaultdict[Key, Both] = defaultdict(lambda: (np.zeros(DAYS, np.int64), np.zeros(DAYS, np.int64)))
    added.update(known)
    for (first, second), day, group in parts:
        unblended, amortized = added[first[:255], second[:255], group.currency, month_of(day)]
        unblended[day.day - 1] += to_units(group.unblended)
        amortized[day.day - 1] += to_units(group.amortized)
    _write(account, pair, added)
    none = np.zeros(DAYS, np.int64)
    return {
        (pair, *key): (both[0] - old[0], both[1] - old[1])
        for key, both in added.items()
        for old in [before.get(key, (none, none))]
    }


def _places(month: int, window: tuple[date, date]) -> list[int]:
    """Places of the window's days within a month."""
    start, end = window
    days = (start + timedelta(days=number) for number in range((end - start).days))
    return [day.day - 1 for day in days if month_of(day) == month]


def _write(account: Account, pair: str, months: Mapping[Key, Both]) -> None:
    empty = [key for key, both in months.items() if not both[0].any() and not both[1].any()]
    for first, second, currency, month in empty:
        CostMonth.objects.filter(
            account=account, pair=pair, first=first, second=second, currency=currency, month=month
        ).delete()
    CostMonth.objects.bulk_create(
        [
            CostMonth(
                account=account, pair=pair, first=first, second=second, currency=currency, month=month,
                unblended=pack(both[0]), amortized=pack(both[1]),
            )
            for (first, second, currency, month), both in months.items()
            if both[0].any() or both[1].any()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=("account", "pair", "month", "first", "second", "currency"),
        update_fields=("unblended", "amortized"),
    )  # fmt: skip


def _store_totals(
    account: Account, window: tuple[date, date], totals: Sequence[CostDay], parts: Sequence[CostDay], now: datetime
) -> None:
    summed = {day.day: sum((one.unblended for one in day.groups), Decimal(0)) for day in parts}
    BilledDay.objects.filter(account=account, day__gte=window[0], day__lt=window[1]).delete()
    BilledDay.objects.bulk_create(
        BilledDay(
            account=account,
            day=day.day,
            currency=day.currency,
            unblended=day.unblended,
            amortized=day.amortized or Decimal(0),
            gap=day.unblended - summed.get(day.day, Decimal(0)),
            estimated=day.estimated,
            read_at=now,
        )
        for day in totals
        if day.unblended is not None
    )


def store_months(account: Account, months: Sequence[CostDay]) -> None:
    """Past months by service; those that are there are replaced."""
    BilledMonth.objects.bulk_create(
        [
            BilledMonth(
                account=account,
                month=month_of(one.day),
                service=group.keys[0][:255],
                currency=group.currency,
                unblended=group.unblended,
                amortized=group.amortized,
            )
            for one in months
            for group in one.groups
        ],
        update_conflicts=True,
        unique_fields=("account", "month", "service", "currency"),
        update_fields=("unblended", "amortized"),
    )


def store_forecast(account: Account, found: Sequence[CostForecast], now: datetime) -> None:
    """What AWS expects of the rest of the month."""
    for one in found[:1]:
        AwsForecast.objects.update_or_create(
            account=account,
            month=month_of(one.day),
            defaults={
                "since": one.day, "mean": one.mean, "low": one.low, "high": one.high, "currency": one.currency,
                "read_at": now,
            },
        )  # fmt: skip


def expire_costs(today: date) -> None:
    """Drop what is older than two years and a month."""
    for table in (CostMonth, CostSum):
        table.objects.filter(month__lt=month_of(today) - KEPT_MONTHS).delete()
    BilledDay.objects.filter(day__lt=today - timedelta(days=31 * KEPT_MONTHS)).delete()
