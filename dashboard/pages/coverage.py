"""Page: would anybody notice? Stack by stack what nobody watches, why, and whom its alerts would reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role, scope_of
from dashboard.alerts.coverage import HOURS, Path, Reason
from dashboard.alerts.read.coverage import Bare, StackCoverage, coverage
from dashboard.catalog import all_services
from dashboard.inventory.models import Stack
from dashboard.pages.refresh import refreshable
from dashboard.pages.state import parse_state

WHY = {
    Reason.UNJUDGED: "no threshold is in force, and no alarm that works is about it",
    Reason.MUTED: "every threshold is muted, and no alarm that works is about it",
    Reason.SILENT: "metrics have brought nothing for 7 days",
}
MOST_NAMED = 20
"""Resources of one kind that are named; the number tells of the rest."""


@dataclass(frozen=True, slots=True)
class BareLine:
    """Resources that nobody watches, why, and what to do."""

    label: str
    icon: str
    number: int
    why: str
    named: Sequence[tuple[int, str]]
    step: str
    href: str

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.named)


@dataclass(frozen=True, slots=True)
class PathLine:
    """Who is told of one severity."""

    severity: str
    names: Sequence[str]
    note: str
    lacking: bool
    """Whether somebody should be told and nobody is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One stack."""

    stack: Stack
    watched: int
    total: int
    bare: Sequence[BareLine]
    paths: Sequence[PathLine]
    tone: str
    label: str


@require_safe
@refreshable
def alert_coverage(request: HttpRequest) -> HttpResponse:
    """Show the stacks that the user may see, those most in need first."""
    now = timezone.now()
    state = parse_state(request.GET, now)
    is_admin = has_role(request.user, ADMIN)
    wanted = {"accounts": state.accounts, "environments": state.environments, "teams": state.teams}
    found = coverage(scope_of(request.user), now, **wanted)
    lines = [_line(one, found.channels, is_admin=is_admin) for one in found.stacks]
    context: dict[str, Any] = {
        "state": state,
        "lines": lines,
        "resources": sum(line.total for line in lines),
        "unwatched": sum(line.total - line.watched for line in lines),
        "untold": sum(any(one.lacking for one in line.paths) for line in lines),
        "routes": reverse("admin:dashboard_route_changelist") if is_admin else "",
        "now": now,
    }
    return render(request, "coverage/page.html", context)


def _line(one: StackCoverage, channels: Mapping[int, str], *, is_admin: bool) -> Line:
    paths = [_path(told, channels) for told in one.paths]
    if any(told.lacking for told in paths):
        tone, label = "critical", "Nobody is told"
    elif one.unwatched:
        tone, label = "warning", "Partly watched"
    else:
        tone, label = "ok", "Watched"
    bare = [_bare(some, is_admin=is_admin) for some in one.bare]
    return Line(one.stack, one.resources - one.unwatched, one.resources, bare, paths, tone, label)


def _bare(one: Bare, *, is_admin: bool) -> BareLine:
    service = all_services()[one.service]
    step, href = _step(one, is_admin=is_admin)
    return BareLine(
        service.label, one.service, len(one.resources), WHY[one.reason], one.resources[:MOST_NAMED], step, href
    )


def _step(one: Bare, *, is_admin: bool) -> tuple[str, str]:
    """What to do about it, and where; blank address: another person's work."""
    service = all_services()[one.service]
    if one.reason is Reason.SILENT:
        return "Look whether it is still used", reverse("resource", args=[one.resources[0][0]])
    if not is_admin:
        return "An admin can add a threshold", ""
    if one.reason is Reason.MUTED:
        asked = urlencode({"service": one.service, "muted__exact": 1})
        return "Unmute a threshold", f"{reverse('admin:dashboard_thresholdrule_changelist')}?{asked}"
    asked = urlencode({"what": f"{one.service}.{service.metrics[0].key}"} if service.metrics else {})
    return "Add a threshold", f"{reverse('admin:dashboard_thresholdrule_add')}?{asked}"


def _path(one: Path, channels: Mapping[int, str]) -> PathLine:
    names = [channels[pk] for pk in one.channel_ids]
    names += [f"{channels[pk]}, once nobody has acknowledged" for pk in one.later_ids]
    note = ""
    if names and one.silent_hours:
        note = f"nobody in {one.silent_hours} of the week’s {len(HOURS)} hours"
    return PathLine(one.severity.value, names, note, one.lacks_somebody)
