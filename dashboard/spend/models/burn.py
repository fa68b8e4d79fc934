"""Tables of the live estimate: what is spent per hour now, what past days came to, and what runs away."""

from django.db import models

from dashboard.inventory.models import Account, Resource, Stack
from dashboard.spend.models.settled import EXACT


class BurnStanding(models.Model):
    """What a resource or a whole stack costs now; their history is the series 'burn'."""

    resource = models.OneToOneField(Resource, models.CASCADE, null=True, related_name="burn")
    stack = models.OneToOneField(Stack, models.CASCADE, null=True, related_name="burn")
    per_hour = models.DecimalField(**EXACT, help_text="USD.")
    normal_per_hour = models.DecimalField(**EXACT, null=True, help_text="USD, of this hour of the week.")
    highest_normal = models.DecimalField(**EXACT, null=True)
    today = models.DecimalField(**EXACT, help_text="USD since midnight UTC.")
    per_thousand = models.DecimalField(**EXACT, null=True, help_text="USD per 1,000 requests over the last hour.")
    missing = models.JSONField(default=list, help_text="What is billed and not in it.")
    at = models.DateTimeField(help_text="End of the newest period that is known.")
    normal_hour = models.PositiveIntegerField(default=0, help_text="Hour that the normal is of, since 1970.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(resource=None, stack__isnull=False) | models.Q(resource__isnull=False, stack=None),
                name="burn_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource or self.stack}: {self.per_hour} USD/h"


class BurnDay(models.Model):
    """What a day was estimated to cost, by service, before any correction."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="burn_days")
    day = models.DateField()
    service = models.CharField(max_length=255, help_text="As Cost Explorer names it.")
    amount = models.DecimalField(**EXACT)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "day", "service"), name="burn_day_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.service}: {self.amount}"


class BurnTally(models.Model):
    """How an account's month stands: what the next unit costs, and how far estimates are from the bill."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="burn_tally")
    tallied_at = models.DateTimeField()
    prices = models.JSONField(default=dict, help_text="USD of the next unit: 'sqs-requests eu-west-1'.")
    calibration = models.JSONField(default=dict, help_text="Factor, error, raw_error and days by service.")

    def __str__(self) -> str:
        return f"tally of {self.account}"


class RunawayCost(models.Model):
    """A resource whose cost grows far over its normal."""

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="runaway")
    since = models.DateTimeField()
    per_hour = models.DecimalField(**EXACT)
    normal_per_hour = models.DecimalField(**EXACT)
    by_tomorrow = models.DecimalField(**EXACT, help_text="USD of the next 24 hours.")
    by_month_end = models.DecimalField(**EXACT, help_text="USD until the month ends.")
    growth = models.CharField(max_length=120)
    loop = models.JSONField(default=list, help_text="Names along the loop; empty where none is known.")
    command = models.TextField(blank=True)
    sentence = models.TextField()

    def __str__(self) -> str:
        return f"{self.resource}: {self.per_hour} USD/h"
