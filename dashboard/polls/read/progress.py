"""How far collecting has come, in counts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from dashboard.polls.models import Run, Target


@dataclass(frozen=True, slots=True)
class Progress:
    """Targets by what they are doing, and points brought by the runs on record."""

    targets: int
    due: int
    running: int
    done: int
    """Had at least one success."""
    failing: int
    paused: int
    points: int


def progress(now: datetime) -> Progress:
    """Count; two queries."""
    running = Q(lease_until__gt=now)
    paused = Q(paused_at__isnull=False) | Q(account__paused_at__isnull=False)
    counts = Target.objects.order_by().aggregate(
        targets=Count("pk"),
        due=Count("pk", filter=Q(due_at__lte=now) & ~running & ~paused),
        running=Count("pk", filter=running),
        done=Count("pk", filter=Q(last_success_at__isnull=False)),
        failing=Count("pk", filter=Q(failures__gt=0)),
        paused=Count("pk", filter=paused),
    )
    return Progress(**counts, points=Run.objects.aggregate(points=Sum("points"))["points"] or 0)
