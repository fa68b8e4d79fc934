"""Tables of digests: who gets what when, and what was sent."""

from dashboard.digests.models.schedules import Address, OptOut, Schedule, Suppression
from dashboard.digests.models.sent import Body, Edition, Letter

__all__ = ["Address", "Body", "Edition", "Letter", "OptOut", "Schedule", "Suppression"]
