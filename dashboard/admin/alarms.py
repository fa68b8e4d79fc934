"""Admin of CloudWatch alarms: to look at."""

from django.contrib import admin

from dashboard.admin.shape import CollectedAdmin
from dashboard.admin.site import site
from dashboard.alarms.models import CloudWatchAlarm


@admin.register(CloudWatchAlarm, site=site)
class CloudWatchAlarmAdmin(CollectedAdmin):
    """Alarms that accounts have in CloudWatch, as they stood at the last poll."""

    list_display = ("name", "kind", "state", "since", "resource", "account", "region", "enabled")
    list_select_related = ("account", "resource")
    list_filter = ("state", "kind", "enabled", ("account", admin.RelatedOnlyFieldListFilter), "region")
    search_fields = ("name", "arn", "metric", "resource__name", "stack__name")
    search_help_text = "Name, ARN, metric, resource or stack"
