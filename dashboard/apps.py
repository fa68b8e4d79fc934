"""App configuration."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class DashboardConfig(AppConfig):
    """The one app: label `dashboard`."""

    name = "dashboard"
    verbose_name = "Stackdeck"

    def ready(self) -> None:
        """Register the start-up checks."""
        from dashboard import checks  # noqa: F401, PLC0415 - checks register on import, once apps are loaded


class AdminConfig(DjangoAdminConfig):
    """Django's admin, served by our own site."""

    default_site = "dashboard.admin.site.Site"
