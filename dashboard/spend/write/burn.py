"""What everything in a region costs per hour, stored as a metric of its own and as how it stands now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Stack
from dashboard.metrics import calendar, resample
from dashboard.metrics.models import Series
from dashboard.metrics.packing import Times
from dashboard.metrics.read import recent
from dashboard.metrics.write import computed_of_resources, computed_series, store_hourly, store_points
from dashboard.spend.allowances import list_prices
from dashboard.spend.burn import Normal, add_up, newest, normal_at, rate_of, spoken
from dashboard.spend.models import BurnStanding, BurnTally
from dashboard.spend.write.metering import Owner, hours_of, meter

BURN = "burn"
STEP = 300
LOOK_BACK = timedelta(hours=3)
HISTORY = timedelta(days=29)
"""Four weeks, and a little over."""


@dataclass(frozen=True, slots=True)
class Burning:
    """What one resource costs per hour over the last hours, and normally."""

    owner: Owner
    at: Times
    values: Values
    normal: Normal | None


@dataclass(frozen=True, slots=True)
class _Estimated:
    """Rates of some stacks on one grid of five minutes."""

    at: Times
    owners: Sequence[Owner]
    rates: Mapping[int, Values]
    missing: Mapping[int, tuple[str, ...]]
    requests: Mapping[int, Values]


def estimate_region(account: Account, region: str, now: datetime) -> list[Burning]:
    """Store what each resource and stack of a region costs per hour; returns the resources with their normal."""
    touched = Stack.objects.filter(account=account, resources__region=region, gone_at=None).distinct()
    stacks = {stack.pk: stack for stack in touched}
    by_step: dict[int, list[int]] = defaultdict(list)
    for stack in stacks.values():
        by_step[stack.resolution].append(stack.pk)
    tally = BurnTally.objects.filter(account=account).first()
    found: list[Burning] = []
    for step, chosen in by_step.items():
        estimated = _estimate(chosen, step, now, tally)
        found += _store(account, {pk: stacks[pk] for pk in chosen}, estimated, now)
    return found


def _aligned(moment: datetime) -> datetime:
    return datetime.fromtimestamp(int(moment.timestamp()) // STEP * STEP, UTC)


def _estimate(stack_ids: Sequence[int], step: int, now: datetime, tally: BurnTally | None) -> _Estimated:
    start, end = _aligned(now - LOOK_BACK), _aligned(now)
    at = np.arange(int(start.timestamp()), int(end.timestamp()), step)
    owners = meter(stack_ids, lambda ids: recent(ids, start, end, step).values, len(at), step, now)
    return estimated(owners, at, step, tally, now)


def estimated(owners: Sequence[Owner], at: Times, step: int, tally: BurnTally | None, now: datetime) -> _Estimated:
    """Price what resources use; periods shorter than five minutes are averaged."""
    known = spoken([owner.metered for owner in owners], len(at))
    rates, missing, requests = {}, {}, {}
    factor = max(STEP // step, 1)
    for owner in owners:
        rate = rate_of(owner.service, owner.metered, prices_of(owner, tally, now))
        rates[owner.resource_id] = _coarse(rate.values * known, factor) * correction(owner, tally)
        missing[owner.resource_id] = rate.missing + owner.service.billing.untold
        if owner.service.signals.traffic:
            requests[owner.resource_id] = _coarse(owner.metered.of(owner.service.signals.traffic), factor) * factor
    return _Estimated(at[::factor], owners, rates, missing, requests)


def _coarse(values: Values, factor: int) -> Values:
    return resample.combine(values[None, :], factor, "Average")[0] if factor > 1 else values


def prices_of(owner: Owner, tally: BurnTally | None, now: datetime) -> dict[str, float]:
    """What the next unit costs: as this month stands where that is known, else at list price."""
    prices = list_prices(owner.region)
    if tally and (tally.tallied_at.year, tally.tallied_at.month) == (now.year, now.month):
        prices.update(
            {unit: float(price) for unit in prices if (price := tally.prices.get(f"{unit} {owner.region}")) is not None}
        )
    return prices


def correction(owner: Owner, tally: BurnTally | None) -> float:
    """What bills of settled days say that estimates of the service must be multiplied with."""
    known = tally.calibration.get(owner.service.cost_name) if tally else None
    return float(known["factor"]) if known else 1.0


def _store(account: Account, stacks: Mapping[int, Stack], found: _Estimated, now: datetime) -> list[Burning]:
    billed = [owner for owner in found.owners if not np.isnan(found.rates[owner.resource_id]).all()]
    series = computed_of_resources(
        account, {owner.resource_id: owner.place for owner in billed}, BURN, Unit.USD_PER_HOUR, now
    )
    stack_rates = sums_of_stacks(found, billed)
    of_stacks = {pk: computed_series(stacks[pk], BURN, Unit.USD_PER_HOUR) for pk in stack_rates}
    columns = [(series[owner.resource_id], found.rates[owner.resource_id]) for owner in billed]
    columns += [(of_stacks[pk], values) for pk, values in stack_rates.items()]
    if not columns:
        return []
    store_points([one for one, _ in columns], found.at.tolist(), np.stack([values for _, values in columns], axis=1))
    normals = _normals([*series.values(), *of_stacks.values()], now)
    today = _today([*series.values(), *of_stacks.values()], now)
    _stand_resources(billed, series, found, normals, today)
    _stand_stacks(stack_rates, of_stacks, found, normals, today)
    return [
        Burning(owner, found.at, found.rates[owner.resource_id], normals.get(series[owner.resource_id].pk))
        for owner in billed
    ]


def sums_of_stacks(found: _Estimated, billed: Iterable[Owner]) -> dict[int, Values]:
    """Rates of stacks: those of their resources together."""
    several: dict[int, list[Values]] = defaultdict(list)
    for owner in billed:
        several[owner.stack_id].append(found.rates[owner.resource_id])
    return {pk: add_up(values, len(found.at)) for pk, values in several.items()}


def _normals(series: Sequence[Series], now: datetime) -> dict[int, Normal]:
    """What this hour normally costs, by series: read once an hour, kept with how things stand."""
    hour = int(now.timestamp()) // calendar.HOUR
    kept = BurnStanding.objects.filter(normal_hour=hour).exclude(normal_per_hour=None)
    held: dict[tuple[int | None, int | None], Normal] = {
        (one.resource_id, one.stack_id): Normal(float(one.normal_per_hour or 0), float(one.highest_normal or 0))
        for one in kept
    }
    known = {one.pk: held[one.resource_id, one.stack_id] for one in series if (one.resource_id, one.stack_id) in held}
    missing = [one.pk for one in series if one.pk not in known]
    end = datetime.fromtimestamp(hour * calendar.HOUR, UTC)
    drawn = hours_of(missing, Window(end - HISTORY, end)) if missing else {}
    for pk, values in drawn.items():
        normal = normal_at(values)
        if normal:
            known[pk] = normal
    return known


def _today(series: Sequence[Series], now: datetime) -> dict[int, float]:
    """USD since midnight UTC, by series."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    hour = datetime.fromtimestamp(int(now.timestamp()) // calendar.HOUR * calendar.HOUR - calendar.HOUR, UTC)
    begun = max(hour, midnight)  # The newest whole hour may still be incomplete.
    ids = [one.pk for one in series]
    fine = recent(ids, begun, now, STEP).values
    spent = {pk: float(np.nansum(values)) * STEP / calendar.HOUR for pk, values in fine.items()}
    if begun > midnight:
        for pk, values in hours_of(ids, Window(midnight, begun)).items():
            spent[pk] = spent.get(pk, 0.0) + float(np.nansum(values))
    return spent


