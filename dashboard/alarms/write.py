"""Stores alarms as they were listed, each joined to its resource, its stack and its composite alarms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from dashboard.alarms.matching import Directory, Owner
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.rules import named_in, shared_stacks
from dashboard.alarms.words import condition_of
from dashboard.aws import AlarmChange, ListedAlarm
from dashboard.catalog import all_services
from dashboard.catalog.shape import Service
from dashboard.inventory.models import Account, Resource
from dashboard.metrics.models import Series

COLUMNS = (
    "arn", "description", "kind", "state", "state_reason", "since", "configured_at", "namespace", "metric",
    "dimensions", "statistic", "condition", "actions", "enabled", "missing", "absent", "resource", "stack", "seen_at",
)  # fmt: skip
MOST_CHANGES = 20
"""Kept of one alarm."""
BATCH = 200


@transaction.atomic
def store_alarms(account: Account, region: str, listed: Sequence[ListedAlarm], now: datetime) -> int:
    """Write what was listed; an alarm that is not listed any more is gone. Returns how many there are."""
    directory = directory_of(account, region)
    rows = {one.name: _row(account, region, one, directory, now) for one in listed}
    children = {
        one.name: named_in(one.rule, account.account_id, region)
        for one in listed
        if rows[one.name].kind == CloudWatchAlarm.Kind.COMPOSITE
    }
    metric = {name: row.stack_id for name, row in rows.items() if name not in children}
    for name, stack_id in shared_stacks(children, metric).items():
        rows[name].stack_id = stack_id
        rows[name].absent = [one for one in children[name] if one not in rows]
    CloudWatchAlarm.objects.bulk_create(
        rows.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=("account", "region", "name"),
        update_fields=COLUMNS,
    )
    CloudWatchAlarm.objects.filter(account=account, region=region, seen_at__lt=now).delete()
    _store_parts(account, region, children)
    return len(rows)


def _row(account: Account, region: str, one: ListedAlarm, directory: Directory, now: datetime) -> CloudWatchAlarm:
    own = [metric for metric in one.metrics if metric.account_id in {"", account.account_id}]
    owner = next((found for metric in own if (found := directory.owner_of(metric.namespace, metric.dimensions))), None)
    missing = [directory.missing(metric.namespace, metric.dimensions, one.configured_at) for metric in own]
    first = one.metrics[0] if one.metrics else None
    return CloudWatchAlarm(
        account=account,
        region=region,
        name=one.name,
        arn=one.arn,
        description=one.description,
        kind=CloudWatchAlarm.Kind.COMPOSITE if one.test is None else CloudWatchAlarm.Kind.METRIC,
        state=one.state,
        state_reason=one.reason,
        since=one.since,
        configured_at=one.configured_at,
        namespace=first.namespace if first else "",
        metric=first.name if first else "",
        dimensions=dict(first.dimensions) if first else {},
        statistic=first.statistic if first else "",
        condition=condition_of(one),
        actions=list(one.actions),
        enabled=one.enabled,
        missing=next((text for text in missing if text), "")[:600],
        resource_id=owner.resource_id if owner else None,
        stack_id=owner.stack_id if owner else None,
        seen_at=now,
    )


def _store_parts(account: Account, region: str, children: Mapping[str, Iterable[str]]) -> None:
    """Join parts to their composite alarms, where that changed."""
    keys = dict(CloudWatchAlarm.objects.filter(account=account, region=region).values_list("name", "pk"))
    wanted = {
        (keys[part], keys[name]) for name, parts in children.items() for part in parts if part in keys and part != name
    }
    through = CloudWatchAlarm.parents.through.objects
    rows = through.filter(from_cloudwatchalarm__account=account, from_cloudwatchalarm__region=region)
    held = {
        (part, parent): pk
        for pk, part, parent in rows.values_list("pk", "from_cloudwatchalarm_id", "to_cloudwatchalarm_id")
    }
    through.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    through.bulk_create(
        [
            CloudWatchAlarm.parents.through(from_cloudwatchalarm_id=part, to_cloudwatchalarm_id=parent)
            for part, parent in sorted(wanted - held.keys())
        ]
    )


def store_changes(alarm: CloudWatchAlarm, changes: Sequence[AlarmChange]) -> None:
    """Keep how an alarm came to its state."""
    alarm.changes = [[int(one.at.timestamp()), one.before, one.after] for one in changes[:MOST_CHANGES]]
    alarm.changes_until = alarm.since
    alarm.save(update_fields=["changes", "changes_until"])


def directory_of(account: Account, region: str) -> Directory:
    """What alarms of a region can be about: resources of the catalogue, and those of metrics that people declared."""
    catalogue = all_services()
    columns = ("pk", "stack_id", "service", "region", "name", "dimensions", "gone_at", "seen_at")
    owners = [
        _owner(catalogue[row["service"]], row)
        for row in Resource.objects.filter(account=account).exclude(dimensions={}).values(*columns).iterator()
        if row["service"] in catalogue and (catalogue[row["service"]].metric_region or row["region"]) == region
    ]
    return Directory([*owners, *_declared(account, region)], _single(catalogue.values()))


def _owner(service: Service, row: Mapping[str, Any]) -> Owner:
    return Owner(
        resource_id=row["pk"],
        stack_id=row["stack_id"],
        namespace=service.namespace,
        dimensions=frozenset(row["dimensions"].items()),
        noun=service.noun,
        name=row["name"],
        present=row["gone_at"] is None,
        seen_at=row["seen_at"],
    )


def _declared(account: Account, region: str) -> list[Owner]:
    """Resources that stand for dimension values of a namespace of the account's own."""
    columns = ("resource_id", "resource__stack_id", "namespace", "dimensions", "resource__name", "resource__seen_at")
    rows = Series.objects.filter(resource__account=account, resource__region=region)
    own = rows.exclude(resource__service__in=list(all_services())).exclude(dimensions={}).values_list(*columns)
    return [
        Owner(pk, stack_id, namespace, frozenset(dimensions.items()), "metric of", name, True, seen_at)
        for pk, stack_id, namespace, dimensions, name, seen_at in own
    ]


def _single(services: Iterable[Service]) -> dict[str, str]:
    """Nouns of namespaces that hold one kind of resource alone, so that whoever is not listed does not exist."""
    by_namespace: dict[str, list[str]] = {}
    for service in services:
        by_namespace.setdefault(service.namespace, []).append(service.noun)
    return {namespace: nouns[0] for namespace, nouns in by_namespace.items() if len(nouns) == 1}
