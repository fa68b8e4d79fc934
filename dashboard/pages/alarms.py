"""Page: what do our CloudWatch alarms say? All of them, the dead ones, and what nobody watches."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, Scope, has_role, scope_of
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.read import AlarmRow, Unwatched, alarms_of, coverage
from dashboard.alarms.read import alarms as alarms_seen
from dashboard.catalog import all_services
from dashboard.catalog.shape import Service
from dashboard.inventory.models import Resource, Stack
from dashboard.pages.freshness import Fresh, say_what_is_missing
from dashboard.pages.links import resource_link
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.state import PageState, StateError, parse_state
from dashboard.polls.models import Target
from dashboard.polls.read.collectors import is_late
from dashboard.thresholds.read import rules

State = CloudWatchAlarm.State
SHOWN = {"all": "All", "alarm": "In alarm", "ok": "OK", "no-data": "No data", "dead": "Dead"}
BY_STATE = {"alarm": State.ALARM, "ok": State.OK, "no-data": State.INSUFFICIENT_DATA}
PILLS = {State.ALARM: ("critical", "In alarm"), State.OK: ("ok", "OK"), State.INSUFFICIENT_DATA: ("unknown", "No data")}
ARN_OF_ALARM = re.compile(r"arn:[\w-]+:cloudwatch:[\w-]+:\d+:alarm:")
"""What composite alarms say before the name of the one that made them go off."""
MOST = 500
MOST_NAMED = 50
"""Resources of one service that are named; the number tells of the rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """An alarm's row, in words."""

    row: AlarmRow
    tone: str
    label: str
    href: str
    """The chart that shows its metric; blank without a resource."""
    console: str
    reason: str
    """Why it went off, in CloudWatch's words; blank for one that is not in alarm."""


@dataclass(frozen=True, slots=True)
class UnwatchedLine:
    """One service of which some resources are watched by nobody."""

    key: str
    label: str
    number: int
    total: int
    named: Sequence[Resource]
    add: str
    """Where a threshold is added; blank for those who may not."""

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.named)


@require_safe
@refreshable
def alarms(request: HttpRequest) -> HttpResponse:
    """Show the CloudWatch alarms that the user may see."""
    now, scope = timezone.now(), scope_of(request.user)
    state = parse_state(request.GET, now)
    show = request.GET.get("show") or "all"
    if show not in SHOWN:
        raise StateError(f"“show” is {show[:40]!r}; it can be {', '.join(SHOWN)}.")
    wanted = {"accounts": state.accounts, "environments": state.environments, "teams": state.teams}
    rows = alarms_seen(scope, now, **wanted)
    watched = frozenset(row.alarm.resource_id or 0 for row in rows if not row.dead and not row.scales)
    cover = coverage(scope, rules(), watched, **wanted)
    listed = [row for row in rows if _is_shown(row, show)]
    targets = _targets(request, scope, state)
    context: dict[str, Any] = {
        "state": state,
        "show": show,
        "choices": _choices(rows, show),
        "known": len(rows),
        "number": len(listed),
        "lines": [line_of(row) for row in listed[:MOST]],
        "dead": [line_of(row) for row in rows if row.dead][:MOST],
        "unwatched": [_unwatched_line(one, may_add=has_role(request.user, ADMIN)) for one in cover.unwatched],
        "resources": cover.resources,
        "fresh": _freshness(targets, now),
        "missing": say_what_is_missing(targets, {target.account_id for target in targets}, now),
        "collectors_url": reverse("collectors"),
    }
    return render(request, "alarms/page.html", context)


def _is_shown(row: AlarmRow, show: str) -> bool:
    if show == "dead":
        return bool(row.dead)
    return show == "all" or row.alarm.state == BY_STATE[show]


def _choices(rows: Sequence[AlarmRow], show: str) -> list[dict[str, Any]]:
    """What can be shown, each with how many there are."""
    numbers = Counter(key for row in rows for key in SHOWN if _is_shown(row, key))
    return [{"key": key, "label": label, "number": numbers[key], "picked": key == show} for key, label in SHOWN.items()]


def line_of(row: AlarmRow) -> Line:
    """One alarm with where it leads."""
    alarm = row.alarm
    tone, label = PILLS[State(alarm.state)]
    if alarm.state == State.ALARM and row.scales:
        tone, label = "info", "Scaling"
    reason = ARN_OF_ALARM.sub("", alarm.state_reason) if alarm.state == State.ALARM else ""
    return Line(row, tone, label, _chart(alarm), console_of(alarm), reason)


def lines_of(resource: Resource, scope: Scope, now: datetime) -> list[Line]:
    """Alarms about one resource, for its own page."""
    return [line_of(row) for row in alarms_of(resource, scope, now)]


def _chart(alarm: CloudWatchAlarm) -> str:
    if alarm.resource is None:
        return ""
    service = all_services().get(alarm.resource.service)
    metrics = service.metrics if service else ()
    key = next((metric.key for metric in metrics if metric.name == alarm.metric), "")
    return resource_link(alarm.resource.pk, alarm.resource.service, key)


def console_of(alarm: CloudWatchAlarm) -> str:
    """The alarm's own page in AWS's console."""
    region = quote(alarm.region, safe="")
    home = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return f"{home}#alarmsV2:alarm/{quote(alarm.name, safe='')}"


def _targets(request: HttpRequest, scope: Scope, state: PageState) -> list[Target]:
    """What reads alarms, in the accounts that the page is about."""
    stacks = Stack.objects.visible_to(scope)
    if state.accounts:
        stacks = stacks.filter(account__account_id__in=state.accounts)
    accounts: Collection[int] = set(stacks.order_by().values_list("account_id", flat=True).distinct())
    return [one for one in targets_of(request) if one.source == Target.Source.ALARMS and one.account_id in accounts]


def _freshness(targets: Sequence[Target], now: datetime) -> Fresh:
    """How old the oldest of what is shown is."""
    read = [one.last_success_at for one in targets if one.last_success_at]
    if not read:
        return Fresh(None, "never", "waiting for the first poll")
    late = any(is_late(one, now) for one in targets)
    return Fresh(min(read), "stale" if late else "fresh", source="CloudWatch alarms")


def _unwatched_line(one: Unwatched, *, may_add: bool) -> UnwatchedLine:
    service = all_services()[one.service]
    add = _add_threshold(service) if may_add else ""
    return UnwatchedLine(one.service, service.label, len(one.resources), one.total, one.resources[:MOST_NAMED], add)


def _add_threshold(service: Service) -> str:
    """The form of a new threshold, on the service's first metric."""
    if not service.metrics:
        return ""
    asked = urlencode({"what": f"{service.key}.{service.metrics[0].key}"})
    return f"{reverse('admin:dashboard_thresholdrule_add')}?{asked}"
