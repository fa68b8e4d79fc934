"""Reads the alarms of one region, and the history of those whose state changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.write import store_alarms, store_changes
from dashboard.aws import AwsError, Region
from dashboard.inventory.models import Account

LOOKED_BACK = timedelta(days=14)
"""Older changes are of no use to anybody who asks what is happening."""
MOST_HISTORIES = 20
"""Histories of one run; the rest wait for the next, the newest changes first."""


@dataclass(slots=True)
class Collected:
    """What one run brought: alarms, and the errors of single calls."""

    ok: bool
    points: int
    errors: list[AwsError] = field(default_factory=list)


def collect_alarms(account: Account, region: str, *, aws: Region, now: datetime) -> Collected:
    """List every alarm, then ask how the changed ones changed. Raises AwsError when the listing fails."""
    collected = Collected(True, store_alarms(account, region, aws.alarms(), now))
    changed = CloudWatchAlarm.objects.filter(account=account, region=region, since__gt=now - LOOKED_BACK)
    unread = changed.exclude(changes_until=F("since"))
    for alarm in unread.order_by("-since")[:MOST_HISTORIES]:
        try:
            store_changes(alarm, aws.alarm_changes(alarm.name, now - LOOKED_BACK))
        except AwsError as error:
            collected.errors.append(error)
            break
    return collected
