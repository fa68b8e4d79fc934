"""Door: our AdminSite, one module per room."""

from dashboard.admin import access, audit, inventory, polls

__all__ = ["access", "audit", "inventory", "polls"]
