"""Command: write docs/services.md from the catalogue."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.catalog import all_services
from dashboard.catalog.document import document

PATH = Path(__file__).resolve().parents[3] / "docs" / "services.md"


class Command(BaseCommand):
    help = "Writes docs/services.md from the catalogue; --check only says whether it is stale, --print shows it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the document is stale; write nothing.")
        parser.add_argument("--print", action="store_true", dest="show", help="Print it; write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        text = document(all_services())
        if options["show"]:
            self.stdout.write(text)
        elif not options["check"]:
            PATH.write_text(text)
            self.stdout.write(f"Wrote {PATH}: {len(all_services())} services.")
        elif not PATH.exists() or PATH.read_text() != text:
            raise CommandError("docs/services.md is stale: run `make services` and commit what it wrote.")