FIELDS = (
    "per_hour", "normal_per_hour", "highest_normal", "today", "per_thousand", "missing", "at", "normal_hour",
)  # fmt: skip


def _stand_resources(
    billed: Sequence[Owner],
    series: Mapping[int, Series],
    found: _Estimated,
    normals: Mapping[int, Normal],
    today: Mapping[int, float],
) -> None:
    rows = []
    for owner in billed:
        pk = owner.resource_id
        row = _standing(
            found, found.rates[pk], found.requests.get(pk), normals.get(series[pk].pk), today[series[pk].pk]
        )
        row.resource_id, row.missing = pk, sorted(set(found.missing[pk]))
        rows.append(row)
    BurnStanding.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=("resource",), update_fields=FIELDS
    )


def _stand_stacks(
    rates: Mapping[int, Values],
    series: Mapping[int, Series],
    found: _Estimated,
    normals: Mapping[int, Normal],
    today: Mapping[int, float],
) -> None:
    rows = []
    for pk, values in sorted(rates.items()):
        owners = [owner for owner in found.owners if owner.stack_id == pk]
        entries = [
            found.requests[owner.resource_id]
            for owner in owners
            if owner.service.signals.entry and owner.resource_id in found.requests
        ]
        asked = add_up(entries, len(found.at)) if entries else None
        row = _standing(found, values, asked, normals.get(series[pk].pk), today[series[pk].pk])
        gaps = {f"{owner.service.noun}: {gap}" for owner in owners for gap in found.missing[owner.resource_id]}
        row.stack_id, row.missing = pk, sorted(gaps)
        rows.append(row)
    BurnStanding.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=("stack",), update_fields=FIELDS
    )


