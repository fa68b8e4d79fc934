"""Tables of objectives: what was promised, when it does not count, and what happened day by day."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from dashboard.access.roles import Scope
from dashboard.inventory.models import Account, Resource, Stack


class SloQuerySet(models.QuerySet["Slo"]):
    """Reads of objectives; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows: objectives of a whole account are for those who see everything."""
        if scope.everything:
            return self
        return self.filter(Q(stack__team_id__in=scope.team_ids) | Q(resource__stack__team_id__in=scope.team_ids))


class Slo(models.Model):
    """A share of good events that somebody promised over a rolling window."""

    class Kind(models.TextChoices):
        """What is counted as an event, and when it is good."""

        AVAILABILITY = "availability", "Availability: requests without an error"
        LATENCY = "latency", "Latency: traced requests within the target"
        LATENCY_PERIODS = "periods", "Latency: five minutes whose p95 is within the target"

    class Alerting(models.TextChoices):
        """How loud its alerts are."""

        PAGE = "page", "Fast burns are critical, the others warnings"
        WARN = "warn", "Warnings alone"
        NONE = "none", "No alerts"

    name = models.CharField(max_length=120, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="slos")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, blank=True, related_name="slos")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="slos")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.AVAILABILITY)
    objective = models.FloatField(validators=[MinValueValidator(0.5), MaxValueValidator(0.99999)])
    target = models.FloatField(null=True, blank=True, help_text="Seconds, of latency.")
    window_days = models.PositiveSmallIntegerField(
        "window", choices=[(7, "7 days"), (28, "28 days"), (30, "30 days")], default=28
    )
    enabled = models.BooleanField(default=True)
    alerting = models.CharField(max_length=4, choices=Alerting.choices, default=Alerting.PAGE)
    least_bad = models.PositiveIntegerField(default=5, validators=[MinValueValidator(1)])
    hint = models.TextField(blank=True, help_text="What to do first; shown with its alerts.")
    runbook = models.URLField(blank=True)
    counted_until = models.PositiveIntegerField(null=True, editable=False, help_text="Unix time; empty: never.")
    counted_at = models.DateTimeField(null=True, editable=False, help_text="When its whole window was last counted.")

    objects = SloQuerySet.as_manager()

    class Meta:
        verbose_name = "service level objective"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(name="slo_of_one_thing", condition=Q(stack__isnull=True) | Q(resource__isnull=True)),
            models.CheckConstraint(
                name="slo_of_latency_has_target", condition=Q(kind="availability") | Q(target__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.name


class SloExclusion(models.Model):
    """A time that does not count against an objective, once or each week."""

    slo = models.ForeignKey(Slo, models.CASCADE, related_name="exclusions")
    reason = models.CharField(max_length=200)
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until", null=True, blank=True, help_text="Blank: until somebody ends it.")
    days = models.JSONField(default=list, blank=True, help_text="Each week on these days; empty: all the time.")
    start = models.TimeField("from the hour", null=True, blank=True)
    end = models.TimeField("to the hour", null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        verbose_name = "exclusion window"
        ordering = ("starts_at", "pk")

    def __str__(self) -> str:
        return self.reason


class SloDay(models.Model):
    """Events of one objective on one UTC day, five minutes apart, packed; nothing is excluded from them yet."""

    slo = models.ForeignKey(Slo, models.CASCADE, related_name="days", db_index=False)
    day = models.PositiveIntegerField(help_text="Days since 1970-01-01.")
    total = models.BinaryField()
    bad = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("slo", "day"), name="slo_day_once"),)
