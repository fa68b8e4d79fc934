"""Whether anybody would notice, stack by stack: what nobody watches, and whom alerts would reach."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from dashboard.access.roles import Scope
from dashboard.alarms.read import alarms
from dashboard.alerts.coverage import Path, Reason, Watch, path, unwatched
from dashboard.catalog import all_services
from dashboard.catalog.shape import Severity
from dashboard.inventory.models import Resource, Stack
from dashboard.notify.models import Channel
from dashboard.notify.read import route_rules
from dashboard.thresholds.inheritance import InForce, Place, Rule
from dashboard.thresholds.read import PLACE, in_force_at, rules

COLUMNS = (*PLACE, "name", "health__data_at")
Who = Callable[[Severity, str, str], Path]
"""Whom an alert of a severity, a team and an environment would reach."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Resources of one service in a stack that nobody watches, for one reason."""

    service: str
    reason: Reason
    resources: Sequence[tuple[int, str]]
    """Id and name."""


@dataclass(frozen=True, slots=True)
class StackCoverage:
    """One stack: how much of it is watched, and who would be told."""

    stack: Stack
    resources: int
    bare: Sequence[Bare]
    paths: Sequence[Path]
    """Of each severity that a threshold of the stack has, the worst first."""

    @property
    def unwatched(self) -> int:
        """How many resources nobody watches."""
        return sum(len(one.resources) for one in self.bare)

    @property
    def urgency(self) -> tuple[bool, float, int, str]:
        """Sorts what is most in need first: nobody told, then the share and the number that nobody watches."""
        told = not any(one.lacks_somebody for one in self.paths)
        return told, -self.unwatched / max(self.resources, 1), -self.unwatched, self.stack.name


@dataclass(frozen=True, slots=True)
class Coverage:
    """All stacks that the user may see, those most in need first."""

    stacks: Sequence[StackCoverage]
    channels: Mapping[int, str]
    """Names of those that paths name."""


def coverage(
    scope: Scope, now: datetime, *, accounts: frozenset[str], environments: frozenset[str], teams: frozenset[str]
) -> Coverage:
    """Judge every stack of the accounts, environments and teams (empty: all); eight queries."""
    wanted = {"account__account_id__in": accounts, "environment__in": environments, "team__name__in": teams}
    chosen = Stack.objects.visible_to(scope).present().filter(**{name: some for name, some in wanted.items() if some})
    stacks = {stack.pk: stack for stack in chosen.select_related("account", "team").defer("tags")}
    working = [row for row in alarms(scope, now) if not row.dead and not row.scales]
    watched = frozenset(row.alarm.resource_id or 0 for row in working)
    channels = list(Channel.objects.filter(enabled=True).select_related("team").defer("secret"))
    who = _who(channels, now)
    known: dict[str, list[Rule]] = {}
    for rule in rules():
        known.setdefault(rule.service, []).append(rule)
    found: dict[int, _Counted] = {pk: _Counted() for pk in stacks}
    present = Resource.objects.visible_to(scope).present().filter(service__in=list(all_services())).order_by("name")
    for *columns, name, data_at in present.values_list(*COLUMNS):
        place = Place(*columns)
        if place.stack_id in found:
            judged = in_force_at(place, known.get(place.service, []))
            live = [one for one in judged if not one.muted]
            watch = Watch(len(judged), len(judged) - len(live), place.resource_id in watched, data_at)
            found[place.stack_id].add(place, name, live, unwatched(watch, now))
    listed = [counted.of(stacks[pk], who) for pk, counted in found.items() if counted.resources]
    return Coverage(sorted(listed, key=lambda one: one.urgency), {one.pk: one.name for one in channels})


class _Counted:
    """One stack while its resources are read."""

    def __init__(self) -> None:
        self.resources = 0
        self.severities: set[Severity] = set()
        self.bare: dict[tuple[str, Reason], list[tuple[int, str]]] = {}

    def add(self, place: Place, name: str, live: Iterable[InForce], reason: Reason | None) -> None:
        """Count one resource, with its thresholds that are not muted."""
        self.resources += 1
        self.severities.update(one.threshold.severity for one in live)
        if reason:
            self.bare.setdefault((place.service, reason), []).append((place.resource_id, name))

    def of(self, stack: Stack, who: Who) -> StackCoverage:
        """What was counted."""
        bare = [Bare(service, reason, named) for (service, reason), named in self.bare.items()]
        team = stack.team.name if stack.team else ""
        paths = [who(one, team, stack.environment) for one in Severity if one in self.severities]
        return StackCoverage(stack, self.resources, sorted(bare, key=lambda one: -len(one.resources)), paths)


def _who(channels: Iterable[Channel], now: datetime) -> Who:
    """Paths by severity, team and environment; many stacks share them."""
    routes = route_rules()
    owners = {one.pk: one.team.name if one.team else "" for one in channels}

    @cache
    def of(severity: Severity, team: str, environment: str) -> Path:
        return path(routes, owners, severity, team=team, environment=environment, now=now)

    return of
