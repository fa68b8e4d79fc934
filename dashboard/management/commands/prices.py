"""`manage.py prices REGION…`: the price book compared with AWS's price list, and brought up to date by it."""

from argparse import ArgumentParser
from dataclasses import replace

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard import aws
from dashboard.aws import AwsError
from dashboard.catalog.prices.book import book, write_book
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of
from dashboard.polls.write.usage import record_usage
from dashboard.spend.collect.price_list import Comparison, codes_of, compare, say

SOURCE = "AWS Price List Query API"


class Command(BaseCommand):
    """Compare prices, and keep those of the price list when asked to."""

    help = "Compare the prices that live cost is estimated with to AWS's price list; with --write, use the list's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which regions, and whose permission to ask with."""
        parser.add_argument("regions", nargs="+", metavar="REGION")
        parser.add_argument("--account", help="ask with this account's access: its name; otherwise the first one's")
        parser.add_argument("--write", action="store_true", help="keep the list's prices in PRICES_DIR")

    def handle(self, *args: object, **options: object) -> None:
        """One region after the other."""
        account = self._account(str(options["account"] or ""))
        for region in options["regions"]:  # type: ignore[attr-defined] # argparse makes a list of them
            self._refresh(account, region, write=bool(options["write"]))

    def _account(self, name: str) -> Account:
        accounts = Account.objects.order_by("pk")
        found = accounts.filter(name=name).first() if name else accounts.first()
        if found is None:
            raise CommandError(f"There is no account {name}." if name else "Connect an account first: its access asks.")
        return found

    def _refresh(self, account: Account, region: str, *, write: bool) -> None:
        known = replace(book(region), region=region)
        meter = aws.Meter()
        try:
            here = aws.open(connection_of(account), region, meter)
            items = {code: list(here.price_list(code, region)) for code in codes_of(known)}
        except AwsError as error:
            raise CommandError(str(error)) from error
        finally:
            record_usage(account, meter.by_action(), timezone.now())
        found = compare(known, items)
        self._say(region, found)
        if write and found.prices:
            read = {**known.prices, **found.prices}
            fresh = replace(known, read_on=timezone.now().date(), source=SOURCE, prices=read)
            path = write_book(fresh, settings.PRICES_DIR)
            self.stdout.write(f"Kept in {path}. Workers use it once they are started again.")

    def _say(self, region: str, found: Comparison) -> None:
        same = len(found.prices) - len(found.changes)
        self.stdout.write(f"{region}: {same} as the price list says, {len(found.changes)} otherwise.")
        for change in found.changes:
            self.stdout.write(f"  {change.unit}: {say(change.before)} → {say(change.after)} USD")
        if found.unknown:
            self.stdout.write(f"  Not found there, or at several prices, and left alone: {', '.join(found.unknown)}")
