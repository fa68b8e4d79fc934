"""A page whose data has not changed answers 304 before anything of it is read."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

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
    "last_error_text",
    "last_cost",
    "failures",
    "paused_at",
    "paused_reason",
)
"""What pages and their tags need of a target; reading whole rows on every refresh would take twice as long."""


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
    judged_at = StackHealth.objects.aggregate(at=Max("judged_at"))["at"]
    seen = [
        (one.pk, one.last_attempt_at, one.due_at, one.paused_at, one.account.paused_at, is_late(one, now))
        for one in targets_of(request)
    ]
    text = f"{request.get_full_path()} {request.user.pk} {timezone.get_current_timezone_name()} {judged_at} {seen}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def targets_of(request: HttpRequest) -> list[Target]:
    """All targets with what pages need of them and of their accounts; read once per request."""
    found: list[Target] | None = request.__dict__.get("_targets")
    if found is None:
        rows = Target.objects.order_by("pk").values_list("account__name", "account__paused_at", *COLUMNS)
        found = request.__dict__["_targets"] = [_target(*row) for row in rows]
    return found


def _target(account_name: str, account_paused_at: datetime | None, *columns: Any) -> Target:
    target = Target(**dict(zip(COLUMNS, columns, strict=True)))
    target.account = Account(pk=target.account_id, name=account_name, paused_at=account_paused_at)
    return target


def page_freshness(request: HttpRequest, account_ids: Iterable[int], now: datetime) -> dict[int, Freshness]:
    """How fresh accounts are, from the targets that the page's tag was made of: no further query."""
    return freshness_of(targets_of(request), account_ids, now)
