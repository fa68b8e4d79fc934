"""Poll metrics once, by hand, and print what happened."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.inventory.models import Account
from dashboard.polls.models import Target
from dashboard.polls.write import begin, finish, lease
from dashboard.tasks import judge, run


class Command(BaseCommand):
    help = "Poll the metrics of all accounts once, whether they are due or not, and print what happened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", help="only this account: its name or its AWS account id")

    def handle(self, *args: object, **options: str) -> None:
        targets = self._targets(options["account"])
        if not targets:
            raise CommandError("There is nothing to poll yet: connect an account, then run `manage.py discover`.")
        failed = [target for target in targets if not self._poll(target)]
        for account_id, region in sorted({(target.account_id, target.region) for target in targets}):
            judge(account_id, region)
        if failed:
            raise CommandError(f"{len(failed)} of {len(targets)} polls failed.")

    def _targets(self, account: str | None) -> list[Target]:
        targets = Target.objects.exclude(source=Target.Source.INVENTORY).select_related("account")
        if account:
            wanted = Account.objects.filter(name=account) | Account.objects.filter(account_id=account)
            if not wanted:
                raise CommandError(f"There is no account {account}.")
            targets = targets.filter(account__in=wanted)
        return list(targets)

    def _poll(self, target: Target) -> bool:
        """Poll one target; False when it failed."""
        held = lease(target, timezone.now())
        started = begin(held, timezone.now()) if held else None
        if started is None:
            self.stdout.write(f"{target}: left out, {target.paused_reason or 'a worker is polling it right now'}")
            return True
        outcome = run(started)
        finish(started, outcome, timezone.now())
        said = f"{outcome.points:,} points, ${outcome.cost:.4f}"
        self.stdout.write(f"{target}: {said}" if outcome.ok else f"{target}: failed")
        if outcome.error:
            self.stdout.write(f"  {outcome.error}")
        return outcome.ok
