"""What was made and sent: editions, their bodies, and the letters to each recipient (the outbox of digests)."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from dashboard.digests.models.schedules import Schedule


class Edition(models.Model):
    """One digest of one schedule and local date: there is never a second one."""

    class State(models.TextChoices):
        """What became of it."""

        MADE = "made", "Sent"
        QUIET = "quiet", "All quiet, sent short"
        SKIPPED = "skipped", "Nothing to report"

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="editions")
    date = models.DateField(help_text="In the schedule's time zone.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.MADE)

    class Meta:
        ordering = ("-date", "-pk")
        constraints = (models.UniqueConstraint(fields=("schedule", "date"), name="edition_once"),)

    def __str__(self) -> str:
        return f"{self.schedule}, {self.date:%Y-%m-%d}"


class Body(models.Model):
    """What is said, once for all who may see the same; each letter puts its own links into it."""

    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="bodies")
    subject = models.CharField(max_length=200)
    html = models.TextField()
    text = models.TextField()
    images = models.JSONField(default=list, help_text="Name and base64 PNG of each chart.")

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.subject


class Letter(models.Model):
    """One mail to one address: the row is the outbox entry, and the proof of what was sent."""

    class Kind(models.TextChoices):
        """Why it is sent."""

        DIGEST = "digest", "Digest"
        TEST = "test", "Test"
        VERIFY = "verify", "Verification"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        FAILED = "failed", "Failed, tried again"
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused"
        DEAD = "dead", "Given up"

    OPEN = (State.WAITING, State.SENDING, State.FAILED)

    body = models.ForeignKey(Body, models.CASCADE, related_name="letters")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="letters")
    schedule = models.ForeignKey(Schedule, models.CASCADE, null=True, related_name="letters")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="letters")
    email = models.EmailField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.DIGEST)
    message_id = models.CharField(max_length=255, unique=True)
    unsubscribe = models.URLField(max_length=500, blank=True)
    preferences = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="Not tried before.")
    lease_until = models.DateTimeField(null=True, help_text="Held by a sender until then.")
    lease_token = models.UUIDField(null=True, help_text="Fences a sender whose lease was taken over.")
    may_have_arrived = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    code = models.PositiveSmallIntegerField(null=True, help_text="The mail server's last answer.")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("edition", "email"), condition=Q(kind="digest"), name="letter_once"),
        )
        indexes = (
            models.Index(
                fields=("next_at",), name="letter_open", condition=Q(state__in=("waiting", "sending", "failed"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.body.subject} to {self.email}"
