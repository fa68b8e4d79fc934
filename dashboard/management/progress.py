"""Progress for the terminal: what has been collected, how far, read from the rows."""

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from django.db import DEFAULT_DB_ALIAS

from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.models import Series
from dashboard.polls.models import Run, Target


class Totals(TypedDict):
    """What there is by now."""

    stacks: int
    resources: int
    series: int
    backfilled: int


class Progress:
    """Writes one line per finished poll until everything has been collected once; after that only what fails."""

    def __init__(self, write: Callable[[str], object], started_at: datetime) -> None:
        self._write = write
        self._started_at = started_at
        self._last_run = _newest_run()
        self._complete = False

    def report(self) -> None:
        """Write what is new since the last call."""
        for run in Run.objects.filter(pk__gt=self._last_run).select_related("target__account").order_by("pk"):
            self._last_run = run.pk
            if not run.ok or not self._complete:
                self._write(self._line(run))
        if not self._complete and collected_once(self._started_at):
            self._complete = True
            self._write(
                f"{'':9}Everything has been collected: {summary(totals())}. From here on only failures are shown."
            )

    def _line(self, run: Run) -> str:
        after = (run.started_at + run.duration - self._started_at).total_seconds()
        target = run.target
        place = f"{target.account.name}, {target.region}: {target.get_source_display().lower()}"
        return f"{after:6.0f} s  {place:<52} {_outcome(run)}"


def collected_once(since: datetime, database: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether every running target has had its turn since then, and no history is missing."""
    running = Target.objects.using(database).filter(paused_at=None, account__paused_at=None)
    if not running.exists() or running.filter(last_attempt_at=None).exists():
        return False
    late = running.filter(due_at__lt=since).exists()
    asked = Series.objects.using(database).filter(active=True, block__computed=False)
    return not late and not asked.filter(backfilled_at=None).exists()


def totals() -> Totals:
    """Count what is there."""
    asked = Series.objects.filter(active=True, block__computed=False)
    return Totals(
        stacks=Stack.objects.filter(gone_at=None).count(),
        resources=Resource.objects.filter(gone_at=None).count(),
        series=asked.count(),
        backfilled=asked.exclude(backfilled_at=None).count(),
    )


def summary(found: Totals) -> str:
    """One phrase: '12 stacks, 170 resources, 1,204 series, 100 % with history'."""
    phrase = f"{found['stacks']} stacks, {found['resources']} resources, {found['series']:,} series"
    if not found["series"]:
        return phrase
    return f"{phrase}, {100 * found['backfilled'] // found['series']} % with history"


def _outcome(run: Run) -> str:
    if not run.ok:
        return f"failed: {run.error_text or run.error}"
    if run.target.source == Target.Source.INVENTORY:
        here = Resource.objects.filter(account=run.target.account, region=run.target.region, gone_at=None)
        return f"{here.count()} resources"
    points = "nothing new" if not run.points else f"{run.points:,} point{'s' if run.points != 1 else ''}"
    return f"{points} in {run.calls} call{'s' if run.calls != 1 else ''}"


def _newest_run() -> int:
    newest = Run.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
