"""Signs of life of the product's own parts."""

from datetime import datetime

from dashboard.polls.models import Heartbeat


def beat(name: str, now: datetime) -> None:
    """Note that a part works."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
