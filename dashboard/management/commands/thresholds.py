"""`manage.py thresholds export|import|preview`: thresholds as a YAML file that a team keeps in git."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.core.times import say_span
from dashboard.health.read import Preview, days_of, preview
from dashboard.thresholds.document import Entry, read_document, write_document
from dashboard.thresholds.exchange import differences
from dashboard.thresholds.read import rule_of
from dashboard.thresholds.write import apply, entries, missing_targets, unsaved


class Command(BaseCommand):
    """Export and import thresholds."""

    help = (
        "Thresholds as a YAML file: export what is set, import a file, with a dry run that says what would change, or"
        " see what its thresholds would have done over the last two weeks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Three actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        out = actions.add_parser("export", help="Write all thresholds that somebody set.")
        out.add_argument("file", nargs="?", help="Where to; printed without it.")
        into = actions.add_parser("import", help="Make the thresholds as a file says.")
        into.add_argument("file")
        into.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        into.add_argument("--prune", action="store_true", help="Remove thresholds that the file does not name.")

        look = actions.add_parser("preview", help="Say what each threshold of a file would have done.")
        look.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        if options["action"] == "export":
            self._export(options["file"])
        elif options["action"] == "preview":
            self._preview(Path(options["file"]))
        else:
            self._import(Path(options["file"]), dry_run=options["dry_run"], prune=options["prune"])

    def _preview(self, file: Path) -> None:
        now = timezone.now()
        for entry in self._read(file):
            place = f" for {entry.scope} {entry.target}" if entry.scope else ""
            told = say_preview(preview(rule_of(unsaved(entry)), now))
            self.stdout.write(f"{entry.service}.{entry.metric} {entry.severity}{place}: {told}")

    def _export(self, file: str | None) -> None:
        text = write_document(entries())
        if file is None:
            self.stdout.write(text, ending="")
            return
        Path(file).write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {file}.")

    def _read(self, file: Path) -> list[Entry]:
        """What a file wants; refused as a whole when anything is wrong with it."""
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} can’t be read: {error}") from error
        wanted, problems = read_document(text)
        problems += missing_targets(wanted)
        if problems:
            raise CommandError("\n".join(f"{file}, {problem}" for problem in problems) + "\nNothing was changed.")
        return wanted

    def _import(self, file: Path, *, dry_run: bool, prune: bool) -> None:
        wanted = self._read(file)
        found = differences(entries(), wanted, prune=prune)
        for one in found:
            self.stdout.write(str(one))
        if not dry_run:
            apply(found)
        self.stdout.write(f"{len(found)} {'would change' if dry_run else 'changed'}, {len(wanted)} in the file.")


def say_preview(found: Preview) -> str:
    """'would have alerted 7 times since …, the longest for 42 min; most began on …'."""
    if not found.rows:
        return f"no history of it yet, {found.in_scope} in scope."
    since = f"since {found.since:%Y-%m-%d %H:%M} UTC"
    if not found.alerts:
        return f"would not have alerted {since}."
    times = "once" if found.alerts == 1 else f"{found.alerts} times"
    told = f"would have alerted {times} {since}, the longest for {say_span(found.longest)}"
    days = sorted(days_of(found), key=lambda one: one[1])
    if len(days) > 1 and days[0][1] < days[-1][1]:
        told += f"; most began on {days[-1][0]} ({days[-1][1]}), fewest on {days[0][0]} ({days[0][1]})"
    return f"{told}."
