"""A page whose data has not changed answers 304 before anything of it is read."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec

from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from dashboard.access.roles import scope_of
from dashboard.alerts.models import Alert, Transition
from dashboard.catalog.shape import Severity
from dashboard.health.models import StackHealth
from dashboard.inventory.models import Account
from dashboard.polls.models import Target
from dashboard.polls.read import Freshness, freshness_of
from dashboard.polls.read.collectors import is_late

Parameters = ParamSpec("Parameters")
COLUMNS = (
    "pk",
    "account_id",
    "region",
    "source",
    "every",
    "due_at",
    "last_attempt_at",
    "last_success_at",
    "last_error_action",
    "last_error_action",
    "last_error_text",
    "last_cost",
    "failures",
    "paused_at",
    "paused_reason",
)
"""What pages and their tags need of a target; reading whole rows on every refresh would take twice as long."""

SEVERITIES = tuple(one.value for one in Severity)
"""The worst first."""


def refreshable(
    view: Callable[Concatenate[HttpRequest, Parameters], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
    """Decorate a page whose live regions refresh themselves: it gets an ETag of the data's version."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        tag = page_tag(request)
        response: HttpResponse | None = get_conditional_response(request, etag=tag)
        if response is None:
            response = view(request, *args, **kwargs)
        if response.status_code in (200, 304):
            response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answer


def page_tag(request: HttpRequest) -> str:
    """What a page depends on: its address, who looks, what was collected and judged last, what has become late."""
    now = timezone.now()
    seen = [
        (one.pk, one.last_attempt_at, one.due_at, one.paused_at, one.account.paused_at, is_late(one, now))
        for one in targets_of(request)
    ]
    zone, version = timezone.get_current_timezone_name(), _version_of(request)[1:]
    text = f"{request.get_full_path()} {request.user.pk} {zone} {version} {seen}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def targets_of(request: HttpRequest) -> list[Target]:
    """All targets with what pages need of them and of their accounts; read once per request."""
    return _version_of(request).targets


def open_alerts(request: HttpRequest) -> int:
    """How many alerts stand for themselves and nobody has taken, as far as the user may see them."""
    return sum(open_by_severity(request).values())


def open_by_severity(request: HttpRequest) -> dict[str, int]:
    """The same, severity by severity, the worst first."""
    return _version_of(request).open_alerts


class _Version(NamedTuple):
    """Targets, the newest verdict, the newest transition of an alert, and open alerts."""

    targets: list[Target]
    judged_at: datetime | None = None
    transition: int | None = None
    open_alerts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)


def _version_of(request: HttpRequest) -> _Version:
    """What all pages depend on, in one query."""
    found: _Version | None = request.__dict__.get("_version")
    if found is None:
        judged = StackHealth.objects.order_by("-judged_at").values("judged_at")[:1]
        newest = Transition.objects.order_by("-pk").values("pk")[:1]
        mine = Alert.objects.visible_to(scope_of(request.user)).filter(state=Alert.State.OPEN, cause=None)
        counted = mine.order_by().values("severity").annotate(number=Count("pk")).values("number")
        counts = {one: Subquery(counted.filter(severity=one)) for one in SEVERITIES}
        rows = Target.objects.order_by("pk").annotate(judged_at=Subquery(judged), transition=Subquery(newest), **counts)
        asked = ("judged_at", "transition", *SEVERITIES)
        read = list(rows.values_list(*asked, "account__name", "account__paused_at", *COLUMNS))
        targets = [_target(*row[len(asked) :]) for row in read]
        found = _version(targets, *read[0][: len(asked)]) if read else _Version(targets)
        request.__dict__["_version"] = found
    return found


def _version(
    targets: list[Target], judged_at: datetime | None, transition: int | None, *counts: int | None
) -> _Version:
    """What was read of one row: the counts are in the order of SEVERITIES."""
    open_alerts = {one: count or 0 for one, count in zip(SEVERITIES, counts, strict=True)}
    return _Version(targets, judged_at, transition, open_alerts)


def _target(account_name: str, account_paused_at: datetime | None, *columns: Any) -> Target:
    target = Target(**dict(zip(COLUMNS, columns, strict=True)))
    target.account = Account(pk=target.account_id, name=account_name, paused_at=account_paused_at)
    return target


def page_freshness(request: HttpRequest, account_ids: Iterable[int], now: datetime) -> dict[int, Freshness]:
    """How fresh accounts are, from the targets that the page's tag was made of: no further query."""
    return freshness_of(targets_of(request), account_ids, now)
