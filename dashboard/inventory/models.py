"""Tables of the inventory: what runs where, and what changed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from dashboard.access.models import Team
from dashboard.access.roles import Scope
from dashboard.access.secrets import EncryptedTextField


class Account(models.Model):
    """An AWS account and the way to reach it."""

    class Method(models.TextChoices):
        """Where credentials come from."""

        DEFAULT = "default", "Default credential chain"
        PROFILE = "profile", "Named profile"
        ROLE = "role", "Assume a role"

    name = models.CharField(max_length=100, unique=True)
    account_id = models.CharField("AWS account id", max_length=12, unique=True)
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.DEFAULT)
    profile = models.CharField(max_length=100, blank=True)
    role_arn = models.CharField("role ARN", max_length=200, blank=True)
    external_id = EncryptedTextField(blank=True, editable=False)
    regions = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True, blank=True)
    monthly_cap = models.DecimalField(
        "monthly cap on AWS API cost, USD", max_digits=10, decimal_places=2, null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.account_id})"


class TagRule(models.Model):
    """Resources that carry all of these tags form one stack, across regions."""

    name = models.CharField(max_length=128)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tag_rules")
    tags = models.JSONField(help_text='For example {"app": "checkout", "env": "prod"}')
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "name"), name="tag_rule_once"),)

    def __str__(self) -> str:
        return self.name


class StackQuerySet(models.QuerySet["Stack"]):
    """Reads of stacks; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows."""
        return self if scope.everything else self.filter(team_id__in=scope.team_ids)

    def present(self) -> Self:
        """Leave out stacks that are gone from AWS."""
        return self.filter(gone_at=None)


class Stack(models.Model):
    """A CloudFormation root stack, a tag rule's resources, or what belongs to neither."""

    class Source(models.TextChoices):
        """What makes these resources a stack."""

        CLOUDFORMATION = "cloudformation", "CloudFormation"
        TAG = "tag", "Tags"
        UNASSIGNED = "unassigned", "Unassigned"

    class Resolution(models.IntegerChoices):
        """Seconds between points."""

        ONE_MINUTE = 60, "1 minute"
        FIVE_MINUTES = 300, "5 minutes"

    account = models.ForeignKey(Account, models.CASCADE, related_name="stacks")
    region = models.CharField(max_length=25, blank=True, help_text="Blank: spans regions.")
    name = models.CharField(max_length=128)
    source = models.CharField(max_length=16, choices=Source.choices)
    arn = models.CharField(max_length=512, blank=True)
    description = models.TextField(blank=True)
    environment = models.CharField(max_length=64, blank=True, db_index=True)
    owner = models.CharField(max_length=128, blank=True, help_text="From the owner tag.")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="stacks")
    tags = models.JSONField(default=dict)
    resolution = models.PositiveSmallIntegerField(choices=Resolution.choices, default=Resolution.FIVE_MINUTES)
    status = models.CharField(max_length=64, blank=True)
    template_at = models.DateTimeField(
        null=True, editable=False, help_text="Change of the stack whose template was read."
    )
    first_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = StackQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("account", "region", "source", "name"), name="stack_once"),)

    def __str__(self) -> str:
        return self.name


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Reads of resources; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows."""
        return self if scope.everything else self.filter(stack__team_id__in=scope.team_ids)

    def present(self) -> Self:
        """Leave out resources that are gone from AWS."""
        return self.filter(gone_at=None)


class Resource(models.Model):
    """One thing of a catalogue service."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="resources")
    stack = models.ForeignKey(Stack, models.CASCADE, related_name="resources")
    region = models.CharField(max_length=25)
    service = models.CharField(max_length=32, help_text="Key of the catalogue.")
    physical_id = models.CharField(max_length=512)
    arn = models.CharField(max_length=1024, blank=True)
    name = models.CharField(max_length=255)
    logical_id = models.CharField(max_length=255, blank=True)
    facts = models.JSONField(
        default=list, help_text="Label, value and unit of configuration that explains the metrics."
    )
    limits = models.JSONField(default=dict, help_text="Numbers that derived metrics divide by.")
    dimensions = models.JSONField(default=dict, help_text="CloudWatch dimensions of its metrics.")
    tags = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ("service", "name")
        constraints = (
            models.UniqueConstraint(fields=("account", "region", "service", "physical_id"), name="resource_once"),
        )
        indexes = (models.Index(fields=("arn",)), models.Index(fields=("stack", "service")))

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """From one resource to another, known from configuration alone."""

    source = models.ForeignKey(Resource, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Resource, models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=32, help_text="For example event_source_mapping, target, subscription.")
    enabled = models.BooleanField(default=True)
    read_from = models.ForeignKey(Resource, models.CASCADE, related_name="+", help_text="Whose configuration says so.")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "target", "kind"), name="link_once"),)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class DeployQuerySet(models.QuerySet["Deploy"]):
    """Reads of deploys."""

    def between(self, start: datetime, end: datetime) -> Self:
        """Deploys that were under way at some time in [start, end)."""
        return self.filter(Q(finished_at=None) | Q(finished_at__gte=start), started_at__lt=end)


class Deploy(models.Model):
    """One change of a stack: what changed, when, with which result."""

    class Result(models.TextChoices):
        """How it ended."""

        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        ROLLED_BACK = "rolled_back", "Rolled back"
        FAILED = "failed", "Failed"

    stack = models.ForeignKey(Stack, models.CASCADE, related_name="deploys")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    action = models.CharField(max_length=16, help_text="create, update or delete")
    result = models.CharField(max_length=16, choices=Result.choices)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=list, help_text="Logical id, type, status and reason of each changed resource.")

    objects = DeployQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at",)
        constraints = (models.UniqueConstraint(fields=("stack", "started_at"), name="deploy_once"),)

    def __str__(self) -> str:
        return f"{self.stack} {self.action} {self.started_at:%Y-%m-%d %H:%M}"


class CustomMetric(models.Model):
    """A metric of a namespace of the user's own; each combination of dimension values becomes a resource."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="custom_metrics")
    namespace = models.CharField(max_length=255)
    name = models.CharField("metric name", max_length=255)
    dimension_names = models.JSONField(default=list)
    statistic = models.CharField(max_length=16, default="Average")
    unit = models.CharField(max_length=16, default="count")
    stack = models.ForeignKey(Stack, models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "namespace", "name", "statistic"), name="custom_metric_once"),
        )

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"
