"""Calls and their price, added up per account, day and API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import F

from dashboard.inventory.models import Account
from dashboard.polls.models import ApiUsage


def record_usage(account: Account, usage: Mapping[str, tuple[int, int, Decimal]], now: datetime) -> None:
    """Add calls, throttles and cost by action to the day's figures."""
    day = now.astimezone(UTC).date()
    for api, (calls, throttles, cost) in sorted(usage.items()):
        key = {"account": account, "day": day, "api": api}
        ApiUsage.objects.bulk_create([ApiUsage(**key)], ignore_conflicts=True)
        ApiUsage.objects.filter(**key).update(
            calls=F("calls") + calls, throttles=F("throttles") + throttles, cost=F("cost") + cost
        )
