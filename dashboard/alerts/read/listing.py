"""What needs somebody now, and what did: alerts in the order in which they matter."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dashboard.access.roles import Scope
from dashboard.alerts.models import Alert, Transition
from dashboard.alerts.read.quiet import is_quiet, quiet_now
from dashboard.alerts.silences import Asked, Quiet, covers
from dashboard.catalog.shape import Severity
from dashboard.core.windows import Window

ABOUT = ("account", "resource", "stack__account", "stack__team", "assignee", "cause", "deploy")
SEVERITY_ORDER = {one.value: rank for rank, one in enumerate(Severity)}
MOST = 500
PER_PAGE = 100
BRIEF = (
    "pk", "cause_id", "state", "since", "severity", "subject", "stack_id", "resource_id",
    "stack__environment", "metric",
)  # fmt: skip
NEWEST = 6
"""How many the bell shows."""
LATELY = timedelta(days=7)
NOISE_OVER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert of the list."""

    alert: Alert
    effects: Sequence[Alert]
    """Alerts that were put down to it and are still broken."""
    silenced: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """How often a threshold fired in thirty days, for how long, and how often anybody took it."""

    service: str
    """Key of the catalogue; of what is no resource, its kind."""
    metric: str
    severity: str
    alerts: int
    subjects: int
    lasted: timedelta
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Needing:
    """A page of alerts that are not resolved."""

    rows: Sequence[AlertRow]
    total: int
    """How many stand for themselves, on all pages."""


def needing_somebody(
    scope: Scope,
    now: datetime,
    *,
    accounts: frozenset[str],
    environments: frozenset[str],
    teams: frozenset[str],
    page: int = 1,
) -> Needing:
    """Unresolved alerts: open before acknowledged, by severity, then the oldest; effects stand under their cause.

    Four queries: all are put in order by few columns, and what a page shows is read whole.
    """
    chosen = _chosen(Alert.objects.visible_to(scope).unresolved(), accounts, environments, teams)
    quiet = quiet_now(now)
    brief = [Brief(*columns) for columns in chosen.order_by().values_list(*BRIEF)]
    ids = {one.pk for one in brief}
    alone = sorted((one for one in brief if one.cause_id not in ids), key=lambda one: one.urgency(quiet))
    shown = [one.pk for one in alone[(page - 1) * PER_PAGE : page * PER_PAGE]]
    whole = {alert.pk: alert for alert in _whole(Alert.objects.filter(pk__in=shown))}
    effects: dict[int, list[Alert]] = {}
    for alert in _whole(chosen.filter(cause__in=shown).order_by("since"))[:MOST]:
        effects.setdefault(alert.cause_id or 0, []).append(alert)
    rows = [AlertRow(whole[pk], effects.get(pk, []), is_quiet(whole[pk], quiet)) for pk in shown if pk in whole]
    return Needing(rows, len(alone))


class Brief(NamedTuple):
    """What puts an alert in its place."""

    pk: int
    cause_id: int | None
    state: str
    since: datetime
    severity: str
    subject: str
    stack_id: int | None
    resource_id: int | None
    environment: str | None
    metric: str

    def urgency(self, quiet: Iterable[Quiet]) -> tuple[bool, bool, int, datetime, int]:
        """Sorts silenced ones last, then those that somebody has, then by severity and age."""
        asked = Asked(self.severity, self.subject, self.stack_id, self.resource_id, self.environment or "", self.metric)
        silenced = any(covers(one, asked) for one in quiet)
        taken = self.state == Alert.State.ACKNOWLEDGED
        return silenced, taken, SEVERITY_ORDER.get(self.severity, len(SEVERITY_ORDER)), self.since, self.pk


def _urgency(row: AlertRow) -> tuple[bool, bool, int, datetime]:
    alert = row.alert
    taken = alert.state == Alert.State.ACKNOWLEDGED
    return row.silenced, taken, SEVERITY_ORDER.get(alert.severity, len(SEVERITY_ORDER)), alert.since


