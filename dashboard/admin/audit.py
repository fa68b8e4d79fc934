"""Which tables the audit log follows: what people decide, without secrets and without what collecting changes."""

from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.admin.shape import CollectedAdmin
from dashboard.admin.site import site
from dashboard.inventory.models import Account, CustomMetric, Stack, TagRule
from dashboard.notify.models import Channel, Route
from dashboard.slos.models import Slo, SloExclusion
from dashboard.spend.models import Budget, UnexpectedRule
from dashboard.thresholds.models import ThresholdRule, TraceRule
from dashboard.traces.models import TraceGroup


def follow() -> None:
    """Register the tables; called once, when the app is ready."""
    account = ["name", "account_id", "method", "profile", "role_arn", "regions", "paused_at", "monthly_cap"]
    auditlog.register(Account, include_fields=account)  # never external_id
    auditlog.register(Stack, include_fields=["team", "resolution"])
    auditlog.register(Team, include_fields=["name"], m2m_fields={"members"})
    auditlog.register(TagRule, include_fields=["name", "account", "tags", "team"])
    metric = ["account", "namespace", "name", "dimension_names", "statistic", "unit", "stack"]
    auditlog.register(CustomMetric, include_fields=metric)
    auditlog.register(ThresholdRule)
    auditlog.register(Slo, exclude_fields=["counted_until", "counted_at"])
    auditlog.register(SloExclusion)
    auditlog.register(Budget)
    auditlog.register(UnexpectedRule)
    auditlog.register(TraceRule)
    auditlog.register(TraceGroup, include_fields=["account", "region", "name", "collected"])
    channel = ["kind", "name", "team", "enabled", "config", "per_minute", "secret_set_at"]
    auditlog.register(Channel, include_fields=channel)  # never the secret itself
    auditlog.register(Route, m2m_fields={"channels"})
    user = ["username", "email", "is_active", "is_staff", "is_superuser"]
    auditlog.register(User, include_fields=user, m2m_fields={"groups", "user_permissions"})  # never password


@admin.register(LogEntry, site=site)
class HistoryAdmin(CollectedAdmin):
    """Who changed what, and when."""

    list_display = ("timestamp", "actor", "action", "kind", "object_repr", "changed")
    list_select_related = ("actor", "content_type")
    list_filter = ("action", ("content_type", admin.RelatedOnlyFieldListFilter), "timestamp")
    search_fields = ("object_repr", "changes", "actor__username")
    search_help_text = "Object, change or user"
    date_hierarchy = "timestamp"
    fields = ("timestamp", "actor", "action", "content_type", "object_repr", "changed", "remote_addr")

    @admin.display(description="What", ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type.name)

    @admin.display(description="Changes")
    def changed(self, entry: LogEntry) -> str:
        """Each field with its old and new value."""
        return "\n".join(_change(name, change) for name, change in (entry.changes_dict or {}).items())


def _change(name: str, change: Any) -> str:
    """One line; many-to-many changes come as {"operation", "objects"}."""
    label = name.replace("_", " ")
    if isinstance(change, dict):
        return f"{label}: {change.get('operation', 'changed')} {', '.join(map(str, change.get('objects', [])))}"
    old, new = (("nothing" if value in {"None", ""} else value) for value in change)
    return f"{label}: {old} → {new}"
