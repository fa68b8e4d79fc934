"""Command: everything on a simulated AWS, for a first look; nothing real is touched (management/environment.py)."""

import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.demo.world.blueprints import ACCOUNT_NAMES
from dashboard.management import parts, supervise
from dashboard.management.demo_accounts import connect_accounts
from dashboard.management.demo_channels import create_channel
from dashboard.management.demo_digests import create_schedules
from dashboard.management.demo_people import create_people, give_stacks_to_teams
from dashboard.management.demo_slos import promise
from dashboard.management.demo_world import NotADemoError, world_began
from dashboard.management.processes import (
    ChildDiedError,
    Group,
    PortBusyError,
    Stopped,
    require_free_port,
    stop_on_signals,
)
from dashboard.management.progress import Progress
from dashboard.tasks import tick

AWS_READY_WITHIN = timedelta(seconds=60)


class Command(BaseCommand):
    help = "Starts a simulated AWS, web, worker and beat, and connects two simulated accounts. Use it as: make demo"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:"):
            raise CommandError("The demo talks to its simulated AWS only. Start it as: make demo")
        stop_on_signals()
        group = supervise.new_group()
        try:
            self._start(group)
            self._watch(group)
        except Stopped:
            self.stdout.write("\nStopping …")
        except (PortBusyError, ChildDiedError, NotADemoError, TimeoutError) as error:
            raise CommandError(str(error)) from error
        finally:
            group.stop()
        self.stdout.write("Everything has ended.")

    def _start(self, group: Group) -> None:
        aws_port, mail_port = int(os.environ["AWS_PORT"]), int(os.environ["MAIL_PORT"])
        require_free_port(settings.PORT, "PORT", "demo")
        require_free_port(aws_port, "AWS_PORT", "demo")
        require_free_port(mail_port, "MAIL_PORT", "demo")
        self.stdout.write("Starting the simulated AWS, the web server and the worker …")
        began_at = world_began(settings.VAR_DIR, timezone.now(), frozenset(ACCOUNT_NAMES))
        group.start(parts.simulated_aws(dict(os.environ), aws_port, mail_port, began_at))
        supervise.prepare_installation()
        create_people()
        create_channel()
        supervise.start_product(group)
        self._welcome()
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        group.wait_until(
            lambda: supervise.answers(f"{endpoint}/_simulator/state"), "The simulated AWS", AWS_READY_WITHIN
        )
        connect_accounts(timezone.now())
        tick.delay()

    def _welcome(self) -> None:
        self.stdout.write(
            f"\n  Stackdeck is at  {settings.SITE_URL}\n"
            f"  Sign in as       admin / admin   (or operator / operator, viewer / viewer)\n"
            f"  Its mail         {os.environ['AWS_ENDPOINT_URL']}/mail/   (nothing leaves this machine)\n"
            f"  Logs             {settings.VAR_DIR / 'log'}\n"
            f"  Ctrl-C           ends everything\n\n"
        )

    def _watch(self, group: Group) -> None:
        started_at = timezone.now()
        progress = Progress(self.stdout.write, started_at)

        def report() -> None:
            give_stacks_to_teams()
            promise()
            progress.report()
            if create_schedules(started_at, timezone.now()):
                self.stdout.write(f"{'':9}The first digests are on their way to its mail.")

        supervise.watch(group, report)
