"""Admin of what discovery found: resources and deploys, to look at."""

from django.contrib import admin

from dashboard.admin.inventory.stacks import PresenceFilter
from dashboard.admin.shape import CollectedAdmin
from dashboard.admin.site import site
from dashboard.inventory.models import Deploy, Resource


@admin.register(Resource, site=site)
class ResourceAdmin(CollectedAdmin):
    """Everything that discovery found, there now or gone."""

    list_display = ("name", "service", "stack", "account", "region", "seen_at", "gone_at")
    list_select_related = ("stack", "account")
    list_filter = (PresenceFilter, "service", ("account", admin.RelatedOnlyFieldListFilter), "region")
    search_fields = ("name", "physical_id", "arn", "stack__name")
    search_help_text = "Name, physical id, ARN or stack"


@admin.register(Deploy, site=site)
class DeployAdmin(CollectedAdmin):
    """What changed in a stack, when, and how it ended."""

    list_display = ("stack", "started_at", "finished_at", "action", "result", "reason")
    list_select_related = ("stack",)
    list_filter = ("result", "action", ("stack__account", admin.RelatedOnlyFieldListFilter), "started_at")
    search_fields = ("stack__name", "reason")
    search_help_text = "Stack or reason"
    date_hierarchy = "started_at"
