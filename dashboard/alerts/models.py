"""Tables of alerts: what is broken, everything that happened to it, and what is to be left untold."""

from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Deploy, Resource, Stack

SEVERITIES = [(one.value, one.value.capitalize()) for one in Severity]


class AlertQuerySet(models.QuerySet["Alert"]):
    """Reads of alerts; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows: alerts of no stack are for those who see everything."""
        seen = self if scope.money else self.filter(money=False)
        return seen if scope.everything else seen.filter(stack__team_id__in=scope.team_ids)

    def unresolved(self) -> Self:
        """What is still broken."""
        return self.exclude(state=Alert.State.RESOLVED)


class Alert(models.Model):
    """One threshold of one subject that is, or was, broken. There is at most one that is not resolved."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", "Open"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        RESOLVED = "resolved", "Resolved"

    account = models.ForeignKey(Account, models.CASCADE, related_name="alerts")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, related_name="alerts")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, related_name="alerts")
    subject = models.CharField(max_length=200, help_text="Key of what it is about: 'resource:12', 'budget:3'.")
    name = models.CharField(max_length=300, help_text="What it is about, for people.")
    page = models.CharField(max_length=300, blank=True, help_text="Path of the page about it; resources have theirs.")
    money = models.BooleanField(default=False, help_text="Seen by those alone who may see money.")
    metric = models.CharField(max_length=64)
    severity = models.CharField(max_length=8, choices=SEVERITIES)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.TextField(help_text="A sentence for people.")
    value = models.FloatField(help_text="The newest that broke the line.")
    line = models.FloatField()
    unit = models.CharField(max_length=16, default=Unit.COUNT.value, help_text="Of the value and the line.")
    hint = models.TextField(blank=True)
    runbook = models.URLField(blank=True)
    since = models.DateTimeField(help_text="First broken period.")
    opened_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(help_text="When it was last judged broken.")
    resolved_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0, help_text="How often it came back within the flap window.")
    told_at = models.DateTimeField(null=True, help_text="When a message about it was written; empty: not yet.")
    escalated_for = models.DurationField(null=True, help_text="The longest waiting of a route that has been asked.")
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="effects", help_text="Told with it.")
    deploy = models.ForeignKey(Deploy, models.SET_NULL, null=True, help_text="The one shortly before it began.")
    assignee = models.ForeignKey(User, models.SET_NULL, null=True, related_name="alerts")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "metric", "severity"), condition=~Q(state="resolved"), name="alert_unresolved_once"
            ),
        )
        indexes = (models.Index(fields=("state", "severity"), name="alert_by_state"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class Transition(models.Model):
    """One thing that happened to an alert: by the judge where there is no person."""

    class Kind(models.TextChoices):
        """What happened."""

        OPENED = "opened", "Opened"
        REOPENED = "reopened", "Came back"
        ATTACHED = "attached", "Put down to another alert"
        ESCALATED = "escalated", "Escalated"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ASSIGNED = "assigned", "Assigned"
        COMMENTED = "commented", "Commented"
        SILENCED = "silenced", "Silenced"
        RESOLVED = "resolved", "Resolved"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="transitions")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    value = models.FloatField(null=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Silence(models.Model):
    """Alerts of which nothing is told for a time, or each week at a time. They are still opened and resolved."""

    reason = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=SEVERITIES, blank=True)
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, blank=True, related_name="silences")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="silences")
    subject = models.CharField(max_length=200, blank=True, editable=False, help_text="Key of what it is about alone.")
    environment = models.CharField(max_length=64, blank=True)
    metric = models.CharField(max_length=64, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Blank: until somebody ends it.")
    days = models.JSONField(default=list, blank=True, help_text="Each week on these days; empty: all the time.")
    start = models.TimeField("from", null=True, blank=True)
    end = models.TimeField("to", null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ("-starts_at",)

    def __str__(self) -> str:
        return self.reason
