"""Tables of thresholds: what people decide over the catalogue's suggestions, and on the figures of traces."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from dashboard.access.models import Team
from dashboard.catalog.shape import LEVEL, Missing, Severity
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.traces.models import Edge, Node

SCOPES = ("account", "environment", "team", "stack", "resource")
"""Columns of which at most one is set; none: every resource of the service."""

MISSING = (
    (Missing.UNKNOWN.value, "unknown: nothing opens, nothing ends"),
    (Missing.KEEP.value, "as before: what was broken stays broken"),
    (Missing.BREACH.value, "broken: a period without data counts"),
)


def _only(scope: str) -> Q:
    """The rule has that scope and no other."""
    empty = {f"{name}__isnull": True for name in SCOPES if name not in {scope, "environment"}}
    named = ~Q(environment="") if scope == "environment" else Q(environment="")
    return Q(**empty, **({f"{scope}__isnull": False} if scope not in {"", "environment"} else {})) & named


class ThresholdRule(models.Model):
    """One threshold of a service as somebody wants it, everywhere or in one place."""

    service = models.CharField(max_length=32, help_text="Key of the catalogue.")
    metric = models.CharField(max_length=64)
    severity = models.CharField(max_length=8, choices=[(one.value, one.value.capitalize()) for one in Severity])
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="threshold_rules")
    environment = models.CharField(max_length=64, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="threshold_rules")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, blank=True, related_name="threshold_rules")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="threshold_rules")
    muted = models.BooleanField(default=False, help_text="Nothing is judged by this threshold here.")
    condition = models.CharField(max_length=32, default=LEVEL, help_text="Key of thresholds.conditions.")
    above = models.FloatField(null=True, blank=True)
    below = models.FloatField(null=True, blank=True)
    recover = models.FloatField(null=True, blank=True)
    missing = models.CharField(max_length=8, blank=True, choices=MISSING)
    for_periods = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    of_periods = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    floor_metric = models.CharField(max_length=64, blank=True)
    floor = models.FloatField(null=True, blank=True)
    says = models.CharField(max_length=200, blank=True)
    hint = models.TextField(blank=True)
    runbook = models.URLField(blank=True)

    class Meta:
        verbose_name = "threshold"
        ordering = ("service", "metric", "severity", "pk")
        constraints = (
            models.CheckConstraint(
                name="threshold_in_one_place",
                condition=_only("") | _only("account") | _only("environment") | _only("team") | _only("stack")
                | _only("resource"),
            ),
            models.UniqueConstraint(
                fields=("service", "metric", "severity"), condition=_only(""), name="threshold_of_service_once"
            ),
            models.UniqueConstraint(
                fields=("service", "metric", "severity", "environment"),
                condition=_only("environment"),
                name="threshold_of_environment_once",
            ),
            *(
                models.UniqueConstraint(
                    fields=("service", "metric", "severity", scope), name=f"threshold_of_{scope}_once"
                )
                for scope in ("account", "team", "stack", "resource")
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} {self.metric} {self.severity}"


class TraceRule(models.Model):
    """A threshold on what traces tell of nodes or connections of the service map."""

    class Figure(models.TextChoices):
        """What is looked at, five minutes at a time."""

        P95 = "p95", "p95 of the response time"
        FAULTS = "fault_share", "Share of faults (5xx)"
        ERRORS = "error_share", "Share of errors and throttles (4xx)"
        TRAFFIC = "traffic", "Traced requests per minute"

    name = models.CharField(max_length=120)
    account = models.ForeignKey(Account, models.CASCADE, related_name="trace_rules")
    node = models.ForeignKey(Node, models.CASCADE, null=True, blank=True, related_name="rules")
    edge = models.ForeignKey(Edge, models.CASCADE, null=True, blank=True, related_name="rules")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, blank=True, related_name="trace_rules")
    type = models.CharField(max_length=128, blank=True, help_text="As X-Ray names it: AWS::Lambda::Function.")
    figure = models.CharField(max_length=16, choices=Figure.choices)
    severity = models.CharField(max_length=8, choices=[(one.value, one.value.capitalize()) for one in Severity])
    above = models.FloatField(null=True, blank=True)
    below = models.FloatField(null=True, blank=True)
    for_periods = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1)])
    of_periods = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1)])
    floor = models.PositiveIntegerField(default=20, help_text="Traced requests in five minutes.")
    enabled = models.BooleanField(default=True)
    hint = models.TextField(blank=True, help_text="What it means and what to do first.")
    runbook = models.URLField(blank=True)

    class Meta:
        verbose_name = "threshold on traces"
        verbose_name_plural = "thresholds on traces"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                name="trace_rule_has_one_line",
                condition=Q(above__isnull=False, below__isnull=True) | Q(above__isnull=True, below__isnull=False),
            ),
            models.CheckConstraint(
                name="trace_rule_in_one_place",
                condition=Q(node__isnull=True, edge__isnull=True)
                | Q(node__isnull=True, stack__isnull=True, type="")
                | Q(edge__isnull=True, stack__isnull=True, type=""),
            ),
            models.CheckConstraint(name="trace_rule_periods_fit", condition=Q(of_periods__gte=models.F("for_periods"))),
        )

    def __str__(self) -> str:
        return self.name
