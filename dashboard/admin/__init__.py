"""Door: our AdminSite, one module per room."""

from dashboard.admin import access, alarms, audit, digests, inventory, notify, polls, slos, spend, thresholds, traces

__all__ = [
    "access",
    "alarms",
    "audit",
    "digests",
    "inventory",
    "notify",
    "polls",
    "slos",
    "spend",
    "thresholds",
    "traces",
]
