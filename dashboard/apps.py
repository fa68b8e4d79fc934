"""App configuration."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.db.models.signals import post_migrate


class DashboardConfig(AppConfig):
    """The one app: label `dashboard`."""

    name = "dashboard"
    verbose_name = "Stackdeck"

    def ready(self) -> None:
        """Register checks and roles; say how slices are kept, what the audit log follows and where prices are."""
        from dashboard import checks  # noqa: F401, PLC0415 - checks register on import, once apps are loaded
        from dashboard.access.write import create_roles  # noqa: PLC0415 - needs loaded tables
        from dashboard.admin.audit import follow  # noqa: PLC0415 - needs loaded tables
        from dashboard.catalog.prices.book import look_in  # noqa: PLC0415 - needs settings
        from dashboard.metrics.write.storage import keep_slices_as_they_are  # noqa: PLC0415 - needs loaded tables

        post_migrate.connect(create_roles, sender=self)
        post_migrate.connect(keep_slices_as_they_are, sender=self)
        follow()
        look_in(settings.PRICES_DIR)


class AdminConfig(DjangoAdminConfig):
    """Django's admin, served by our own site."""

    default_site = "dashboard.admin.site.Site"
