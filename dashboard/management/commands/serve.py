"""Command: start web, worker and beat on this machine, on the user's own AWS credentials."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dashboard.access.read import anybody_exists
from dashboard.management import supervise
from dashboard.management.processes import ChildDiedError, PortBusyError, Stopped, require_free_port, stop_on_signals


class Command(BaseCommand):
    help = "Starts web, worker and beat as one group that ends together. Embedded unless REDIS_URL is set."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        group = supervise.new_group()
        try:
            require_free_port(settings.PORT, "PORT", "run")
            supervise.prepare_installation()
            supervise.start_product(group)
            self._welcome()
            supervise.watch(group, lambda: None)
        except Stopped:
            self.stdout.write("\nStopping …")
        except (PortBusyError, ChildDiedError, TimeoutError) as error:
            raise CommandError(str(error)) from error
        finally:
            group.stop()
        self.stdout.write("Everything has ended.")

    def _welcome(self) -> None:
        self.stdout.write(f"\n  Stackdeck is at {settings.SITE_URL}\n")
        if not anybody_exists():
            call_command("create_first_admin", stdout=self.stdout)
            self.stdout.write("The first page leads through connecting an AWS account.\n")
        self.stdout.write(f"  Logs: {settings.VAR_DIR / 'log'}   Ctrl-C ends everything.\n\n")
