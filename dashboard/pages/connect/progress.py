"""The first collection of an account: what is being collected, and how far."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, require_role
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.polls.models import Target


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first round is; `share` of targets that ended, 0..1."""

    share: float
    label: str
    detail: str
    tone: str
    rows: list[dict[str, str]]
    failed: int
    has_data: bool

    @property
    def finished(self) -> bool:
        """Nothing more to wait for."""
        return self.share >= 1


@never_cache
@require_safe
@require_role(ADMIN)
def connect_progress(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the progress; the page looks again by itself until everything has ended once."""
    account = get_object_or_404(Account, pk=account_id)
    return render(request, "connect/progress.html", {"account": account, "progress": _progress_of(account)})


def _progress_of(account: Account) -> Progress:
    targets = list(Target.objects.filter(account=account))
    ended = [target for target in targets if target.last_success_at or target.last_error]
    failed = [target for target in ended if not target.last_success_at]
    stacks = Stack.objects.filter(account=account, gone_at=None).count()
    resources = Resource.objects.filter(account=account, gone_at=None).count()
    series = Series.objects.filter(resource__account=account, active=True)
    with_points = series.exclude(block__newest_at=None).count()
    return Progress(
        share=len(ended) / len(targets) if targets else 0.0,
        label=f"{len(ended)} of {len(targets)} sources read once" if targets else "Waiting for a worker to begin",
        detail=f"{stacks} stacks, {resources} resources, {with_points} of {series.count()} series with points",
        tone="warning" if failed else "",
        rows=[_row_of(target) for target in targets],
        failed=len(failed),
        has_data=with_points > 0,
    )


def _row_of(target: Target) -> dict[str, str]:
    row: dict[str, Any] = {"region": target.region, "source": target.get_source_display()}
    if target.paused_at:
        return row | {"pill": "paused", "state": "Paused", "detail": target.paused_reason}
    if target.last_success_at:
        return row | {"pill": "ok", "state": "Read"}
    if target.last_error:
        return row | {"pill": "critical", "state": "Failed", "detail": target.last_error_text}
    if target.lease_token:
        return row | {"pill": "running", "state": "Being read"}
    return row | {"pill": "unknown", "state": "Waiting"}
