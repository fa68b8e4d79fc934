"""Tables of budgets: those that an account has in AWS Budgets, and our own."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dashboard.access.models import Team
from dashboard.inventory.models import Account, Stack

EXACT: dict[str, Any] = {"max_digits": 24, "decimal_places": 10}


class AwsBudget(models.Model):
    """A cost budget of AWS Budgets as AWS last worked it out."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="aws_budgets")
    name = models.CharField(max_length=100)
    period = models.CharField(max_length=16)
    limit = models.DecimalField(**EXACT)
    actual = models.DecimalField(**EXACT)
    forecast = models.DecimalField(**EXACT, null=True)
    currency = models.CharField(max_length=8)
    filters = models.JSONField(default=dict)
    cost_types = models.JSONField(default=dict, help_text="Whether tax, credits and so on count, by AWS's names.")
    notifications = models.JSONField(default=list)
    history = models.JSONField(default=list, help_text="First day, budgeted, spent; amounts as text.")
    updated_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "AWS budget"
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("account", "name"), name="aws_budget_once"),)

    def __str__(self) -> str:
        return self.name


class Budget(models.Model):
    """A budget of our own: how much may be spent in each period, and when to tell."""

    class Period(models.TextChoices):
        """How long it lasts; calendar months, in UTC."""

        MONTHLY = "monthly", "A month"
        QUARTERLY = "quarterly", "A quarter"
        ANNUALLY = "annually", "A year"

    name = models.CharField(max_length=100, unique=True)
    period = models.CharField(max_length=16, choices=Period.choices, default=Period.MONTHLY)
    limit = models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    currency = models.CharField(max_length=8, default="USD")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="budgets")
    stack = models.ForeignKey(Stack, models.CASCADE, null=True, blank=True, related_name="budgets")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="budgets")
    environment = models.CharField(max_length=64, blank=True, help_text="Value of the environment tag.")
    service = models.CharField(max_length=255, blank=True, help_text="As Cost Explorer names it: AWS Lambda.")
    warn_days = models.PositiveSmallIntegerField(
        "warn, days before the cap is hit", default=3, validators=[MaxValueValidator(90)]
    )
    actual_shares = models.JSONField("tell at, % spent", default=list, blank=True)
    forecast_shares = models.JSONField("tell at, % expected", default=list, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
