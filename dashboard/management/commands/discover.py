"""Command: discover accounts once, by hand, and print what was found."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboard import aws
from dashboard.aws import AwsError, Region
from dashboard.core.connection import Connection
from dashboard.inventory.collect import Discovered, discover
from dashboard.inventory.models import Account
from dashboard.metrics.collect import sources_of, sync_series
from dashboard.polls.write import ensure_targets
from dashboard.tasks import discovery_choices


class Command(BaseCommand):
    help = "Looks once for stacks and resources in every region of all accounts, and prints what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", help="only this account: its name or its AWS account id")

    def handle(self, *args: Any, account: str | None, **options: Any) -> None:
        accounts = _accounts(account)
        complete = [self._discover(one, region) for one in accounts for region in one.regions]
        for one in accounts:
            ensure_targets(one, timezone.now(), sources_of(one))
        if not all(complete):
            raise CommandError(f"{complete.count(False)} of {len(complete)} regions could not be read in full.")

    def _discover(self, account: Account, region: str) -> bool:
        """Discover one region; False when something could not be asked."""
        connection = Connection(account.account_id, account.profile, account.role_arn, account.external_id)
        self.stdout.write(f"{account.name} · {region}")
        reached = aws.open(connection, region)
        errors: list[AwsError] = []
        try:
            found = discover(account, region, reached, timezone.now(), discovery_choices())
            errors += found.errors
            self.stdout.write(f"  {_counted(found)}")
            self._sync(account, reached)
        except AwsError as error:
            errors.append(error)
        for one in errors:
            self.stdout.write(f"  {one.message}\n    → {one.remedy}")
        return not errors

    def _sync(self, account: Account, reached: Region) -> None:
        synced = sync_series(account, reached.name, reached, timezone.now())
        self.stdout.write(f"  {synced.created} new series to collect, calls for ${reached.meter.cost:.4f}")


def _accounts(wanted: str | None) -> list[Account]:
    """The accounts that are meant. Raises CommandError when there is none."""
    accounts = Account.objects.all()
    if wanted:
        accounts = accounts.filter(name=wanted) | accounts.filter(account_id=wanted)
    if not accounts:
        raise CommandError(
            f"There is no account {wanted}." if wanted else "Connect one first: manage.py connect_account."
        )
    return list(accounts)


def _counted(found: Discovered) -> str:
    return (
        f"{found.stacks} stacks, {found.resources} resources, {found.links} links, {found.deploys} deploys read; "
        f"{found.gone} resources gone"
    )
