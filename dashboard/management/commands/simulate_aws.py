"""Runs the simulated AWS and its mail catcher until interrupted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.demo.mail.receiver import Receiver
from dashboard.demo.server import Server
from dashboard.demo.simulator import Simulator


class Command(BaseCommand):
    help = (
        "Serve two simulated AWS accounts over HTTP; point AWS_ENDPOINT_URL at it, and EMAIL_URL at its mail catcher."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=4566)
        parser.add_argument(
            "--mail-port", type=int, default=2525, help="Of the mail catcher; it shows mails at /mail/."
        )

        parser.add_argument(
            "--began",
            type=float,
            default=None,
            help="When its troubles are planted, seconds since 1970; otherwise now.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = Server(options["host"], options["port"], Simulator(began_at=options["began"]))
            receiver = Receiver(options["host"], options["mail_port"], server.simulator.mailbox)
        except OSError as error:
            ports = f"{options['port']} or {options['mail_port']}"
            raise CommandError(f"Port {ports} can't be used: {error.strerror}.") from error
        receiver.start()
        self.stdout.write(f"ready {server.url}")
        self.stdout.flush()
        try:
            server.serve()
        except KeyboardInterrupt:
            self.stdout.write("stopped")
