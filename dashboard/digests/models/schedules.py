"""Schedules of digests and their recipients."""

from datetime import time
from typing import Self

from django.contrib.auth.models import User
from django.db import models

from dashboard.access.models import Team
from dashboard.digests.formats import LOCALES
from dashboard.digests.periods import Cadence
from dashboard.digests.sections import EVERY
from dashboard.inventory.models import Account, Stack
from dashboard.notify.models import Channel

WORKING_DAYS = [0, 1, 2, 3, 4]


def working_days() -> list[int]:
    """Monday to Friday."""
    return list(WORKING_DAYS)


def every_section() -> list[str]:
    """All sections in their usual order."""
    return list(EVERY)


class Address(models.Model):
    """An e-mail address of nobody who signs in; it gets mail once somebody there has agreed by a click."""

    email = models.EmailField(unique=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ("email",)

    def __str__(self) -> str:
        return self.email


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    """Reads of schedules."""

    def visible_to(self, user: User, *, admin: bool) -> Self:
        """Those that anybody may subscribe to, or that the user gets already; an admin sees all."""
        if admin:
            return self
        mine = models.Q(users=user) | models.Q(teams__members=user)
        return self.filter(models.Q(open=True) | mine, enabled=True).distinct()


class Schedule(models.Model):
    """Who is told what, when, about which part of the installation."""

    class Quiet(models.TextChoices):
        """What happens when there is nothing to tell."""

        SEND = "send", "Send the digest anyway"
        SHORT = "short", "Send a short all-clear"
        SKIP = "skip", "Send nothing"

    name = models.CharField(max_length=100, unique=True)
    enabled = models.BooleanField(default=True)
    open = models.BooleanField(
        "anybody may subscribe", default=True, help_text="Users find it on the digests page; each sees what they may."
    )
    cadence = models.CharField(
        max_length=8,
        choices=[
            (Cadence.DAILY.value, "Daily, on chosen weekdays"),
            (Cadence.WEEKLY.value, "Weekly"),
            (Cadence.MONTHLY.value, "Monthly, on the first working day"),
        ],
        default=Cadence.DAILY.value,
    )
    days = models.JSONField(default=working_days, blank=True)
    at = models.TimeField("local time", default=time(8))
    time_zone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(
        "numbers and dates", max_length=8, choices=[(one.key, one.label) for one in LOCALES.values()], default="en"
    )
    quiet = models.CharField("nothing to report", max_length=5, choices=Quiet.choices, default=Quiet.SHORT)
    sections = models.JSONField(default=every_section)
    only_accounts = models.ManyToManyField(Account, blank=True, related_name="+", verbose_name="accounts")
    only_environments = models.JSONField("environments", default=list, blank=True)
    only_teams = models.ManyToManyField(Team, blank=True, related_name="+", verbose_name="stacks of teams")
    only_stacks = models.ManyToManyField(Stack, blank=True, related_name="+", verbose_name="stacks")
    users = models.ManyToManyField(User, blank=True, related_name="digests")
    teams = models.ManyToManyField(Team, blank=True, related_name="digests")
    addresses = models.ManyToManyField(Address, blank=True, related_name="schedules")
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", help_text="Get a summary. A channel of a team sees that team's stacks."
    )
    shows_teams = models.ManyToManyField(
        Team, blank=True, related_name="+", verbose_name="addresses and channels see the stacks of",
        help_text="Users see what they may anyway. Blank: all stacks.",
    )  # fmt: skip
    shows_money = models.BooleanField(
        "addresses and channels see money", default=False, help_text="Users see what they may anyway."
    )
    starts_at = models.DateTimeField(editable=False, help_text="Nothing that fell due before is sent.")

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class OptOut(models.Model):
    """Somebody who no longer wants a schedule's mail, however they came to be among its recipients."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="opt_outs")
    email = models.EmailField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("schedule", "email"), name="opt_out_once"),)

    def __str__(self) -> str:
        return f"{self.email} without {self.schedule}"


class Suppression(models.Model):
    """An address that mail servers refuse; it gets nothing more once they have refused it often enough."""

    email = models.EmailField(unique=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Refusals in a row.")
    last_error = models.TextField(blank=True)
    last_at = models.DateTimeField()
    since = models.DateTimeField(null=True, help_text="Gets nothing since then; empty: still tried.")

    class Meta:
        verbose_name = "refused address"
        verbose_name_plural = "refused addresses"
        ordering = ("-last_at",)

    def __str__(self) -> str:
        return self.email
