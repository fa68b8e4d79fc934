"""Tables of polls: the truth about what is due, who holds it, and how it went."""

from django.db import models
from django.db.models import Q

from dashboard.inventory.models import Account


class Target(models.Model):
    """One source of one account and region that is polled on its own."""

    class Source(models.TextChoices):
        """What is polled."""

        INVENTORY = "inventory", "Inventory"
        METRICS_1M = "metrics_1m", "Metrics, 1 minute"
        METRICS_5M = "metrics_5m", "Metrics, 5 minutes"
        METRICS_1H = "metrics_1h", "Metrics, hourly"
        TRACE_GRAPH = "trace_graph", "Service graph"
        TRACES = "traces", "Traces"
        ALARMS = "alarms", "CloudWatch alarms"
        COSTS = "costs", "Costs"
        BUDGETS = "budgets", "Budgets"

    account = models.ForeignKey(Account, models.CASCADE, related_name="targets")
    region = models.CharField(max_length=25)
    source = models.CharField(max_length=16, choices=Source.choices)
    part = models.PositiveSmallIntegerField(default=0, help_text="Large sources are split so that workers share them.")
    every = models.DurationField()
    due_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True, help_text="Held by a worker until then.")
    lease_token = models.UUIDField(null=True, help_text="Fences a worker whose lease was taken over.")
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Starts since the last end; 3 without an end quarantine it."
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text="Failed runs in a row.")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_reason = models.CharField(max_length=200, blank=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=32, blank=True, help_text="Kind of the last error; blank after a success.")
    last_error_action = models.CharField(max_length=128, blank=True, help_text="The IAM action that is missing.")
    last_error_text = models.TextField(blank=True)
    last_cost = models.DecimalField(
        max_digits=12,
        decimal_places=6,
        default=0,
        help_text="USD of the last run; the next is expected to cost it too.",
    )

    class Meta:
        ordering = ("account", "region", "source", "part")
        constraints = (models.UniqueConstraint(fields=("account", "region", "source", "part"), name="target_once"),)

    def __str__(self) -> str:
        return f"{self.account.name} {self.region} {self.source}"


TRACE_SOURCES = (Target.Source.TRACE_GRAPH, Target.Source.TRACES)
"""What X-Ray is asked; an account that does without it has metrics all the same."""
MONEY_SOURCES = (Target.Source.COSTS, Target.Source.BUDGETS)
"""What is asked once per account, some times a day."""
SIDE_SOURCES = (*TRACE_SOURCES, Target.Source.ALARMS, *MONEY_SOURCES)
"""What brings no metrics: without it they are as fresh, and there is nothing new to judge."""


class Run(models.Model):
    """One poll of a target and what it brought."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="runs")
    started_at = models.DateTimeField(db_index=True)
    duration = models.DurationField()
    ok = models.BooleanField()
    calls = models.PositiveIntegerField(default=0)
    throttles = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    error = models.CharField(max_length=32, blank=True)
    error_text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.target} {self.started_at:%Y-%m-%d %H:%M}"


class ApiUsage(models.Model):
    """Calls of one API by one account on one day, and their price in USD."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="api_usage")
    day = models.DateField()
    api = models.CharField(max_length=64, help_text="For example cloudwatch:GetMetricData.")
    calls = models.PositiveIntegerField(default=0)
    throttles = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=8, default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "day", "api"), name="api_usage_once"),)


class Heartbeat(models.Model):
    """When a part of the product was last seen working."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()


class Outage(models.Model):
    """A time in which nothing came from some targets of an account; told when it was noticed and when it ended."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="outages")
    began_at = models.DateTimeField(help_text="The last success of what has been silent longest.")
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list, help_text="Names of the silent targets.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account",), condition=Q(ended_at=None), name="one_outage_at_a_time"),
        )
