"""The table of CloudWatch alarms, as they stood at the last poll."""

from typing import Self

from django.db import models

from dashboard.access.roles import Scope
from dashboard.inventory.models import Account, Resource, Stack


class CloudWatchAlarmQuerySet(models.QuerySet["CloudWatchAlarm"]):
    """Reads of alarms; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows; an alarm without a stack is seen by those who see all stacks."""
        return self if scope.everything else self.filter(stack__team_id__in=scope.team_ids)


class CloudWatchAlarm(models.Model):
    """One alarm of one account and region."""

    class Kind(models.TextChoices):
        """What it looks at."""

        METRIC = "metric", "Metric"
        COMPOSITE = "composite", "Composite"

    class State(models.TextChoices):
        """CloudWatch's own states."""

        OK = "OK", "OK"
        ALARM = "ALARM", "In alarm"
        INSUFFICIENT_DATA = "INSUFFICIENT_DATA", "No data"

    account = models.ForeignKey(Account, models.CASCADE, related_name="cloudwatch_alarms")
    region = models.CharField(max_length=25)
    name = models.CharField(max_length=255)
    arn = models.CharField("ARN", max_length=1600)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    state = models.CharField(max_length=17, choices=State.choices)
    state_reason = models.TextField(blank=True, help_text="In CloudWatch's words.")
    since = models.DateTimeField(help_text="When it came to that state.")
    configured_at = models.DateTimeField()
    namespace = models.CharField(max_length=255, blank=True)
    metric = models.CharField(max_length=255, blank=True, help_text="The first one where metric math has several.")
    dimensions = models.JSONField(default=dict)
    statistic = models.CharField(max_length=32, blank=True)
    condition = models.TextField(help_text="When it goes off, in words; the rule of a composite alarm.")
    actions = models.JSONField(default=list, help_text="ARNs of what is told or done when it goes off.")
    enabled = models.BooleanField("actions switched on", default=True)
    missing = models.CharField(
        max_length=600, blank=True, help_text="What its dimensions name and the inventory does not have."
    )
    absent = models.JSONField(default=list, help_text="Alarms that its rule names and that do not exist.")
    changes = models.JSONField(
        default=list, help_text="Newest first: Unix time, state before, state after of the last changes."
    )
    changes_until = models.DateTimeField(null=True, help_text="The change up to which those were read.")
    resource = models.ForeignKey(Resource, models.SET_NULL, null=True, related_name="cloudwatch_alarms")
    stack = models.ForeignKey(
        Stack,
        models.SET_NULL,
        null=True,
        related_name="cloudwatch_alarms",
        help_text="The resource's, or the one that all parts of a composite alarm share.",
    )
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children")
    seen_at = models.DateTimeField()

    objects = CloudWatchAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = "CloudWatch alarm"
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("account", "region", "name"), name="cloudwatch_alarm_once"),)

    def __str__(self) -> str:
        return self.name
