"""Runs the simulated AWS until interrupted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.demo.server import Server


class Command(BaseCommand):
    help = "Serve two simulated AWS accounts over HTTP; point AWS_ENDPOINT_URL at it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=4566)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = Server(options["host"], options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']} can't be used: {error.strerror}.") from error
        self.stdout.write(f"ready {server.url}")
        self.stdout.flush()
        try:
            server.serve()
        except KeyboardInterrupt:
            self.stdout.write("stopped")
