"""Tables of health: the verdict on each resource and stack, with its reason."""

from django.db import models

from dashboard.inventory.models import Resource, Stack


class State(models.TextChoices):
    """Worst first."""

    CRITICAL = "critical", "Unhealthy"
    WARNING = "warning", "Degraded"
    OK = "ok", "Healthy"
    UNKNOWN = "unknown", "No data"


class Verdict(models.Model):
    """What is wrong and since when; `reason` is a sentence for people."""

    state = models.CharField(max_length=8, choices=State.choices, default=State.UNKNOWN, db_index=True)
    reason = models.TextField(blank=True)
    metric = models.CharField(max_length=64, blank=True, help_text="Catalogue key of the metric that decided.")
    value = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    since = models.DateTimeField(null=True, help_text="First breached period of the present state.")
    judged_at = models.DateTimeField()
    data_at = models.DateTimeField(null=True, help_text="Newest point that was looked at.")

    class Meta:
        abstract = True


class ResourceHealth(Verdict):
    """The verdict on one resource and its latest golden signals."""

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="health", primary_key=True)
    signals = models.JSONField(default=dict, help_text="traffic, errors, latency, saturation: latest values or null.")
    firing = models.JSONField(default=list, help_text="Thresholds that are broken: 'metric severity'.")

    def __str__(self) -> str:
        return f"{self.resource}: {self.state}"


class StackHealth(Verdict):
    """The verdict on one stack: that of its worst resource."""

    stack = models.OneToOneField(Stack, models.CASCADE, related_name="health", primary_key=True)
    resource = models.ForeignKey(Resource, models.SET_NULL, null=True, help_text="The guilty one.")
    slowest = models.ForeignKey(
        Resource, models.SET_NULL, null=True, related_name="+", help_text="Whose latency is the stack's."
    )
    fullest = models.ForeignKey(
        Resource, models.SET_NULL, null=True, related_name="+", help_text="Whose saturation is the stack's."
    )
    counts = models.JSONField(default=dict, help_text="Resources by state.")

    def __str__(self) -> str:
        return f"{self.stack}: {self.state}"
