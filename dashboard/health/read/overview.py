"""How stacks and resources do, for pages: verdicts with their reasons, and figures over a window."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from django.db.models import F, OuterRef, QuerySet, Subquery

from dashboard.access.roles import Scope
from dashboard.catalog.shape import Values
from dashboard.core.windows import Window
from dashboard.health.models import StackHealth, State
from dashboard.health.summary import SIGNALS, Figures, add_up, change, sparkline, summarise
from dashboard.inventory.models import Deploy, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.read import Place, draw

ORDER = {state: rank for rank, state in enumerate(State.values)}
"""Worst first."""
NAMED = ("resource", "slowest", "fullest")
"""Resources that a verdict on a stack points to."""
FINE_SIGNALS = timedelta(days=7)
"""Windows up to this long are summed from fine values: a longer one would unpack thousands of days for few figures."""
FINEST = 100_000
"""More points than any window has: sums need every value, not the extremes that a chart keeps."""


@dataclass(frozen=True, slots=True)
class Named:
    """A resource by name, for a figure that needs to say whose it is."""

    id: int
    name: str
    service: str


@dataclass(frozen=True, slots=True)
class StackRow:
    """One stack of the overview."""

    stack: Stack
    state: str
    reason: str
    since: datetime | None
    guilty: Named | None
    metric: str
    figures: Figures
    before: Figures | None
    latency_values: tuple[float | None, ...]
    slowest: Named | None
    fullest: Named | None
    deployed_at: datetime | None
    deploy_result: str
    data_at: datetime | None

    @property
    def errors_change(self) -> float | None:
        """Change of the error rate against the comparison, as a share."""
        return change(self.figures.error_rate, self.before.error_rate) if self.before else None

    @property
    def requests_change(self) -> float | None:
        """Change of traffic against the comparison, as a share."""
        return change(self.figures.requests_per_minute, self.before.requests_per_minute) if self.before else None

    @property
    def latency_change(self) -> float | None:
        """Change of the median of the p95 against the comparison, as a share."""
        return change(self.figures.usual_latency, self.before.usual_latency) if self.before else None


@dataclass(frozen=True, slots=True)
class Overview:
    """All stacks that were asked for, worst first, and what they come to."""

    rows: Sequence[StackRow]
    counts: Mapping[str, int]
    """Stacks by state."""
    total: Figures
    total_before: Figures | None
    traffic_values: tuple[float | None, ...]
    error_rate_values: tuple[float | None, ...]
    visible: Sequence[Stack] = field(default=())
    """All stacks the user may see, before filters."""


@dataclass(frozen=True, slots=True)
class _Signals:
    """Arrays by stack and signal on one grid."""

    step: int
    arrays: Mapping[int, Mapping[str, Values]]

    def of(self, stack_id: int) -> Mapping[str, Values]:
        return self.arrays.get(stack_id, {})

    def figures(self, stack_id: int) -> Figures:
        return summarise(self.of(stack_id), self.step)

    def total(self) -> Mapping[str, Values]:
        """Traffic and errors of all stacks together."""
        return {
            name: add_up(one[name] for one in self.arrays.values() if name in one) for name in ("traffic", "errors")
        }


def overview(
    scope: Scope,
    window: Window,
    compared: Window | None = None,
    *,
    accounts: Iterable[str] = (),
    environments: Iterable[str] = (),
    teams: Iterable[str] = (),
) -> Overview:
    """Everything the overview shows of stacks. Accounts are AWS account ids, teams their names; empty means all."""
    visible = list(stacks_with_health(scope))
    wanted = {"account": set(accounts), "environment": set(environments), "team": set(teams)}
    stacks = [stack for stack in visible if _is_wanted(stack, wanted)]
    series = _signal_places(stack.pk for stack in stacks)
    now = _read_signals(series, window)
    before = _read_signals(series, compared) if compared else None
    rows = sorted((_row(stack, now, before) for stack in stacks), key=_worst_first)
    total = now.total()
    return Overview(
        rows=rows,
        counts={state: sum(row.state == state for row in rows) for state in State.values},
        total=summarise(total, now.step),
        total_before=summarise(before.total(), before.step) if before else None,
        traffic_values=sparkline(total["traffic"] * 60 / now.step),
        error_rate_values=sparkline(_share(total["errors"], total["traffic"])),
        visible=visible,
    )


def stacks_with_health(scope: Scope) -> QuerySet[Stack]:
    """Stacks the user may see, with account, team, health and last deploy (`deployed_at`, `deploy_result`)."""
    last = Deploy.objects.filter(stack=OuterRef("pk")).order_by("-started_at")
    return (
        Stack.objects.visible_to(scope)
        .present()
        .select_related("account", "team", "health")
        .annotate(
            deployed_at=Subquery(last.values("started_at")[:1]),
            deploy_result=Subquery(last.values("result")[:1]),
            **{f"{who}_{what}": F(f"health__{who}__{what}") for who in NAMED for what in ("id", "name", "service")},
        )
        .defer("tags", "description", "health__counts")
    )


def _is_wanted(stack: Stack, wanted: Mapping[str, set[str]]) -> bool:
    has = {
        "account": stack.account.account_id,
        "environment": stack.environment,
        "team": stack.team.name if stack.team else "",
    }
    return all(not values or has[name] in values for name, values in wanted.items())


@dataclass(frozen=True, slots=True)
class _Signal:
    """Whose signal a series is, and where it lies."""

    stack_id: int
    metric: str
    place: Place


def _signal_places(stack_ids: Iterable[int]) -> list[_Signal]:
    """All golden signals of those stacks with their places: one query instead of one for each of the two."""
    rows = Series.objects.filter(stack_id__in=list(stack_ids), metric__in=SIGNALS).values_list(
        "stack_id", "metric", "pk", "block_id", "position", "block__period", "statistic", "fine_from"
    )
    return [
        _Signal(stack_id or 0, metric, Place(pk, block_id, position, period, statistic, fine_from))
        for stack_id, metric, pk, block_id, position, period, statistic, fine_from in rows
    ]


def _read_signals(signals: Iterable[_Signal], window: Window) -> _Signals:
    owners = {signal.place.series_id: signal for signal in signals}
    drawn = draw([signal.place for signal in owners.values()], window, FINEST, FINE_SIGNALS)
    arrays: dict[int, dict[str, Values]] = defaultdict(dict)
    for pk, line in drawn.items():
        arrays[owners[pk].stack_id][owners[pk].metric] = line.values
    return _Signals(max((line.step for line in drawn.values()), default=300), arrays)


def _share(errors: Values, traffic: Values) -> Values:
    if len(errors) != len(traffic):
        return np.empty(0)
    return np.divide(errors, traffic, out=np.full_like(traffic, np.nan), where=traffic > 0)


def _row(stack: Stack, now: _Signals, before: _Signals | None) -> StackRow:
    health: StackHealth | None = getattr(stack, "health", None)
    return StackRow(
        stack=stack,
        state=health.state if health else State.UNKNOWN,
        reason=health.reason if health else "",
        since=health.since if health else None,
        guilty=_named(stack, "resource"),
        metric=health.metric if health else "",
        figures=now.figures(stack.pk),
        before=before.figures(stack.pk) if before else None,
        latency_values=sparkline(now.of(stack.pk).get("latency", np.empty(0))),
        slowest=_named(stack, "slowest"),
        fullest=_named(stack, "fullest"),
        deployed_at=getattr(stack, "deployed_at", None),
        deploy_result=getattr(stack, "deploy_result", None) or "",
        data_at=health.data_at if health else None,
    )


def _named(stack: Stack, who: str) -> Named | None:
    """A resource that the stack's query has named."""
    pk = getattr(stack, f"{who}_id")
    return Named(pk, getattr(stack, f"{who}_name"), getattr(stack, f"{who}_service")) if pk else None


def _worst_first(row: StackRow) -> tuple[int, bool, float, str]:
    """By state, then by how much traffic is concerned; what belongs to no stack comes after the stacks."""
    loose = row.stack.source == Stack.Source.UNASSIGNED
    return ORDER.get(row.state, len(ORDER)), loose, -(row.figures.requests_per_minute or 0), row.stack.name
