"""Admin of telling people: channels and routes are edited, deliveries are looked at and sent again."""

from dashboard.admin.notify import channels, deliveries, routes

__all__ = ["channels", "deliveries", "routes"]
