"""The beat table: what is woken, how often, and when a wake-up is too old to matter.

Beat only wakes; the database decides what is due (see dashboard/polls).
"""

from datetime import timedelta
from typing import Any


def every(task: str, interval: timedelta) -> dict[str, Any]:
    """One entry: a wake-up that expires when the next one comes."""
    return {"task": task, "schedule": interval, "options": {"expires": interval.total_seconds()}}


BEAT_SCHEDULE = {
    "tick": every("dashboard.tasks.tick", timedelta(seconds=10)),
    "deliver": every("dashboard.tasks.deliver", timedelta(seconds=5)),
    "digests": every("dashboard.tasks.digests", timedelta(seconds=30)),
    "watch": every("dashboard.tasks.watch", timedelta(minutes=1)),
    "money": every("dashboard.tasks.judge_all_money", timedelta(hours=1)),
    "housekeeping": every("dashboard.tasks.housekeeping", timedelta(minutes=10)),
}
