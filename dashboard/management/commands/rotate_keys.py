"""Command: encrypt stored secrets again with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.access.write import rotate_secrets


class Command(BaseCommand):
    help = "Encrypts every stored secret with the first of ENCRYPTION_KEYS; afterwards the older keys may go."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rotate_secrets()
        self.stdout.write(f"{count} secrets are now encrypted with the newest key. Older keys may be removed.")
