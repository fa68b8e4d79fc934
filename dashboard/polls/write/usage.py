"""Calls and their price, added up per account, day and API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import F

from dashboard.inventory.models import Account
from dashboard.notify.outcome import Outcome
from dashboard.notify.send.sns import account_of
from dashboard.notify.write import Claim
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


def pay_for(claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Add what publishing a delivery cost to the figures of its topic's account."""
    if outcome.usage:
        for account in Account.objects.filter(account_id=account_of(claim.config["topic_arn"])):
            record_usage(account, outcome.usage, now)
