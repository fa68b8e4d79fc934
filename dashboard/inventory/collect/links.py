"""Relations between resources into links."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dashboard.catalog import all_services
from dashboard.catalog.shape import Found
from dashboard.inventory.collect.gather import Gathered
from dashboard.inventory.join import canonical_arn
from dashboard.inventory.models import Account, Link, Resource, Stack

REFERENCE = "reference"


class End(NamedTuple):
    """A link before it is written: ids of resources."""

    source: int
    target: int
    kind: str
    enabled: bool
    read_from: int


def store_links(account: Account, region: str, gathered: Gathered, stacks: dict[str, Stack], now: datetime) -> int:
    """Write what the configuration says of neighbours; what was read again and no longer says so goes."""
    ids = {
        (service, physical_id): pk
        for pk, service, physical_id in Resource.objects.filter(account=account, region=region).values_list(
            "pk", "service", "physical_id"
        )
    }
    read = [
        (ids[key, found.identity.physical_id], key, found)
        for key, several in gathered.found.items()
        for found in several
        if (key, found.identity.physical_id) in ids
    ]
    related = _related(account, region, read)
    told = {(end.source, end.target) for end in related}
    # A reference that only says what a relation says better is noise; one that leads back to a trigger may be a loop.
    ends = [*related, *(end for end in _referring(stacks, gathered) if (end.source, end.target) not in told)]
    _upsert(ends, now)
    readers = [pk for pk, key, found in read if (key, found.identity.physical_id) not in gathered.half_read]
    Link.objects.filter(read_from_id__in=readers, seen_at__lt=now).exclude(kind=REFERENCE).delete()
    referred = [stack.pk for arn, stack in stacks.items() if arn in gathered.references]
    Link.objects.filter(read_from__stack_id__in=referred, kind=REFERENCE, seen_at__lt=now).delete()
    return len(ends)


def _upsert(ends: Iterable[End], now: datetime) -> None:
    unique = {(end.source, end.target, end.kind): end for end in ends if end.source != end.target}
    Link.objects.bulk_create(
        [
            Link(
                source_id=end.source,
                target_id=end.target,
                kind=end.kind,
                enabled=end.enabled,
                read_from_id=end.read_from,
                seen_at=now,
            )
            for end in unique.values()
        ],
        batch_size=200,
        update_conflicts=True,
        unique_fields=("source", "target", "kind"),
        update_fields=("enabled", "read_from", "seen_at"),
    )


def _related(account: Account, region: str, read: list[tuple[int, str, Found]]) -> list[End]:
    """Relations whose two ends are known resources, of whatever account and region."""
    relations = [
        (pk, found.identity, relation) for pk, key, found in read for relation in all_services()[key].relations(found)
    ]
    names = {name for _, _, relation in relations for name in (relation.source, relation.target)}
    known = _resolve(account, region, names)
    ends = []
    for pk, identity, relation in relations:
        own = {identity.physical_id: pk, identity.arn: pk}  # things of other services may have the same id
        source, target = (own.get(name) or known.get(name) for name in (relation.source, relation.target))
        if source and target:
            ends.append(End(source, target, relation.kind, relation.enabled, pk))
    return ends


def _resolve(account: Account, region: str, names: set[str]) -> dict[str, int]:
    """Resource ids by the ARN or physical id that a relation gave."""
    canonical = {name: canonical_arn(name) for name in names}
    by_arn = dict(
        Resource.objects.filter(arn__in=set(canonical.values()) - {""}, gone_at=None).values_list("arn", "pk")
    )
    by_id = dict(
        Resource.objects.filter(account=account, region=region, physical_id__in=names, gone_at=None).values_list(
            "physical_id", "pk"
        )
    )
    return {name: pk for name in names if (pk := by_arn.get(canonical[name]) or by_id.get(name)) is not None}


def _referring(stacks: dict[str, Stack], gathered: Gathered) -> list[End]:
    """References between resources of one stack, by their logical ids."""
    wanted = {stacks[arn].pk: pairs for arn, pairs in gathered.references.items() if arn in stacks}
    rows = Resource.objects.filter(stack_id__in=wanted, gone_at=None).exclude(logical_id="")
    # A table and its indexes share a logical id; the shortest physical id is the table's.
    named = sorted(
        rows.values_list("pk", "stack_id", "logical_id", "physical_id"), key=lambda row: len(row[3]), reverse=True
    )
    ids = {(stack_id, logical_id): pk for pk, stack_id, logical_id, _ in named}
    return [
        End(ids[stack_id, one], ids[stack_id, other], REFERENCE, True, ids[stack_id, one])
        for stack_id, pairs in wanted.items()
        for one, other in pairs
        if (stack_id, one) in ids and (stack_id, other) in ids
    ]
