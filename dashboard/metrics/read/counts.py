"""How much is collected, for progress and status."""

from dataclasses import dataclass

from django.db.models import Count, Q

from dashboard.metrics.models import Series


@dataclass(frozen=True, slots=True)
class Counts:
    """Series asked for, and how many of them have been asked for at least once."""

    series: int
    asked: int
    backfilled: int


def counts() -> Counts:
    """Count the series of all accounts."""
    active = Series.objects.filter(active=True, resource__isnull=False)
    return Counts(
        **active.aggregate(
            series=Count("pk"),
            asked=Count("pk", filter=Q(fine_from__isnull=False)),
            backfilled=Count("pk", filter=Q(backfilled_at__isnull=False)),
        )
    )
