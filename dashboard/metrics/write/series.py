"""Series and their places: a position in a block is given out once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Stack
from dashboard.metrics import packing
from dashboard.metrics.models import BLOCK_SIZE, Block, Series, Slice
from dashboard.metrics.write.points import store_points

COMPUTED_PERIOD = 300
FINE = timedelta(hours=24)
"""How far back the fine values of a new computed series reach."""
STATISTICS = {Unit.COUNT: "Sum", Unit.USD_PER_HOUR: "Average"}
"""How values of a computed series make an hour; of any other unit the highest counts."""


def computed_series(stack: Stack, metric: str, unit: Unit, period: int = COMPUTED_PERIOD) -> Series:
    """Get or create the series of a value that we compute for a stack.

    Counts add up over an hour, rates of money are averaged; of anything else the highest value counts.
    """
    found = Series.objects.filter(stack=stack, metric=metric).first()
    return found or _create_computed(stack, metric, unit, period)


@transaction.atomic
def _create_computed(stack: Stack, metric: str, unit: Unit, period: int) -> Series:
    """Create it, unless somebody who judged at the same time just did."""
    Account.objects.select_for_update().get(pk=stack.account_id)
    found = Series.objects.filter(stack=stack, metric=metric).first()
    if found:
        return found
    statistic = STATISTICS.get(unit, "Maximum")
    wanted = Series(stack=stack, metric=metric, unit=unit, statistic=statistic, fine_from=stack.first_seen_at)
    return place([wanted], stack.account, stack.region, period, computed=True)[0]


def computed_of_resources(
    account: Account, regions: Mapping[int, str], metric: str, unit: Unit, now: datetime
) -> dict[int, Series]:
    """Get or create the series of a value that we compute for resources; `regions` by their ids."""
    found = _computed_of(regions, metric)
    missing: dict[str, list[Series]] = {}
    for resource_id in sorted(set(regions) - set(found)):
        series = Series(resource_id=resource_id, metric=metric, unit=unit, statistic=STATISTICS.get(unit, "Maximum"))
        series.fine_from, series.backfilled_at = now - FINE, now
        missing.setdefault(regions[resource_id], []).append(series)
    for region, wanted in missing.items():
        found.update(_create_of_resources(account, region, wanted))
    return found


def _computed_of(resource_ids: Iterable[int], metric: str) -> dict[int, Series]:
    rows = Series.objects.filter(resource__in=list(resource_ids), metric=metric)
    return {one.resource_id or 0: one for one in rows}


@transaction.atomic
def _create_of_resources(account: Account, region: str, wanted: Sequence[Series]) -> dict[int, Series]:
    """Create those that nobody has created meanwhile."""
    Account.objects.select_for_update().get(pk=account.pk)
    known = _computed_of([one.resource_id or 0 for one in wanted], wanted[0].metric)
    fresh = [one for one in wanted if one.resource_id not in known]
    placed = place(fresh, account, region, COMPUTED_PERIOD, computed=True)
    return known | {one.resource_id or 0: one for one in placed}


@transaction.atomic
def place(
    wanted: Sequence[Series], account: Account, region: str, period: int, *, computed: bool = False
) -> list[Series]:
    """Create series, each at the next free position of the blocks of that account, region and period."""
    Account.objects.select_for_update().get(pk=account.pk)  # one at a time may give out positions
    placed: list[Series] = []
    waiting = list(wanted)
    while waiting:
        block = _open_block(account, region, period, computed=computed)
        taken, waiting = waiting[: BLOCK_SIZE - block.size], waiting[BLOCK_SIZE - block.size :]
        for position, one in enumerate(taken, start=block.size):
            one.block, one.position = block, position
        placed += Series.objects.bulk_create(taken)
        block.size += len(taken)
        block.save(update_fields=["size"])
    return placed


def _open_block(account: Account, region: str, period: int, *, computed: bool) -> Block:
    """The block that still has room, or a new one."""
    key: dict[str, Any] = {"account": account, "region": region, "period": period, "computed": computed}
    return Block.objects.filter(size__lt=BLOCK_SIZE, **key).order_by("pk").first() or Block.objects.create(**key)


@transaction.atomic
def move(series: Sequence[Series], account: Account, region: str, period: int) -> None:
    """Give series a place among blocks of another period; what is not sealed yet comes along."""
    Account.objects.select_for_update().get(pk=account.pk)
    waiting = list(series)
    while waiting:
        block = _open_block(account, region, period, computed=False)
        taken, waiting = waiting[: BLOCK_SIZE - block.size], waiting[BLOCK_SIZE - block.size :]
        kept = _unsealed(taken)
        for position, one in enumerate(taken, start=block.size):
            one.block, one.position = block, position
        Series.objects.bulk_update(taken, ["block", "position"])
        block.size += len(taken)
        block.save(update_fields=["size"])
        for one, at, values in kept:
            fits = np.asarray(at) % period == 0
            if fits.any():
                store_points([one], np.asarray(at)[fits].tolist(), values[fits].reshape(-1, 1))


def _unsealed(series: Iterable[Series]) -> list[tuple[Series, list[int], packing.Values]]:
    """The points of each series that are still in slices."""
    kept = []
    for one in series:
        rows = list(Slice.objects.filter(block_id=one.block_id).order_by("at").values_list("at", "values"))
        matrix = packing.unpack_rows([values for _, values in rows], one.position + 1)
        kept.append((one, [at for at, _ in rows], matrix[:, one.position]))
    return kept


def retire(series_ids: Iterable[int]) -> int:
    """Stop asking for series; what they brought stays."""
    return Series.objects.filter(pk__in=list(series_ids), active=True).update(active=False)
