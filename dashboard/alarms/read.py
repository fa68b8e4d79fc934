"""Reads of alarms: those that one may see, which of them are dead, and what nobody watches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from dashboard.access.roles import Scope
from dashboard.alarms.death import Facts, reasons
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.words import only_scales, say_action
from dashboard.catalog import all_services
from dashboard.inventory.models import Resource
from dashboard.thresholds.inheritance import Place, Rule
from dashboard.thresholds.read import PLACE, in_force_at

State = CloudWatchAlarm.State
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm of a list."""

    alarm: CloudWatchAlarm
    dead: Sequence[str]
    """Why it can't tell anybody anything; empty for one that works."""
    parents: Sequence[str]
    """Composite alarms that it is part of, as far as they may be seen."""
    actions: Sequence[str]
    scales: bool
    """It exists to add and remove capacity: going off is its daily work."""
    went_off: int
    """How often it came to ALARM in the last week, as far as is known."""

    @property
    def urgent(self) -> bool:
        """Whether it is in alarm and means somebody."""
        return self.alarm.state == State.ALARM and not self.scales


@dataclass(frozen=True, slots=True)
class Unwatched:
    """Resources of one service that have neither a threshold in force nor an alarm that works."""

    service: str
    total: int
    """How many resources of the service there are."""
    resources: Sequence[Resource]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many resources of the catalogue there are, and those that nobody watches, by service, the most first."""

    resources: int
    unwatched: Sequence[Unwatched]


def alarms(
    scope: Scope,
    now: datetime,
    *,
    accounts: frozenset[str] = frozenset(),
    environments: frozenset[str] = frozenset(),
    teams: frozenset[str] = frozenset(),
) -> list[AlarmRow]:
    """Alarms that one may see: those in alarm first, the newest change first; two queries."""
    wanted = {
        "account__account_id__in": accounts,
        "stack__environment__in": environments,
        "stack__team__name__in": teams,
    }
    chosen = CloudWatchAlarm.objects.visible_to(scope).filter(**{name: set_ for name, set_ in wanted.items() if set_})
    return sorted(_rows(chosen, scope, now), key=_urgency)


def alarms_of(resource: Resource, scope: Scope, now: datetime) -> list[AlarmRow]:
    """Alarms about one resource, which one must be allowed to see."""
    return sorted(_rows(CloudWatchAlarm.objects.filter(resource=resource), scope, now), key=_urgency)


def _rows(chosen: QuerySet[CloudWatchAlarm], scope: Scope, now: datetime) -> Iterable[AlarmRow]:
    about = chosen.select_related("account", "stack__team", "resource").prefetch_related("parents__stack")
    fat = ("resource__facts", "resource__tags", "resource__limits", "stack__tags")
    return (_row(alarm, scope, now) for alarm in about.defer(*fat))


def _row(alarm: CloudWatchAlarm, scope: Scope, now: datetime) -> AlarmRow:
    parents = list(alarm.parents.all())
    facts = Facts(
        silent=alarm.state == State.INSUFFICIENT_DATA,
        since=alarm.since,
        state_reason=alarm.state_reason,
        actions=len(alarm.actions),
        enabled=alarm.enabled,
        told_by_parent=any(parent.enabled and parent.actions for parent in parents),
        missing=alarm.missing,
        absent=alarm.absent,
    )
    since = int((now - LATELY).timestamp())
    return AlarmRow(
        alarm=alarm,
        dead=reasons(facts, now),
        parents=[parent.name for parent in parents if _may_see(parent, scope)],
        actions=list(dict.fromkeys(say_action(arn) for arn in alarm.actions)),
        scales=only_scales(alarm.actions),
        went_off=sum(at >= since and after == State.ALARM for at, _, after in alarm.changes),
    )


def _may_see(alarm: CloudWatchAlarm, scope: Scope) -> bool:
    return scope.everything or (alarm.stack is not None and alarm.stack.team_id in scope.team_ids)


def _urgency(row: AlarmRow) -> tuple[bool, bool, bool, float]:
    alarm = row.alarm
    return not row.urgent, alarm.state == State.OK, row.scales, -alarm.since.timestamp()


def coverage(
    scope: Scope,
    rules: Iterable[Rule],
    watched: frozenset[int],
    *,
    accounts: frozenset[str] = frozenset(),
    environments: frozenset[str] = frozenset(),
    teams: frozenset[str] = frozenset(),
) -> Coverage:
    """What nobody watches; two queries. `watched` are resources with a working alarm."""
    present = Resource.objects.visible_to(scope).present().filter(service__in=list(all_services())).order_by()
    wanted = {
        "account__account_id__in": accounts,
        "stack__environment__in": environments,
        "stack__team__name__in": teams,
    }
    present = present.filter(**{name: chosen for name, chosen in wanted.items() if chosen})
    known: dict[str, list[Rule]] = {}
    for rule in rules:
        known.setdefault(rule.service, []).append(rule)
    totals: dict[str, int] = {}
    bare: dict[str, list[int]] = {}
    for columns in present.values_list(*PLACE):
        place = Place(*columns)
        totals[place.service] = totals.get(place.service, 0) + 1
        if place.resource_id not in watched and not _is_judged(place, known.get(place.service, [])):
            bare.setdefault(place.service, []).append(place.resource_id)
    return Coverage(sum(totals.values()), _grouped(totals, bare))


def _is_judged(place: Place, rules: Sequence[Rule]) -> bool:
    return any(not one.muted for one in in_force_at(place, rules))


def _grouped(totals: dict[str, int], bare: dict[str, list[int]]) -> list[Unwatched]:
    ids = [pk for several in bare.values() for pk in several]
    rows = Resource.objects.filter(pk__in=ids).select_related("stack").only("service", "name", "region", "stack__name")
    named: dict[str, list[Resource]] = {}
    for resource in rows.order_by("name"):
        named.setdefault(resource.service, []).append(resource)
    found = [Unwatched(key, totals[key], resources) for key, resources in named.items()]
    return sorted(found, key=lambda one: (-len(one.resources), one.service))
