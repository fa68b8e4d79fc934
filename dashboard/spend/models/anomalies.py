"""Tables of unexpected spend: what was found, and from when on a rise counts."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from dashboard.inventory.models import Account
from dashboard.spend.found import Cut

EXACT: dict[str, Any] = {"max_digits": 24, "decimal_places": 10}


class UnexpectedSpend(models.Model):
    """A day on which something cost far more than it normally does."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="unexpected_spend")
    day = models.DateField()
    cut = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Cut])
    where = models.CharField(max_length=255, help_text="The value of the cut.")
    amount = models.DecimalField(**EXACT)
    normal = models.DecimalField(**EXACT)
    currency = models.CharField(max_length=8)
    drivers = models.JSONField(default=list)
    deploys = models.JSONField(default=list, help_text="Keys of deploys of that day.")
    traffic_change = models.FloatField(null=True)
    from_aws = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "unexpected spend"
        ordering = ("-day", "-amount")
        constraints = (
            models.UniqueConstraint(fields=("account", "day", "cut", "where", "currency"), name="unexpected_once"),
        )

    def __str__(self) -> str:
        return f"{self.where} {self.day}"


class UnexpectedRule(models.Model):
    """From when on a rise is unexpected; an account's own rule comes before the one for all."""

    account = models.OneToOneField(
        Account, models.CASCADE, null=True, blank=True, related_name="unexpected_rule", help_text="Blank: all accounts."
    )
    share = models.FloatField(
        "over normal, at least, %", default=20, validators=[MinValueValidator(1)], help_text="20: a fifth more."
    )
    floor = models.DecimalField(
        "and at least so much more a day", max_digits=12, decimal_places=2, default=Decimal(5),
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    muted = models.BooleanField(default=False, help_text="Nothing is looked for.")

    class Meta:
        verbose_name = "rule for unexpected spend"
        verbose_name_plural = "rules for unexpected spend"

    def __str__(self) -> str:
        return f"{self.account or 'all accounts'}: {self.share:g} % and {self.floor}"
