"""Which targets an account has: one per region and source, large ones in parts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from dashboard.catalog import all_services
from dashboard.inventory.models import Account
from dashboard.polls.models import Target

EVERY: Mapping[str, timedelta] = {
    Target.Source.METRICS_1M: timedelta(minutes=1),
    Target.Source.METRICS_5M: timedelta(minutes=5),
    Target.Source.METRICS_1H: timedelta(hours=1),
}
SPREAD = timedelta(seconds=7)
"""Between targets of one kind, so that not all accounts are asked in the same second."""


def ensure_targets(account: Account, now: datetime, metrics: Iterable[tuple[str, str, int]] = ()) -> int:
    """Create the targets that are missing, due now; returns how many.

    Inventory is polled in every region of the account and where services of the whole world are listed. `metrics` are
    (region, source, number of parts) that there is something to ask for; parts beyond, and other regions, go.
    """
    regions = polled_regions(account)
    wanted: set[tuple[str, str, int]] = {(region, Target.Source.INVENTORY, 0) for region in regions}
    Target.objects.filter(account=account).exclude(region__in=regions).delete()
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
    """Where on its grid a target is due: metrics once their newest period has settled, the inventory spread evenly."""
    spread = SPREAD * (target.pk % 12)
    if target.source == Target.Source.INVENTORY:
        return spread
    delay: timedelta = settings.METRIC_DELAY
    return (delay + spread) % target.every
