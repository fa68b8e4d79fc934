"""Which blocks a source of an account and region polls, and in how many parts."""

from dashboard.inventory.models import Account
from dashboard.metrics import calendar
from dashboard.metrics.models import Block, Series

PERIODS = {"metrics_1m": (60,), "metrics_5m": (300,)}
HOURLY = "metrics_1h"
BLOCKS_IN_PART = 10
"""Calls in one task: few enough that a slow one doesn't hold a worker for long."""


def blocks_of(account: Account, region: str, source: str, part: int) -> list[Block]:
    """The blocks of one part. The hourly source looks at all blocks, for percentiles, history and daily metrics."""
    return _blocks(account, region, source)[part * BLOCKS_IN_PART : (part + 1) * BLOCKS_IN_PART]


def _blocks(account: Account, region: str, source: str) -> list[Block]:
    blocks = Block.objects.filter(account=account, region=region, computed=False).order_by("pk")
    if source != HOURLY:
        blocks = blocks.filter(period__in=PERIODS[source])
    return list(blocks)


def sources_of(account: Account) -> list[tuple[str, str, int]]:
    """Region, source and number of parts of everything there is to ask for."""
    active = Series.objects.filter(block__account=account, block__computed=False, active=True)
    pairs = set(active.order_by().values_list("block__region", "block__period").distinct())
    fine = {(region, source) for region, period in pairs for source, periods in PERIODS.items() if period in periods}
    wanted = fine | {(region, HOURLY) for region, _ in pairs}
    return [
        (region, source, -(-len(_blocks(account, region, source)) // BLOCKS_IN_PART))
        for region, source in sorted(wanted)
    ]


def is_daily(block: Block) -> bool:
    """Whether a block's points are longer than an hour."""
    return block.period > calendar.HOUR
