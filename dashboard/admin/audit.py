"""Which tables the audit log follows: what people decide, without secrets and without what collecting changes."""

from auditlog.registry import auditlog
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.inventory.models import Account, CustomMetric, Stack, TagRule


def follow() -> None:
    """Register the tables; called once, when the app is ready."""
    auditlog.register(Account, exclude_fields=["external_id"])
    auditlog.register(Stack, include_fields=["team", "resolution"])
    auditlog.register(Team, m2m_fields={"members"})
    auditlog.register(TagRule)
    auditlog.register(CustomMetric)
    auditlog.register(User, exclude_fields=["password", "last_login"], m2m_fields={"groups", "user_permissions"})
