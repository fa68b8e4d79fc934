"""A page whose data has not changed answers 304 before anything of it is read."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from dashboard.health.models import StackHealth
from dashboard.polls.models import Target
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
    targets = Target.objects.order_by("pk").defer("last_error_text")
    collected = [
        (row.pk, row.last_attempt_at, row.last_success_at, row.paused_at, row.due_at, is_late(row, now))
        for row in targets
    ]
    judged_at = StackHealth.objects.aggregate(at=Max("judged_at"))["at"]
    zone = timezone.get_current_timezone_name()
    text = f"{request.get_full_path()} {request.user.pk} {zone} {collected} {judged_at}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
