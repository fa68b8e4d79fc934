"""One round of discovery: gather first, then write everything in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from dashboard.aws import AwsError, ErrorKind, Region
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect.gather import Gathered, Known, gather
from dashboard.inventory.collect.links import store_links
from dashboard.inventory.collect.resources import store_resources
from dashboard.inventory.collect.stacks import retire_rule_stacks, store_deploys, store_stacks
from dashboard.inventory.models import Account, Stack

HISTORY = timedelta(days=30)
"""How far back deploys are read at first sight."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a round found; `errors` says what could not be asked, and was left as it was."""

    stacks: int
    resources: int
    links: int
    deploys: int
    gone: int
    errors: tuple[AwsError, ...]


def discover(account: Account, region: str, aws: Region, now: datetime, choices: Choices) -> Discovered:
    """Discover one region; only its global services where the account left the region out.

    Raises AwsError when nothing can be asked at all: bad credentials, a disabled region.
    """
    _require_account(account, aws)
    observed = region in account.regions
    gathered = gather(aws, _known(account, region), now - HISTORY, choices.threads, whole=observed)
    with transaction.atomic():
        return _store(account, region, gathered, now, choices)


def _require_account(account: Account, aws: Region) -> None:
    """Make sure whose resources these will be. Raises AwsError: of another account's, none of ours are listed."""
    reached = aws.identity()
    if reached != account.account_id:
        raise AwsError(
            ErrorKind.CREDENTIALS,
            "sts:GetCallerIdentity",
            f"The credentials lead to account {reached}, not to {account}.",
            "Put this account's credentials back, or connect the other one as an account of its own.",
        )


def _known(account: Account, region: str) -> Known:
    stacks = Stack.objects.filter(account=account, region=region, source=Stack.Source.CLOUDFORMATION, gone_at=None)
    newest = stacks.annotate(newest=Max("deploys__started_at")).values_list("arn", "newest")
    read = stacks.exclude(template_at=None).values_list("arn", "template_at")
    return Known({arn: at for arn, at in newest if at}, {arn: at for arn, at in read if at})


def _store(account: Account, region: str, gathered: Gathered, now: datetime, choices: Choices) -> Discovered:
    stacks = store_stacks(account, region, gathered, now, choices)
    resources, gone = store_resources(account, region, gathered, stacks, now, choices=choices)
    retire_rule_stacks(account, now)
    links = store_links(account, region, gathered, stacks, now)
    deploys = store_deploys(stacks, gathered)
    for found in gathered.stacks or ():
        if found.arn in gathered.references:
            Stack.objects.filter(pk=stacks[found.arn].pk).update(template_at=found.updated_at or found.created_at)
    return Discovered(len(gathered.stacks or ()), resources, links, deploys, gone, tuple(gathered.errors))
