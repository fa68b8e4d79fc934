"""GetServiceGraph span by span: the newest minutes first, then what is missing."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from dashboard.aws import AwsError, ErrorKind, Region
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces import spans
from dashboard.traces.models import GraphSlice, TraceGroup, TraceSource
from dashboard.traces.spans import GraphChoices, Span
from dashboard.traces.tally import NOTHING
from dashboard.traces.write.directory import Directory
from dashboard.traces.write.graph import roll_up, store_graph
from dashboard.traces.write.sources import note_destination, store_groups

HOPELESS = (ErrorKind.UNREACHABLE, ErrorKind.CREDENTIALS, ErrorKind.ACCESS_DENIED, ErrorKind.CAPPED)
"""Errors that the next span would meet as well."""
SETTINGS_EVERY = timedelta(hours=1)
"""How often groups and the destination of segments are asked."""
QUIET_AFTER = timedelta(days=1)


@dataclass(slots=True)
class Collected:
    """What one run brought: spans stored, nodes and edges with figures in them, and errors of single calls."""

    spans: int = 0
    points: int = 0
    errors: list[AwsError] = field(default_factory=list)
    unfinished: bool = False
    """More is due than one run asks for."""

    @property
    def ok(self) -> bool:
        """Whether something came, or nothing failed."""
        return bool(self.spans) or not self.errors


@dataclass(frozen=True, slots=True)
class Run:
    """One visit to the X-Ray of an account and region."""

    directory: Directory
    aws: Region
    now: datetime
    choices: GraphChoices

    def slices(self, group: str) -> QuerySet[GraphSlice]:
        """What is stored of a group's graph."""
        place = self.directory
        return GraphSlice.objects.filter(account=place.account, region=place.region, group=group)


def collect_graph(account: Account, region: str, *, aws: Region, now: datetime, choices: GraphChoices) -> Collected:
    """Ask for every closed span that is not stored yet; what fails is asked for again by the next run."""
    run, collected = Run(Directory(account, region), aws, now, choices), Collected()
    chosen = TraceGroup.objects.filter(account=account, region=region, collected=True)
    for group in ("", *chosen.values_list("name", flat=True)):
        _collect(run, group, collected)
        if any(error.kind in HOPELESS for error in collected.errors):
            return collected
    _ask_settings(account, region, aws, now, collected)
    return collected


def _collect(run: Run, group: str, collected: Collected) -> None:
    """One graph: of all traces, or of a group."""
    stored: list[Span] = []
    for span in _due(run, group):
        try:
            services = run.aws.service_graph(_window(*span), group)
        except AwsError as error:
            collected.errors.append(error)
            if error.kind in HOPELESS:
                break
            continue
        collected.points += store_graph(run.directory, span, services, group=group)
        stored.append(span)
    roll_up(run.directory, stored, group=group)
    collected.spans += len(stored)
    collected.unfinished |= len(stored) == run.choices.most


def _due(run: Run, group: str) -> list[Span]:
    """What to ask for; a place where nothing came for a day is quiet."""
    rows = run.slices(group)
    since = int((run.now - run.choices.delay - run.choices.backfill).timestamp()) - spans.DAY
    held: dict[int, set[int]] = defaultdict(set)
    for period, at in rows.filter(at__gte=since).values_list("period", "at"):
        held[period].add(at)
    day_ago = int((run.now - QUIET_AFTER).timestamp())
    known_for_a_day = any(at <= day_ago for starts in held.values() for at in starts)
    quiet = known_for_a_day and not rows.filter(at__gte=day_ago).exclude(nodes=NOTHING).exists()
    return spans.due_spans(run.now, run.choices, held, quiet=quiet)


def _window(period: int, at: int) -> Window:
    return Window(datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(at + period, UTC))


def _ask_settings(account: Account, region: str, aws: Region, now: datetime, collected: Collected) -> None:
    """Ask for groups, and where segments go, once an hour, whether that is allowed or not."""
    fresh = TraceSource.objects.filter(account=account, region=region, asked_at__gt=now - SETTINGS_EVERY)
    if fresh.exists():
        return
    destination = _attempt(aws.trace_destination, collected)
    groups = _attempt(aws.trace_groups, collected)
    if groups is not None:
        store_groups(account, region, groups)
    note_destination(account, region, destination, now)


def _attempt(ask: Callable[[], Any], collected: Collected) -> Any:
    """The answer, or None with the error kept."""
    try:
        return ask()
    except AwsError as error:
        collected.errors.append(error)
        return None
