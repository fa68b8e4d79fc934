"""Which targets an account has: one per region and source, large ones in parts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from dashboard.catalog import all_services
from dashboard.inventory.models import Account
from dashboard.polls.models import MONEY_SOURCES, TRACE_SOURCES, Target

EVERY: Mapping[str, timedelta] = {
    Target.Source.METRICS_1M: timedelta(minutes=1),
    Target.Source.METRICS_5M: timedelta(minutes=5),
    Target.Source.METRICS_1H: timedelta(hours=1),
    Target.Source.TRACE_GRAPH: timedelta(minutes=1),
    Target.Source.TRACES: timedelta(minutes=5),
    Target.Source.ALARMS: timedelta(minutes=5),
    Target.Source.COSTS: timedelta(hours=8),
    Target.Source.BUDGETS: timedelta(hours=8),
}
MONEY_REGION = "us-east-1"
"""Where Cost Explorer and Budgets are asked (AWS General Reference, service endpoints)."""
SPREAD = timedelta(seconds=7)
"""Between targets of one kind, so that not all accounts are asked in the same second."""


def ensure_targets(account: Account, now: datetime, metrics: Iterable[tuple[str, str, int]] = ()) -> int:
    """Create the targets that are missing, due now; returns how many.

    Inventory and alarms are polled in every region of the account and where services of the whole world are listed and
    measured, traces in the account's own regions, costs and budgets once. `metrics` are (region, source, number of
    parts) that there is something to ask for; parts beyond, and other regions, go.
    """
    regions = polled_regions(account)
    wanted: set[tuple[str, str, int]] = {
        (region, source, 0) for region in regions for source in (Target.Source.INVENTORY, Target.Source.ALARMS)
    }
    wanted |= {(region, source, 0) for region in account.regions for source in TRACE_SOURCES}
    wanted |= {(MONEY_REGION, source, 0) for source in MONEY_SOURCES}
    Target.objects.filter(account=account).exclude(region__in=regions | {MONEY_REGION}).delete()
    Target.objects.filter(account=account, source__in=TRACE_SOURCES).exclude(region__in=account.regions).delete()
    for region, source, parts in metrics:
        if region in regions:
            wanted |= {(region, source, part) for part in range(parts)}
        Target.objects.filter(account=account, region=region, source=source, part__gte=parts).delete()
    held = set(Target.objects.filter(account=account).values_list("region", "source", "part"))
    missing = [
        Target(account=account, region=region, source=source, part=part, every=every(source), due_at=now)
        for region, source, part in sorted(wanted - held)
    ]
    Target.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def polled_regions(account: Account) -> set[str]:
    """The account's own regions, and those in which global services are listed and measured."""
    return {*account.regions, *(service.list_region for service in all_services().values() if service.list_region)}


def every(source: str) -> timedelta:
    """How often a source is polled."""
    found: timedelta = EVERY.get(source, settings.DISCOVER_EVERY)
    return found


def offset_of(target: Target) -> timedelta:
    """Where on its grid a target is due: once its newest period has settled, the inventory spread evenly."""
    spread = SPREAD * (target.pk % 12)
    if target.source == Target.Source.INVENTORY:
        return spread
    delay: timedelta = settings.TRACE_DELAY if target.source in TRACE_SOURCES else settings.METRIC_DELAY
    return (delay + spread) % target.every
