"""Our admin site, inside the dashboard's own shell."""

from django.contrib import admin


class Site(admin.AdminSite):
    """The admin of Stackdeck."""

    site_header = site_title = "Stackdeck"


site = Site(name="admin")
