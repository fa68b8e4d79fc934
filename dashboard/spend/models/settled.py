"""Tables of what AWS has billed: days by what they were for, their totals as AWS states them, and what it expects."""

from typing import Any

from django.db import models

from dashboard.inventory.models import Account

EXACT: dict[str, Any] = {"max_digits": 24, "decimal_places": 10}


class CostMonth(models.Model):
    """A month's days of one pair of values, of one currency: what Cost Explorer gives for two groups at once."""

    class Pair(models.TextChoices):
        """What the two values are. Services alone are summed by us, for pages that read many accounts."""

        SERVICE = "service", "Service"
        USAGE_TYPE = "usage_type", "Service and usage type"
        REGION = "region", "Service and region"
        ACCOUNT = "account", "Service and linked account"
        RECORD_TYPE = "record_type", "Service and record type"
        STACK = "stack", "Service and stack"
        STACK_USAGE = "stack_usage", "Usage type and stack"
        ENVIRONMENT = "environment", "Service and environment"
        TEAM = "team", "Service and team"

    account = models.ForeignKey(Account, models.CASCADE, related_name="cost_months")
    pair = models.CharField(max_length=16, choices=Pair.choices)
    first = models.CharField(max_length=255, help_text="The service; of stack_usage the usage type.")
    second = models.CharField(max_length=255, blank=True, help_text="Blank where a tag has no value.")
    month = models.PositiveIntegerField(help_text="Months since 1970-01.")
    currency = models.CharField(max_length=8)
    unblended = models.BinaryField(help_text="31 days, packed (spend/amounts.py).")
    amortized = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "pair", "month", "first", "second", "currency"), name="cost_month_once"
            ),
        )
        indexes = (models.Index(fields=("pair", "month"), name="cost_month_by_pair"),)

    def __str__(self) -> str:
        return f"{self.first} {self.second} {self.month}"


class CostSum(models.Model):
    """A month's days of one pair of values over all accounts: for pages that tell no account apart."""

    pair = models.CharField(max_length=16, choices=CostMonth.Pair.choices)
    first = models.CharField(max_length=255)
    second = models.CharField(max_length=255, blank=True)
    month = models.PositiveIntegerField(help_text="Months since 1970-01.")
    currency = models.CharField(max_length=8)
    unblended = models.BinaryField(help_text="31 days, packed (spend/amounts.py).")
    amortized = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("pair", "month", "first", "second", "currency"), name="cost_sum_once"),
        )

    def __str__(self) -> str:
        return f"{self.first} {self.second} {self.month}"


class SummedAccount(models.Model):
    """An account that is part of the sums. One that is gone leaves its row: they hold it still, and count no more."""

    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="summed")

    def __str__(self) -> str:
        return f"sums with {self.account}"


class BilledDay(models.Model):
    """The total of a day as AWS states it, usage and fees alone, and how far the parts are from it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="billed_days")
    day = models.DateField()
    currency = models.CharField(max_length=8)
    unblended = models.DecimalField(**EXACT)
    amortized = models.DecimalField(**EXACT)
    gap = models.DecimalField(**EXACT, help_text="Total less the sum of its parts; more than a cent is told.")
    estimated = models.BooleanField(help_text="AWS may still change it.")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("account", "day", "currency"), name="billed_day_once"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.unblended} {self.currency}"


class BilledMonth(models.Model):
    """A past month by service, from before days were read."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="billed_months")
    month = models.PositiveIntegerField(help_text="Months since 1970-01.")
    service = models.CharField(max_length=255)
    currency = models.CharField(max_length=8)
    unblended = models.DecimalField(**EXACT)
    amortized = models.DecimalField(**EXACT)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "month", "service", "currency"), name="billed_month_once"),
        )

    def __str__(self) -> str:
        return f"{self.service} {self.month}"


class AwsForecast(models.Model):
    """What AWS expects of the rest of a month, with its interval of 80 %."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="cost_forecasts")
    month = models.PositiveIntegerField(help_text="Months since 1970-01.")
    since = models.DateField(help_text="First day that it speaks of.")
    mean = models.DecimalField(**EXACT)
    low = models.DecimalField(**EXACT)
    high = models.DecimalField(**EXACT)
    currency = models.CharField(max_length=8)
    read_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "month"), name="aws_forecast_once"),)

    def __str__(self) -> str:
        return f"{self.month}: {self.mean} {self.currency}"


class CostReading(models.Model):
    """How reading an account's costs stands."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="cost_reading")
    tags = models.JSONField(default=dict, help_text="Key of the tag by what it tells: stack, environment, team.")
    pages_on = models.DateField(null=True)
    pages = models.PositiveIntegerField(default=0, help_text="Pages of Cost Explorer asked for on that day.")
    read_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True, help_text="When unexpected spend was looked for last.")

    def __str__(self) -> str:
        return f"costs of {self.account}"