def resolved_within(
    scope: Scope, window: Window, *, accounts: frozenset[str], environments: frozenset[str], teams: frozenset[str]
) -> list[AlertRow]:
    """Alerts that were resolved in a window, the newest first."""
    rows = Alert.objects.visible_to(scope).filter(resolved_at__gte=window.start, resolved_at__lt=window.end)
    return [
        AlertRow(alert, (), silenced=False)
        for alert in _filtered(rows, accounts, environments, teams).order_by("-resolved_at")[:MOST]
    ]


def _filtered(
    rows: QuerySet[Alert], accounts: frozenset[str], environments: frozenset[str], teams: frozenset[str]
) -> QuerySet[Alert]:
    return _whole(_chosen(rows, accounts, environments, teams))


def _chosen(
    rows: QuerySet[Alert], accounts: frozenset[str], environments: frozenset[str], teams: frozenset[str]
) -> QuerySet[Alert]:
    wanted = {
        "account__account_id__in": accounts,
        "stack__environment__in": environments,
        "stack__team__name__in": teams,
    }
    return rows.filter(**{name: values for name, values in wanted.items() if values})


def _whole(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    return rows.select_related(*ABOUT).defer("resource__facts", "resource__tags", "stack__tags")


def concerning(scope: Scope, stack_ids: Iterable[int], window: Window) -> list[Alert]:
    """Alerts of those stacks, or of no stack, that stand for themselves: unresolved, or begun or over in a window."""
    resolved_in = Q(resolved_at__gte=window.start, resolved_at__lt=window.end)
    opened_in = Q(opened_at__gte=window.start, opened_at__lt=window.end)
    theirs = Q(stack_id__in=list(stack_ids)) | Q(stack=None)
    rows = Alert.objects.visible_to(scope).filter(Q(resolved_at=None) | resolved_in | opened_in, theirs, cause=None)
    return list(rows.select_related("resource").defer("resource__facts", "resource__tags")[:MOST])


def newest(scope: Scope) -> list[Alert]:
    """Open alerts that stand for themselves and nobody has taken, the newest first; one query."""
    rows = Alert.objects.visible_to(scope).filter(state=Alert.State.OPEN, cause=None)
    return list(rows.select_related("stack", "account").defer("stack__tags").order_by("-opened_at", "-pk")[:NEWEST])


def of_stack(scope: Scope, stack_id: int, now: datetime) -> list[AlertRow]:
    """Alerts of one stack: what is broken as in the list, then what was resolved within a week; three queries."""
    rows = Alert.objects.visible_to(scope).filter(stack=stack_id)
    quiet = quiet_now(now)
    broken = [AlertRow(one, (), is_quiet(one, quiet)) for one in _whole(rows.unresolved())]
    over = _whole(rows.filter(resolved_at__gte=now - LATELY)).order_by("-resolved_at")[:MOST]
    return [*sorted(broken, key=_urgency), *(AlertRow(one, (), silenced=False) for one in over)]


def noise(scope: Scope, now: datetime) -> list[Noise]:
    """Thresholds by how often they fired, the noisiest first."""
    rows = Alert.objects.visible_to(scope).filter(opened_at__gte=now - NOISE_OVER).order_by()
    taken = set(
        Transition.objects.filter(alert__in=rows, kind=Transition.Kind.ACKNOWLEDGED).values_list("alert_id", flat=True)
    )
    alerts: Counter[tuple[str, str, str]] = Counter()
    acknowledged: Counter[tuple[str, str, str]] = Counter()
    lasted: dict[tuple[str, str, str], timedelta] = {}
    subjects: dict[tuple[str, str, str], set[str]] = {}
    columns = ("pk", "resource__service", "metric", "severity", "subject", "opened_at", "resolved_at", "reopened")
    for pk, service, metric, severity, subject, opened_at, resolved_at, reopened in rows.values_list(*columns):
        key = (service or subject.partition(":")[0], metric, severity)
        alerts[key] += 1 + reopened
        acknowledged[key] += pk in taken
        lasted[key] = lasted.get(key, timedelta(0)) + ((resolved_at or now) - opened_at)
        subjects.setdefault(key, set()).add(subject)
    return [
        Noise(*key, number, len(subjects[key]), lasted[key], acknowledged[key]) for key, number in alerts.most_common()
    ]
