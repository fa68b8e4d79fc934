"""Admin of collecting: targets and their runs, to look at. The collectors page has the buttons."""

from django.contrib import admin

from dashboard.admin.shape import CollectedAdmin
from dashboard.admin.site import site
from dashboard.polls.models import Run, Target


@admin.register(Target, site=site)
class TargetAdmin(CollectedAdmin):
    """What is polled, when it is due, and what failed."""

    list_display = ("account", "region", "source", "due_at", "last_success_at", "failures", "last_error", "paused_at")
    list_display_links = ("account", "region")
    list_select_related = ("account",)
    list_filter = ("source", "last_error", ("account", admin.RelatedOnlyFieldListFilter), "region")
    search_fields = ("account__name", "region", "last_error_text", "last_error_action")
    search_help_text = "Account, region, error or IAM action"
    exclude = ("lease_token",)


@admin.register(Run, site=site)
class RunAdmin(CollectedAdmin):
    """Each poll: what it brought and what it cost."""

    list_display = ("target", "started_at", "duration", "ok", "calls", "throttles", "points", "cost", "error")
    list_select_related = ("target__account",)
    list_filter = ("ok", "error", "target__source", "started_at")
    search_fields = ("target__account__name", "target__region", "error_text")
    search_help_text = "Account, region or error"
