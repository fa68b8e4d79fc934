"""The month counted by day and unit: what is free is used up, estimates of days are kept, bills correct them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Stack
from dashboard.metrics.calendar import HOUR
from dashboard.metrics.models import Series
from dashboard.spend.allowances import Counted, price_month
from dashboard.spend.amounts import first_day, month_of, to_amount, unpack
from dashboard.spend.calibration import calibrate
from dashboard.spend.models import BilledDay, BurnDay, BurnTally, CostMonth
from dashboard.spend.write.metering import Owner, hours_of, meter

EVERY = timedelta(hours=1)
COMPARED = timedelta(days=28)
"""Settled days that estimates are compared with."""


def tally(account: Account, now: datetime) -> bool:
    """Count the month, at most once an hour, and never while its history is still coming; says whether it did."""
    before = BurnTally.objects.filter(account=account).first()
    if before and before.tallied_at > now - EVERY:
        return False
    coming = Series.objects.filter(resource__account=account, resource__gone_at=None, active=True, backfilled_at=None)
    if coming.exists():
        return False
    counted = count_month(account, now)
    month = price_month(counted)
    _keep_days(account, month.costs)
    prices = {f"{one.unit} {one.region}": str(price) for one, price in month.prices.items()}
    BurnTally.objects.update_or_create(
        account=account,
        defaults={"tallied_at": now, "prices": prices, "calibration": _calibration(account, now)},
    )
    return True


def count_month(account: Account, now: datetime) -> list[tuple[int, Mapping[Counted, float]]]:
    """Units by day (since 1970) from the first of the month, in order."""
    start = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = datetime.fromtimestamp(int(now.timestamp()) // HOUR * HOUR, UTC)
    if end <= start:
        return []
    size = int((end - start) / timedelta(hours=1))
    window = Window(start, end)
    stacks = Stack.objects.filter(account=account, gone_at=None).values_list("pk", flat=True)

    def read(ids: Sequence[int]) -> dict[int, Values]:
        return {pk: values[:size] for pk, values in hours_of(ids, window).items()}

    return by_day(meter(stacks, read, size, HOUR, now), int(start.timestamp()) // 86_400, size)


def by_day(owners: Sequence[Owner], first: int, size: int) -> list[tuple[int, Mapping[Counted, float]]]:
    """Units of all resources by day."""
    sums: defaultdict[Counted, Values] = defaultdict(lambda: np.zeros(size))
    for owner in owners:
        for unit, amount in owner.service.billing.usage(owner.metered).items():
            sums[Counted(unit, owner.region)] += np.nan_to_num(amount)
    return [
        (first + day, {one: float(values[day * 24 : (day + 1) * 24].sum()) for one, values in sums.items()})
        for day in range(-(-size // 24))
    ]


def _keep_days(account: Account, costs: Mapping[tuple[int, str], Decimal]) -> None:
    rows = [
        BurnDay(account=account, day=date(1970, 1, 1) + timedelta(days=day), service=service, amount=amount)
        for (day, service), amount in sorted(costs.items())
    ]
    BurnDay.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=("account", "day", "service"),
        update_fields=("amount",),
    )


def _calibration(account: Account, now: datetime) -> dict[str, dict[str, float]]:
    """By service, for those with enough settled days."""
    since = now.date() - COMPARED
    estimated: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for service, day, amount in BurnDay.objects.filter(account=account, day__gte=since).values_list(
        "service", "day", "amount"
    ):
        estimated[service][day] = amount
    billed = _billed(account, since, now.date())
    found = {service: calibrate(days, billed.get(service, {})) for service, days in estimated.items()}
    return {
        service: {"factor": one.factor, "error": one.error, "raw_error": one.raw_error, "days": one.days}
        for service, one in found.items()
        if one
    }


def _billed(account: Account, since: date, today: date) -> dict[str, dict[date, Decimal]]:
    """What was billed in USD on settled days, by service."""
    settled = set(
        BilledDay.objects.filter(account=account, day__gte=since, estimated=False).values_list("day", flat=True)
    )
    months = range(month_of(since), month_of(today) + 1)
    rows = CostMonth.objects.filter(account=account, pair=CostMonth.Pair.SERVICE, month__in=months, currency="USD")
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for service, month, packed in rows.values_list("first", "month", "unblended"):
        for place, units in enumerate(unpack(packed)):
            day = first_day(month) + timedelta(days=place)
            if day in settled:
                found[service][day] = found[service].get(day, Decimal(0)) + to_amount(units)
    return found
