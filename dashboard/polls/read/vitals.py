"""Whether the product itself works: is anything woken, and does polling keep up."""

from datetime import datetime, timedelta

from dashboard.polls.models import Heartbeat, Target

BEAT_MAY_BE = timedelta(minutes=2)
POLLS_MAY_LAG = timedelta(minutes=10)


def vital_problems(now: datetime) -> list[str]:
    """What keeps the product from working, a sentence each; empty when it works.

    A target that fails is not our illness as long as it is asked in time.
    """
    return [problem for problem in (_beat_problem(now), _polls_problem(now)) if problem]


def _beat_problem(now: datetime) -> str:
    beat = Heartbeat.objects.filter(name="beat").first()
    if beat is None:
        return "Beat has not woken a worker yet."
    age = now - beat.at
    return f"Beat last woke a worker {age.total_seconds():.0f} s ago." if age > BEAT_MAY_BE else ""


def _polls_problem(now: datetime) -> str:
    due = Target.objects.filter(paused_at=None, account__paused_at=None, due_at__lt=now - POLLS_MAY_LAG)
    late = due.exclude(lease_until__gt=now).count()
    minutes = POLLS_MAY_LAG.total_seconds() / 60
    return f"{late} polls have been due for more than {minutes:.0f} minutes." if late else ""
