"""Resources into rows: each in its stack, the vanished ones marked gone."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dashboard.catalog import all_services
from dashboard.catalog.shape import Fact, Found, Service
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect.gather import Gathered
from dashboard.inventory.collect.stacks import rule_stack, unassigned_stack
from dashboard.inventory.join import Member, carries, index_members, member_of
from dashboard.inventory.models import Account, Resource, Stack, TagRule

UPDATED = ("stack", "arn", "name", "logical_id", "facts", "limits", "dimensions", "tags", "seen_at", "gone_at")
Key = tuple[str, str]
"""Service and physical id."""


@dataclass
class Placing:
    """What decides which stack a resource belongs to."""

    members: Mapping[tuple[str, str], Member]
    stacks: Mapping[str, Stack]
    rules: Sequence[tuple[Mapping[str, str], Stack]]
    unassigned: Stack
    before: Mapping[Key, Resource]
    """The resources that are known already, as they were."""
    tags: Mapping[str, Mapping[str, str]] | None
    """By ARN; None when they could not be asked."""
    half_read: Set[Key]
    """Resources of which some detail could not be asked: what was known of them stays."""
    complete: bool
    """Whether every stack's resources could be listed; otherwise a known resource keeps its place."""


def store_resources(
    account: Account, region: str, gathered: Gathered, stacks: dict[str, Stack], now: datetime, *, choices: Choices
) -> tuple[int, int]:
    """Write the resources of every service that could be listed; returns how many there are and how many went."""
    placing = _placing(account, region, gathered, stacks, now, choices=choices)
    rows = [
        _row(account, all_services()[key], found, placing, now)
        for key, several in gathered.found.items()
        for found in several
    ]
    unique = list({(row.service, row.physical_id): row for row in rows}.values())
    Resource.objects.bulk_create(
        unique,
        batch_size=200,
        update_conflicts=True,
        unique_fields=("account", "region", "service", "physical_id"),
        update_fields=UPDATED,
    )
    gone = sum(
        _mark_gone(account, region, key, several, now)
        for key, several in gathered.found.items()
        if key not in gathered.unreadable
    )
    return len(unique), gone


def _mark_gone(account: Account, region: str, key: str, found: Sequence[Found], now: datetime) -> int:
    """Mark what a successful listing no longer holds. An empty list proves nothing where AWS may leave it out."""
    if not found and all_services()[key].listing.optional:
        return 0
    vanished = Resource.objects.filter(account=account, region=region, service=key, gone_at=None, seen_at__lt=now)
    return vanished.update(gone_at=now)


def _placing(
    account: Account, region: str, gathered: Gathered, stacks: dict[str, Stack], now: datetime, *, choices: Choices
) -> Placing:
    # In one order: regions that write the same stacks at the same time must not wait for each other in a ring.
    rules = TagRule.objects.filter(account=account).select_related("account", "team").order_by("pk")
    known = Resource.objects.filter(account=account, region=region)
    return Placing(
        members=index_members(gathered.members),
        stacks=stacks,
        rules=[(rule.tags, rule_stack(rule, now, choices)) for rule in rules],
        unassigned=unassigned_stack(account, now),
        before={(resource.service, resource.physical_id): resource for resource in known},
        tags=gathered.tags,
        half_read=gathered.half_read,
        complete=gathered.stacks is not None and not gathered.unread_roots,
    )


def _row(account: Account, service: Service, found: Found, placing: Placing, now: datetime) -> Resource:
    identity = found.identity
    before = placing.before.get((service.key, identity.physical_id))
    own_tags = _tags(identity.arn, before, placing)
    stack_id, logical_id = _place(service, found, own_tags, placing)
    return Resource(
        account=account,
        stack_id=stack_id,
        region=found.region,
        service=service.key,
        physical_id=identity.physical_id[:512],
        arn=identity.arn[:1024],
        name=identity.name[:255],
        logical_id=logical_id[:255],
        **_configuration(service, found, before if (service.key, identity.physical_id) in placing.half_read else None),
        tags=own_tags,
        first_seen_at=now,
        seen_at=now,
        gone_at=None,
    )


def _tags(arn: str, before: Resource | None, placing: Placing) -> dict[str, str]:
    """The resource's own tags; those known before where tags could not be asked."""
    if placing.tags is None:
        return dict(before.tags) if before else {}
    return dict(placing.tags.get(arn, {}))


def _configuration(service: Service, found: Found, before: Resource | None) -> dict[str, Any]:
    """What the configuration says; where part of it could not be asked, completed by what was known (`before`)."""
    facts = [_plain(fact) for fact in service.facts(found)]
    limits, dimensions = dict(service.limits(found)), dict(service.dimensions(found))
    if before is not None:
        told = {fact["label"] for fact in facts if fact["value"] is not None}
        facts = [fact for fact in facts if fact["label"] in told]
        facts += [fact for fact in before.facts if fact["label"] not in told]
        limits, dimensions = {**before.limits, **limits}, dimensions or before.dimensions
    return {"facts": facts, "limits": limits, "dimensions": dimensions}


def _plain(fact: Fact) -> dict[str, Any]:
    return asdict(fact)


def _place(service: Service, found: Found, tags: dict[str, str], placing: Placing) -> tuple[int, str]:
    """Stack and logical id: a tag rule's word counts most, then CloudFormation's."""
    identity = found.identity
    member = member_of(identity.physical_id, identity.arn, service.cfn_types, placing.members)
    stack = placing.stacks.get(member.root_arn) if member else None
    all_tags = {**(stack.tags if stack else {}), **tags}
    for wanted, formed in placing.rules:
        if carries(all_tags, wanted):
            return formed.pk, member.logical_id if member else ""
    if stack and member:
        return stack.pk, member.logical_id
    known = placing.before.get((service.key, identity.physical_id))
    if known and not placing.complete:
        return known.stack_id, known.logical_id
    return placing.unassigned.pk, ""
