"""Unexpected spend stored: what we find, and what AWS's own detection found."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.aws import CostAnomaly
from dashboard.inventory.models import Account
from dashboard.spend.found import Cut
from dashboard.spend.models import UnexpectedSpend


def note_aws(account: Account, found: Sequence[CostAnomaly], now: datetime) -> None:
    """Mark what AWS found too; what we did not find ourselves stands with AWS's figures."""
    for one in found:
        mine = UnexpectedSpend.objects.filter(account=account, day=one.start)
        service = mine.filter(cut=Cut.SERVICE, where=one.service)
        if (service if service.exists() else mine.filter(drivers__0__service=one.service)).update(from_aws=True):
            continue
        UnexpectedSpend.objects.get_or_create(
            account=account,
            day=one.start,
            cut=Cut.SERVICE,
            where=one.service[:255],
            currency="USD",
            defaults={
                "amount": one.actual,
                "normal": one.expected,
                "drivers": [_cause(one)],
                "from_aws": True,
                "found_at": now,
            },
        )


def _cause(one: CostAnomaly) -> dict[str, str | float]:
    return {
        "usage_type": one.usage_type, "service": one.service, "region": one.region, "stack": "",
        "extra": str(one.impact), "share": 1.0,
    }  # fmt: skip
