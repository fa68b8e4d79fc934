"""Metrics of an account's own namespaces: each combination of dimension values becomes a resource with series."""

from collections.abc import Mapping
from datetime import datetime

from dashboard.aws import ListedMetric, Region
from dashboard.inventory.collect.stacks import unassigned_stack
from dashboard.inventory.models import Account, CustomMetric, Resource
from dashboard.metrics.models import Series
from dashboard.metrics.write import place, retire

CUSTOM = "custom"
"""Service key of these resources; the catalogue has none of that name."""


def sync_custom_metrics(account: Account, region: str, aws: Region, now: datetime) -> int:
    """Create resources and series for the metrics that people declared; returns how many series are new.

    What is no longer declared is not asked for any more.
    """
    created = 0
    undeclared = Series.objects.filter(resource__account=account, resource__service=CUSTOM, resource__region=region)
    for declared in CustomMetric.objects.filter(account=account):
        undeclared = undeclared.exclude(namespace=declared.namespace, name=declared.name, statistic=declared.statistic)
    retire(undeclared.values_list("pk", flat=True))
    for declared in CustomMetric.objects.filter(account=account).select_related("stack"):
        wanted = frozenset(declared.dimension_names)
        for metric in aws.list_metrics(declared.namespace, name=declared.name):
            if frozenset(metric.dimensions) == wanted:
                created += _follow(declared, metric, region, now)
    return created


def _follow(declared: CustomMetric, metric: ListedMetric, region: str, now: datetime) -> int:
    resource = _resource(declared, metric.dimensions, region, now)
    key = f"{declared.name} {declared.statistic}"[:64]
    held = Series.objects.filter(resource=resource, metric=key)
    if held.exists():
        held.filter(active=False).update(active=True, fine_from=None, backfilled_at=None)
        return 0
    series = Series(
        resource=resource,
        metric=key,
        namespace=declared.namespace,
        name=declared.name,
        dimensions=dict(metric.dimensions),
        statistic=declared.statistic,
        unit=declared.unit,
    )
    place([series], declared.account, region, resource.stack.resolution)
    return 1


def _resource(declared: CustomMetric, dimensions: Mapping[str, str], region: str, now: datetime) -> Resource:
    """The resource that stands for these dimension values of the namespace."""
    values = ", ".join(dimensions[name] for name in declared.dimension_names) or "no dimensions"
    resource, _ = Resource.objects.update_or_create(
        account=declared.account,
        region=region,
        service=CUSTOM,
        physical_id=f"{declared.namespace} {values}"[:512],
        defaults={"seen_at": now, "gone_at": None},
        create_defaults={
            "stack": declared.stack or unassigned_stack(declared.account, now),
            "name": values[:255],
            "dimensions": dict(dimensions),
            "facts": [{"label": "Namespace", "value": declared.namespace, "unit": None}],
            "first_seen_at": now,
            "seen_at": now,
        },
    )
    return resource
