"""Stacks and their deploys into rows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef

from dashboard.access.models import Team
from dashboard.aws import CfnStack
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect.gather import Gathered
from dashboard.inventory.history import deploys_of
from dashboard.inventory.join import first_tag
from dashboard.inventory.models import Account, Deploy, Resource, Stack, TagRule

UNASSIGNED = "Unassigned"


def unassigned_stack(account: Account, now: datetime) -> Stack:
    """Where resources without a stack appear: one place per account."""
    stack, _ = Stack.objects.get_or_create(
        account=account, region="", source=Stack.Source.UNASSIGNED, name=UNASSIGNED, defaults={"first_seen_at": now}
    )
    return stack


def rule_stack(rule: TagRule, now: datetime, choices: Choices) -> Stack:
    """The stack that a tag rule forms."""
    stack, _ = Stack.objects.update_or_create(
        account=rule.account,
        region="",
        source=Stack.Source.TAG,
        name=rule.name,
        defaults={"tags": rule.tags, "gone_at": None, **_from_tags(rule.tags, choices)},
        create_defaults={"tags": rule.tags, "first_seen_at": now, "team": rule.team, **_from_tags(rule.tags, choices)},
    )
    return stack


def retire_rule_stacks(account: Account, now: datetime) -> int:
    """Mark the stacks gone whose tag rule is no more, once their resources have moved; returns how many."""
    names = TagRule.objects.filter(account=account).values_list("name", flat=True)
    orphans = Stack.objects.filter(account=account, source=Stack.Source.TAG, gone_at=None).exclude(name__in=names)
    inhabited = Resource.objects.filter(stack=OuterRef("pk"), gone_at=None)
    return orphans.filter(~Exists(inhabited)).update(gone_at=now)


def store_stacks(
    account: Account, region: str, gathered: Gathered, now: datetime, choices: Choices
) -> dict[str, Stack]:
    """Write the roots of a region; returns all of its CloudFormation stacks by ARN.

    What AWS no longer lists is marked gone, unless the listing failed.
    """
    mine = Stack.objects.filter(account=account, region=region, source=Stack.Source.CLOUDFORMATION)
    if gathered.stacks is not None:
        arns = {stack.arn for stack in gathered.stacks}
        roots = [stack for stack in gathered.stacks if stack.root_arn not in arns]
        _upsert(account, region, roots, now, choices)
        mine.exclude(name__in=[root.name for root in roots]).filter(gone_at=None).update(gone_at=now)
    return {stack.arn: stack for stack in mine}


def _upsert(account: Account, region: str, roots: Iterable[CfnStack], now: datetime, choices: Choices) -> None:
    teams = {team.name.lower(): team for team in Team.objects.all()}
    Stack.objects.bulk_create(
        [_row(account, region, root, teams, now, choices=choices) for root in roots],
        update_conflicts=True,
        unique_fields=("account", "region", "source", "name"),
        update_fields=("arn", "description", "environment", "owner", "tags", "status", "gone_at"),
    )


def _row(
    account: Account, region: str, root: CfnStack, teams: dict[str, Team], now: datetime, *, choices: Choices
) -> Stack:
    """A stack's row; the team of the owner tag's name is given on first sight only, so that people can change it."""
    known = _from_tags(root.tags, choices)
    return Stack(
        account=account,
        region=region,
        name=root.name,
        source=Stack.Source.CLOUDFORMATION,
        arn=root.arn,
        description=root.description,
        tags=dict(root.tags),
        team=teams.get(known["owner"].lower()),
        status=root.status,
        first_seen_at=now,
        gone_at=None,
        **known,
    )


def _from_tags(tags: object, choices: Choices) -> dict[str, str]:
    known = tags if isinstance(tags, dict) else {}
    return {
        "environment": first_tag(known, choices.environment_keys)[:64],
        "owner": first_tag(known, choices.owner_keys)[:128],
    }


def store_deploys(stacks: dict[str, Stack], gathered: Gathered) -> int:
    """Write the deploys of every root whose history was read; returns how many."""
    rows = [
        Deploy(
            stack=stacks[arn],
            started_at=change.started_at,
            finished_at=change.finished_at,
            action=change.action,
            result=change.result,
            reason=change.reason,
            changes=change.changes,
        )
        for arn, events in gathered.events.items()
        if arn in stacks
        for change in deploys_of(arn, events)
    ]
    Deploy.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("stack", "started_at"),
        update_fields=("finished_at", "action", "result", "reason", "changes"),
    )
    return len(rows)