def _standing(
    found: _Estimated, values: Values, requests: Values | None, normal: Normal | None, today: float
) -> BurnStanding:
    position, rate = newest(values) or (0, 0.0)
    at = int(found.at[position])
    return BurnStanding(
        per_hour=usd(rate),
        normal_per_hour=usd(normal.middle) if normal else None,
        highest_normal=usd(normal.high) if normal else None,
        today=usd(today),
        per_thousand=per_thousand(values, requests),
        at=datetime.fromtimestamp(at + STEP, UTC),
        normal_hour=at // calendar.HOUR if normal else 0,
    )


def per_thousand(values: Values, requests: Values | None) -> Decimal | None:
    """USD per 1,000 requests over the last hour; None without requests."""
    if requests is None:
        return None
    known = ~np.isnan(values) & ~np.isnan(requests)
    last = np.flatnonzero(known)[-calendar.HOUR // STEP :]
    asked = float(requests[last].sum())
    spent = float(values[last].sum()) * STEP / calendar.HOUR
    return usd(spent / asked * 1000) if asked >= 1 else None


def usd(amount: float) -> Decimal:
    """An amount as it is stored."""
    return Decimal(f"{amount:.10f}")


def backfill_burn(account: Account, now: datetime, history: timedelta) -> int:
    """Estimate the past of stacks whose resources' history has come; returns how many stacks.

    It waits for the first tally, so that the past is corrected as the present is.
    """
    tally = BurnTally.objects.filter(account=account).first()
    if tally is None:
        return 0
    waiting = Series.objects.filter(stack__account=account, metric=BURN, backfilled_at=None)
    present = Series.objects.filter(resource__account=account, resource__gone_at=None)
    unfinished = present.filter(active=True, backfilled_at=None)
    busy = set(unfinished.values_list("resource__stack_id", flat=True))
    series = {one.stack_id: one for one in waiting.select_related("stack") if one.stack_id not in busy}
    stacks = {pk: one.stack for pk, one in series.items() if pk is not None and one.stack is not None}
    if not stacks:
        return 0
    end = datetime.fromtimestamp(int(now.timestamp()) // calendar.HOUR * calendar.HOUR, UTC)
    at = np.arange(int((end - history).timestamp()), int(end.timestamp()), calendar.HOUR)

    def read(ids: Sequence[int]) -> dict[int, Values]:
        drawn = hours_of(ids, Window(end - history, end))
        return {pk: values for pk, values in drawn.items() if len(values) == len(at)}

    found = estimated(meter(stacks, read, len(at), calendar.HOUR, now), at, calendar.HOUR, tally, now)
    _store_hours(account, stacks, found, now)
    Series.objects.filter(stack__in=list(stacks), metric=BURN).update(backfilled_at=now, fine_from=now - LOOK_BACK)
    BurnStanding.objects.filter(stack__in=list(stacks)).update(normal_hour=0)
    BurnStanding.objects.filter(resource__stack__in=list(stacks)).update(normal_hour=0)
    return len(stacks)


def _store_hours(account: Account, stacks: Mapping[int, Stack], found: _Estimated, now: datetime) -> None:
    billed = [owner for owner in found.owners if not np.isnan(found.rates[owner.resource_id]).all()]
    series = computed_of_resources(
        account, {owner.resource_id: owner.place for owner in billed}, BURN, Unit.USD_PER_HOUR, now
    )
    columns = [(series[owner.resource_id].pk, found.rates[owner.resource_id]) for owner in billed]
    for pk, values in sums_of_stacks(found, billed).items():
        columns.append((computed_series(stacks[pk], BURN, Unit.USD_PER_HOUR).pk, values))
    if columns:
        matrix = np.stack([values for _, values in columns], axis=1)
        store_hourly([pk for pk, _ in columns], found.at.tolist(), matrix)
