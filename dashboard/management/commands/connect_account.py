"""Command: connect an AWS account; the same steps as the guide's, in a terminal."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.aws import AwsError, PermissionResult
from dashboard.aws.errors import ErrorKind
from dashboard.catalog import all_services
from dashboard.core.connection import Connection
from dashboard.inventory.collect import Survey, own_account, survey
from dashboard.inventory.estimate import monthly_cost
from dashboard.inventory.models import Account, Stack
from dashboard.inventory.policy import policy, trust_policy
from dashboard.inventory.write import connect_account, new_external_id
from dashboard.polls.write import ensure_targets

ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,160}")


class Command(BaseCommand):
    help = "Tests an AWS account, says what collecting costs, and connects it when you agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="what you call the account; default: its number")
        parser.add_argument("--profile", default="", help="a named profile; default: the default credential chain")
        parser.add_argument("--role-arn", default="", help="a role to assume; it must demand the external id shown")
        parser.add_argument("--regions", nargs="+", help="default: regions with CloudFormation stacks")
        parser.add_argument("--yes", action="store_true", help="start without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] and Account.objects.filter(name__iexact=options["name"]).exists():
            raise CommandError(f"There is already an account called “{options['name']}”.")
        connection = self._connection(options["profile"], options["role_arn"], agreed=options["yes"])
        self.stdout.write("Testing …")
        found = _tried(connection)
        self._show(found)
        regions = _chosen(found, options["regions"])
        self._show_cost(found, regions)
        if not options["yes"] and not self._agreed("Start collecting? [y/N] "):
            raise CommandError("Nothing was connected.")
        self._begin(options["name"] or found.account_id, replace(connection, account_id=found.account_id), regions)

    def _connection(self, profile: str, role_arn: str, *, agreed: bool) -> Connection:
        """How to reach the account; for a role, shows the trust policy and waits until it is there."""
        if not role_arn:
            return Connection("", profile)
        if not ROLE_ARN.fullmatch(role_arn):
            raise CommandError("A role ARN looks like arn:aws:iam::111122223333:role/stackdeck.")
        external_id = new_external_id()
        self.stdout.write(
            f"Give {role_arn} this trust policy; the external id was made for it and is shown only now:\n"
        )
        self._print(trust_policy(own_account(profile), external_id))
        self.stdout.write("\nand this permissions policy:\n")
        self._print(policy(all_services().values()))
        if not agreed and not self._agreed("\nAre both in place? [y/N] "):
            raise CommandError("Nothing was connected.")
        return Connection("", profile, role_arn, external_id)

    def _agreed(self, question: str) -> bool:
        """Ask; no terminal, no answer and anything but yes mean no."""
        try:
            return input(question).strip().lower() in {"y", "yes"}
        except EOFError:
            return False

    def _print(self, document: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(document, indent=2))

    def _show(self, found: Survey) -> None:
        """Each permission, and the policy to copy when one is missing."""
        self.stdout.write(f"Account {found.account_id}\n\nPermissions")
        for result in found.permissions:
            self.stdout.write(f"  {result.action}: {_said(result)}")
        if any(_is_denied(result) for result in found.permissions):
            self.stdout.write("\nThe policy that allows them:\n")
            self._print(policy(all_services().values()))
        self.stdout.write("\nRegions")
        for region in found.regions:
            self.stdout.write(f"  {region}: {found.stacks.get(region, 0)} stacks")

    def _show_cost(self, found: Survey, regions: list[str]) -> None:
        metrics, cap = sum(found.metrics.get(region, 0) for region in regions), Decimal(settings.MONTHLY_CAP_USD)
        cost = monthly_cost(
            metrics,
            len(regions),
            len({service.namespace for service in all_services().values()}),
            every=timedelta(seconds=Stack.Resolution.FIVE_MINUTES),
            discover_every=settings.DISCOVER_EVERY,
        )
        self.stdout.write(f"\nCollecting costs up to ${cost:,.2f} a month: {metrics:,} metrics every 5 minutes")
        self.stdout.write(f"in {', '.join(regions)}. It pauses before it passes the monthly cap, ${cap:,.2f}.")
        if cost > cap:
            self.stdout.write("That is more than the cap: collecting would pause before the month ends.")

    def _begin(self, name: str, connection: Connection, regions: list[str]) -> None:
        """Make the account and what is polled of it. Raises CommandError when it was connected meanwhile."""
        try:
            with transaction.atomic():
                account = connect_account(name, connection, regions)
                ensure_targets(account, timezone.now())
        except IntegrityError as error:
            raise CommandError("This account, or one of this name, was connected meanwhile.") from error
        self.stdout.write(
            f"\nConnected {account}. A running worker begins at once; `manage.py discover` and "
            f"`manage.py collect` do one round by hand."
        )


def _tried(connection: Connection) -> Survey:
    """What trying the connection showed. Raises CommandError when it leads nowhere, or to a known account."""
    try:
        found = survey(connection, settings.AWS_THREADS)
    except AwsError as error:
        raise CommandError(str(error)) from error
    known = Account.objects.filter(account_id=found.account_id).first()
    if known is not None:
        raise CommandError(f"Account {found.account_id} is connected already as “{known.name}”.")
    return found


def _is_denied(result: PermissionResult) -> bool:
    return result.error is not None and result.error.kind == ErrorKind.ACCESS_DENIED


def _said(result: PermissionResult) -> str:
    """What trying one permission showed, in a few words."""
    if result.ok:
        return "ok"
    return "MISSING" if _is_denied(result) else f"could not be tried. {result.error}"


def _chosen(found: Survey, wanted: list[str] | None) -> list[str]:
    """The regions to collect from. Raises CommandError for one that the account has not enabled."""
    unknown = sorted(set(wanted or ()) - set(found.regions))
    if unknown:
        raise CommandError(f"Not enabled in this account: {', '.join(unknown)}. Enabled: {', '.join(found.regions)}.")
    return list(dict.fromkeys(wanted)) if wanted else found.busy_regions
