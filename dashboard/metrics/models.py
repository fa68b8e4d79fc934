"""Tables of points: slices for now, sealed days for then, hours for long ago (docs/adr/0002-points.md)."""

from django.db import models

from dashboard.inventory.models import Account, Resource, Stack

BLOCK_SIZE = 500


class Block(models.Model):
    """Up to 500 series that are asked for in one call; a series keeps its position for ever."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="blocks")
    region = models.CharField(max_length=25)
    period = models.PositiveIntegerField(help_text="Seconds between points.")
    computed = models.BooleanField(default=False, help_text="Filled by us, not asked from CloudWatch.")
    size = models.PositiveSmallIntegerField(default=0, help_text="Positions given out.")
    asked_until = models.PositiveIntegerField(null=True, help_text="Unix time up to which all were asked for.")
    newest_at = models.PositiveIntegerField(null=True, help_text="Unix time of the newest instant with a value.")

    class Meta:
        indexes = (models.Index(fields=("account", "region", "period")),)

    def __str__(self) -> str:
        return f"block {self.pk}"


class Series(models.Model):
    """One metric with one statistic of one resource, or one golden signal of one stack."""

    block = models.ForeignKey(Block, models.CASCADE, related_name="series")
    position = models.PositiveSmallIntegerField()
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, related_name="series")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, related_name="signals")
    metric = models.CharField(max_length=64, help_text="Key within the resource's service, or the signal's name.")
    namespace = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    dimensions = models.JSONField(default=dict)
    statistic = models.CharField(max_length=16, blank=True)
    unit = models.CharField(max_length=16)
    active = models.BooleanField(default=True, help_text="Asked for at each poll.")
    fine_from = models.DateTimeField(null=True, help_text="Start of its fine points; empty: never asked.")
    backfilled_at = models.DateTimeField(null=True, help_text="When its hours before that were asked for.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("block", "position"), name="series_position_once"),
            models.UniqueConstraint(fields=("resource", "metric"), name="series_of_resource_once"),
            models.UniqueConstraint(fields=("stack", "metric"), name="series_of_stack_once"),
        )

    def __str__(self) -> str:
        return f"{self.resource or self.stack} {self.metric}"


class Slice(models.Model):
    """All values of a block at one instant: packed little-endian float64, NaN where nothing came."""

    block = models.ForeignKey(Block, models.CASCADE, db_index=False)
    at = models.PositiveIntegerField(help_text="Unix time, seconds.")
    values = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("block", "at"), name="slice_once"),)


class SealedDay(models.Model):
    """One series' values of one UTC day, compressed, once the day can no longer change."""

    series = models.ForeignKey(Series, models.CASCADE, db_index=False)
    day = models.PositiveIntegerField(help_text="Days since 1970-01-01.")
    period = models.PositiveIntegerField()
    values = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("series", "day"), name="sealed_day_once"),)
        indexes = (models.Index(fields=("day",)),)


class HourlyMonth(models.Model):
    """One series' hourly values of one month, compressed; percentiles are CloudWatch's own, never averaged."""

    series = models.ForeignKey(Series, models.CASCADE, db_index=False)
    month = models.PositiveIntegerField(help_text="Months since 1970-01.")
    values = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("series", "month"), name="hourly_month_once"),)
        indexes = (models.Index(fields=("month",)),)
