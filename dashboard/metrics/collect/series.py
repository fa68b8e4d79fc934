"""Which series there are: the catalogue's metrics that exist of resources that exist, and the account's own ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.aws import Region
from dashboard.catalog import all_services
from dashboard.catalog.shape import Service
from dashboard.inventory.models import Account, Resource
from dashboard.metrics.collect.custom import sync_custom_metrics
from dashboard.metrics.models import Series
from dashboard.metrics.wanted import Key, daily_names, existing_metrics, key_of
from dashboard.metrics.write import place, retire
from dashboard.metrics.write.series import move


@dataclass(frozen=True, slots=True)
class Synced:
    """What changed."""

    created: int
    retired: int


def sync_series(account: Account, region: str, aws: Region, now: datetime) -> Synced:
    """Create the series of metrics that are measured in this region, and stop asking for those of gone resources.

    Raises AwsError when a listing fails; then nothing has changed.
    """
    resources = _resources(account, region)
    services = {resource.service: all_services()[resource.service] for resource in resources}
    listed = _listed(account, region, services.values(), aws)
    created = _create(account, region, resources, listed)
    created += sync_custom_metrics(account, region, aws, now)
    _follow_resolution(account, region)
    back = Series.objects.filter(resource__in=resources, active=False, block__computed=False)
    back.update(active=True, fine_from=None, backfilled_at=None)
    gone = Series.objects.filter(resource__account=account, resource__gone_at__isnull=False, active=True)
    return Synced(created, retire(gone.values_list("pk", flat=True)))


def _resources(account: Account, region: str) -> list[Resource]:
    """Present resources whose metrics live in this region."""
    catalogue = all_services()
    present = Resource.objects.filter(account=account).present().select_related("stack")
    return [
        resource
        for resource in present
        if resource.service in catalogue and (catalogue[resource.service].metric_region or resource.region) == region
    ]


def _listed(account: Account, region: str, services: Iterable[Service], aws: Region) -> set[Key]:
    """Metrics that exist. A namespace that is new here is listed as of two weeks back, others as of three hours."""
    services = list(services)
    known = set(
        Series.objects.filter(block__account=account, block__region=region)
        .order_by()
        .values_list("namespace", flat=True)
        .distinct()
    )
    found: set[Key] = set()
    for namespace in sorted({service.namespace for service in services}):
        metrics = aws.list_metrics(namespace, recently_active=namespace in known)
        found |= {key_of(metric.namespace, metric.name, metric.dimensions) for metric in metrics}
    for namespace, name in sorted(daily_names(services)):
        metrics = aws.list_metrics(namespace, recently_active=False, name=name)
        found |= {key_of(metric.namespace, metric.name, metric.dimensions) for metric in metrics}
    return found


def _create(account: Account, region: str, resources: Sequence[Resource], listed: set[Key]) -> int:
    """Create series that are missing; those of one resource lie side by side in a block."""
    held = set(Series.objects.filter(resource__in=resources).values_list("resource", "metric"))
    by_period: dict[int, list[Series]] = defaultdict(list)
    for resource in resources:
        service = all_services()[resource.service]
        for metric, dimensions in existing_metrics(service, resource.dimensions, listed):
            if (resource.pk, metric.key) not in held:
                by_period[metric.period or resource.stack.resolution].append(
                    Series(
                        resource=resource,
                        metric=metric.key,
                        namespace=service.namespace,
                        name=metric.name,
                        dimensions=dimensions,
                        statistic=metric.statistic,
                        unit=metric.unit,
                    )
                )
    return sum(len(place(wanted, account, region, period)) for period, wanted in by_period.items())


def _follow_resolution(account: Account, region: str) -> None:
    """Move series whose stack has been given another resolution; daily ones stay."""
    fine = (
        Series.objects.filter(block__account=account, block__region=region, block__computed=False, active=True)
        .filter(block__period__lte=300)
        .select_related("block", "resource__stack")
    )
    by_period: dict[int, list[Series]] = defaultdict(list)
    for one in fine:
        if one.resource and one.resource.stack.resolution != one.block.period:
            by_period[one.resource.stack.resolution].append(one)
    for period, series in by_period.items():
        move(series, account, region, period)
