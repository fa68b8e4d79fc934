"""Whom the demo sends digests: its three people, each what they may see, as soon as there is something to tell."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from dashboard.alerts.models import Alert
from dashboard.digests.models import Schedule
from dashboard.digests.periods import Cadence
from dashboard.management.progress import collected_once

SETTLING = timedelta(minutes=1)
"""Between the first alert and the first digest: what breaks together opens within it."""
PATIENCE = timedelta(minutes=6)
"""Without any alert they are sent all the same."""
DAILY, WEEKLY = "Daily digest", "Weekly digest"


def create_schedules(started_at: datetime, now: datetime) -> bool:
    """Create two schedules that are due at once, when everything has been collected; True when that was now.

    They are due at this time of day, so that a demo shows its mail at whatever hour it is started. At the first start
    alone: what people change or delete stays so.
    """
    if Schedule.objects.exists() or not collected_once(started_at) or not _has_settled(started_at, now):
        return False
    due = now.replace(second=0, microsecond=0)
    given = {"at": due.time(), "starts_at": due - timedelta(minutes=1), "quiet": Schedule.Quiet.SEND}
    daily = Schedule.objects.create(name=DAILY, cadence=Cadence.DAILY, days=list(range(7)), **given)
    daily.users.set(User.objects.exclude(email=""))
    weekly = Schedule.objects.create(name=WEEKLY, cadence=Cadence.WEEKLY, days=[due.weekday()], **given)
    weekly.users.set(User.objects.exclude(email="").filter(groups__name__in=("admin", "operator")))
    return True


def _has_settled(started_at: datetime, now: datetime) -> bool:
    first = Alert.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    return now - started_at > PATIENCE or (first is not None and now - first > SETTLING)
