"""Command: print the IAM policy that collecting needs."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.catalog import all_services
from dashboard.inventory.policy import policy


class Command(BaseCommand):
    help = "Prints the IAM policy, as JSON, with every action that collecting uses; none of them writes."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(policy(all_services().values()), indent=2))
