"""Tables of telling: channels, routes, and the outbox of deliveries."""

from datetime import time
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from dashboard.access.models import Team
from dashboard.access.roles import Scope
from dashboard.access.secrets import EncryptedTextField
from dashboard.notify.matching import When
from dashboard.notify.message import Event, Severity

WHEN = (
    (When.ALWAYS.value, "At any time"),
    (When.WITHIN.value, "In these hours"),
    (When.OUTSIDE.value, "Outside these hours"),
)


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Reads of channels; pages start from `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows: without the right to see everything, channels of one's own teams."""
        return self if scope.everything else self.filter(team_id__in=scope.team_ids)


class Channel(models.Model):
    """A way to reach people."""

    class Kind(models.TextChoices):
        """The medium."""

        EMAIL = "email", "E-mail"
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        PAGERDUTY = "pagerduty", "PagerDuty"
        SNS = "sns", "AWS SNS"
        WEBHOOK = "webhook", "Webhook"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=100, unique=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, help_text="Gets this team's messages alone. Blank: everybody's."
    )
    enabled = models.BooleanField(default=True, help_text="A channel that is switched off gets nothing new.")
    config = models.JSONField(default=dict, help_text="Where to, without secrets.")
    secret = EncryptedTextField(blank=True, editable=False)
    secret_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    per_minute = models.PositiveSmallIntegerField(
        "messages per minute, at most", default=30, validators=[MinValueValidator(1)]
    )
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row, whatever the message.")
    rests_until = models.DateTimeField(null=True, editable=False, help_text="Left alone until then, after failures.")
    last_sent_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """Which messages go to which channels; routes are asked in order."""

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField("order", default=10, help_text="Small numbers are asked first.")
    channels = models.ManyToManyField(Channel, related_name="routes")
    severities = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, help_text="Blank: any team's.")
    environments = models.JSONField(default=list, blank=True)
    labels = models.JSONField(default=dict, blank=True)
    when = models.CharField(
        max_length=8,
        choices=WHEN,
        default=When.ALWAYS.value,
    )
    days = models.JSONField(default=list, blank=True)
    start = models.TimeField("from", default=time(9))
    end = models.TimeField("to", default=time(17))
    time_zone = models.CharField(max_length=64, default="UTC")
    repeat = models.DurationField(null=True, blank=True)
    after = models.DurationField(
        null=True, blank=True, help_text="Escalation: asked once nobody has acknowledged for so long; empty: at once."
    )
    stops = models.BooleanField("last", default=False, help_text="What this route takes is not offered to later ones.")

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of the outbox."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what the scope allows."""
        return self if scope.everything else self.filter(channel__team_id__in=scope.team_ids)

    def open(self) -> Self:
        """What is still to be sent, or being sent."""
        return self.exclude(state__in=Delivery.ENDED)


class Delivery(models.Model):
    """One message on its way to one channel: the outbox."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        FAILED = "failed", "Failed, tried again"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up"

    ENDED = (State.SENT, State.DEAD)

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    route = models.ForeignKey(Route, models.SET_NULL, null=True)
    key = models.CharField(max_length=255, help_text="Of the message; told once per channel.")
    thread = models.CharField(max_length=255, help_text="Messages of one thread arrive in their order.")
    event = models.CharField(max_length=16, choices=[(event.value, event.capitalize()) for event in Event])
    severity = models.CharField(max_length=16, choices=[(one.value, one.capitalize()) for one in Severity])
    title = models.CharField(max_length=300)
    message = models.JSONField(help_text="What is told, in the form of notify/message.py.")
    payload = models.JSONField(help_text="What the medium is sent; every try sends the same.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="Not tried before.")
    started_at = models.DateTimeField(null=True, help_text="The last try.")
    lease_until = models.DateTimeField(null=True, help_text="Held by a sender until then.")
    lease_token = models.UUIDField(null=True, help_text="Fences a sender whose lease was taken over.")
    may_have_arrived = models.BooleanField(default=False, help_text="The outcome of a try is not known.")
    sent_at = models.DateTimeField(null=True)
    response = models.TextField(blank=True, help_text="What the receiver answered last.")
    error = models.TextField(blank=True)
    repeat = models.DurationField(null=True)
    repeat_at = models.DateTimeField(null=True, help_text="Told again then, if it is still open.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("key", "channel"), name="delivery_once"),)
        indexes = (
            models.Index(
                fields=("channel", "id"), name="delivery_open", condition=Q(state__in=("waiting", "sending", "failed"))
            ),
            models.Index(fields=("lease_until",), name="delivery_lease", condition=Q(lease_until__isnull=False)),
            models.Index(fields=("channel", "thread"), name="delivery_thread"),
            models.Index(fields=("channel", "started_at"), name="delivery_rate"),
            models.Index(fields=("repeat_at",), name="delivery_repeat", condition=Q(repeat_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.title
