"""Tables of access: teams, personal preferences, sign-in attempts. Roles are Django groups (see roles.py)."""

from django.conf import settings
from django.db import models


class Team(models.Model):
    """People who own stacks and see them."""

    name = models.CharField(max_length=100, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)

    class Meta:
        ordering = ("name",)
        permissions = (("see_all_stacks", "Can see the stacks of all teams"), ("see_money", "Can see what things cost"))

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How one user wants the pages: time zone, theme."""

    class Theme(models.TextChoices):
        """Colour scheme; `system` follows the browser."""

        SYSTEM = "system", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference")
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)

    def __str__(self) -> str:
        return f"Preferences of {self.user}"


class SignInPressure(models.Model):
    """How often a user name was tried in vain from addresses it has never signed in from (see slowdown.py)."""

    username = models.CharField(max_length=150, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} failed sign-ins as {self.username}"
