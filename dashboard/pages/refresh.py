"""A page whose data has not changed answers 304 before anything of it is read."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from dashboard.health.models import StackHealth
from dashboard.polls.models import Target
from dashboard.polls.read import Freshness, freshness_of
from dashboard.polls.read.collectors import is_late

Parameters = ParamSpec("Parameters")


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
        (
            target.pk,
            target.last_attempt_at,
            target.last_success_at,
            target.paused_at,
            target.account.paused_at,
            target.due_at,
            judged_at,
            is_late(target, now),
        )
        for target, judged_at in _targets_of(request)
    ]
    text = f"{request.get_full_path()} {request.user.pk} {timezone.get_current_timezone_name()} {seen}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def page_freshness(request: HttpRequest, account_ids: Iterable[int], now: datetime) -> dict[int, Freshness]:
    """How fresh accounts are, from the targets that the page's tag was made of: no further query."""
    return freshness_of(targets_of(request), account_ids, now)


def targets_of(request: HttpRequest) -> list[Target]:
    """All targets with their accounts, as the page's tag has read them."""
    return [target for target, _ in _targets_of(request)]


def _targets_of(request: HttpRequest) -> list[tuple[Target, datetime | None]]:
    """All targets with their accounts, and when stacks were judged last; read once per request."""
    found: list[tuple[Target, datetime | None]] | None = request.__dict__.get("_targets")
    if found is None:
        judged = StackHealth.objects.order_by("-judged_at").values("judged_at")[:1]
        rows = Target.objects.order_by("pk").select_related("account").annotate(judged_at=Subquery(judged))
        found = request.__dict__["_targets"] = [(row, row.judged_at) for row in rows]
    return found
