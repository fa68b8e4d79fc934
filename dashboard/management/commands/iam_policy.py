"""Command: print the IAM policy that collecting and telling need."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.catalog import all_services
from dashboard.inventory.policy import SOURCES, policy


class Command(BaseCommand):
    help = "Prints the IAM policy, as JSON: every read that is made, and publishing to chosen SNS topics."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--topic", action="append", default=[], help="ARN of an SNS topic that a channel uses")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(policy(all_services().values(), SOURCES, options["topic"]), indent=2))
