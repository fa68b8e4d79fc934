"""Resources into rows: each in its stack, the vanished ones marked gone."""

from collections.abc import Mapping, Sequence
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
    before: Mapping[Key, tuple[int, str]]
    """Stack id and logical id of the resources that are known already."""
    tags: Mapping[str, Mapping[str, str]]
    """By ARN."""
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
    return len(unique), sum(_mark_gone(account, region, key, several, now) for key, several in gathered.found.items())


def _mark_gone(account: Account, region: str, key: str, found: Sequence[Found], now: datetime) -> int:
    """Mark what a successful listing no longer holds. An empty list proves nothing where AWS may leave it out."""
    if not found and all_services()[key].listing.optional:
        return 0
    vanished = Resource.objects.filter(account=account, region=region, service=key, gone_at=None, seen_at__lt=now)
    return vanished.update(gone_at=now)


def _placing(
    account: Account, region: str, gathered: Gathered, stacks: dict[str, Stack], now: datetime, *, choices: Choices
) -> Placing:
    rules = TagRule.objects.filter(account=account).select_related("account", "team")
    known = Resource.objects.filter(account=account, region=region).values_list(
        "service", "physical_id", "stack_id", "logical_id"
    )
    return Placing(
        members=index_members(gathered.members),
        stacks=stacks,
        rules=[(rule.tags, rule_stack(rule, now, choices)) for rule in rules],
        unassigned=unassigned_stack(account, now),
        before={(service, physical_id): (stack, logical) for service, physical_id, stack, logical in known},
        tags=gathered.tags or {},
        complete=gathered.stacks is not None and not gathered.unread_roots,
    )


def _row(account: Account, service: Service, found: Found, placing: Placing, now: datetime) -> Resource:
    identity = found.identity
    own_tags = dict(placing.tags.get(identity.arn, {}))
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
        facts=[_plain(fact) for fact in service.facts(found)],
        limits=dict(service.limits(found)),
        dimensions=dict(service.dimensions(found)),
        tags=own_tags,
        first_seen_at=now,
        seen_at=now,
        gone_at=None,
    )


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
        return known
    return placing.unassigned.pk, ""
