"""Letters, claimed and settled: one sender at a time for each, by conditional updates whose count is checked."""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from dashboard.digests.models import Edition, Letter, Suppression
from dashboard.digests.models.sent import Body
from dashboard.digests.write.render import personalised
from dashboard.notify.outcome import Outcome
from dashboard.notify.retrying import is_over, next_try

LEASE = timedelta(minutes=2)
"""Longer than an SMTP conversation can last whose every step times out."""
MOST_REFUSALS = 3
"""In a row; then an address gets nothing more until an admin lifts that."""
MOST_LOST = 10
"""Tries that may end without a word before a letter that is a day old is given up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one letter, and the letter as it is sent; `token` fences whoever held it before."""

    letter_id: int
    token: UUID
    email: str
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    images: list[dict[str, str]] = field(repr=False)
    message_id: str
    unsubscribe: str
    attempts: int
    created_at: datetime


def message_id(key: str, email: str) -> str:
    """The same for the same digest and recipient, so that mail programs show a repetition once."""
    host = urlsplit(settings.SITE_URL).hostname or "stackdeck"
    return f"<{hashlib.sha256(f'{key} {email}'.encode()).hexdigest()[:40]}@{host}>"


def claim(now: datetime) -> Claim | None:
    """Take the letter that has waited longest; None when nothing is to be sent."""
    _bury_lost(now)
    while (pk := _sendable(now).order_by("next_at", "pk").values_list("pk", flat=True).first()) is not None:
        if taken := _take(pk, now):
            return taken
    return None


def claim_one(letter: Letter, now: datetime) -> Claim | None:
    """Take that letter: for somebody who waits for its outcome."""
    return _take(letter.pk, now)


def _sendable(now: datetime) -> QuerySet[Letter]:
    due = Q(state__in=(Letter.State.WAITING, Letter.State.FAILED), next_at__lte=now)
    left = Q(state=Letter.State.SENDING, lease_until__lte=now)
    return Letter.objects.filter(due | left, state__in=Letter.OPEN)


def _take(pk: int, now: datetime) -> Claim | None:
    token = uuid4()
    won = _sendable(now).filter(pk=pk).update(
        state=Letter.State.SENDING,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
        lease_token=token,
        may_have_arrived=Case(When(state=Letter.State.SENDING, then=Value(True)), default=F("may_have_arrived")),
    )  # fmt: skip
    return claim_of(Letter.objects.select_related("body").get(pk=pk), token) if won else None


def claim_of(letter: Letter, token: UUID) -> Claim:
    """The letter as it is sent, each time the same."""
    own = (letter.unsubscribe, letter.preferences)
    return Claim(
        letter_id=letter.pk,
        token=token,
        email=letter.email,
        subject=letter.body.subject,
        html=personalised(letter.body.html, *own),
        text=personalised(letter.body.text, *own),
        images=letter.body.images,
        message_id=letter.message_id,
        unsubscribe=letter.unsubscribe,
        attempts=letter.attempts,
        created_at=letter.created_at,
    )


@transaction.atomic
def settle(held: Claim, outcome: Outcome, code: int | None, now: datetime, *, refused: bool = False) -> bool:
    """Store what a try came to; False when the claim had been taken over. `refused`: nobody is at that address."""
    over = outcome.final or refused or is_over(held.created_at, now)
    luck = random.random()  # noqa: S311 - spreads retries, guards nothing
    columns: dict[str, Any] = {"code": code, "error": outcome.reason, "lease_until": None, "lease_token": None}
    if outcome.ok:
        columns |= {"state": Letter.State.SENT, "sent_at": now, "error": ""}
    elif over:
        columns |= {"state": Letter.State.REFUSED if refused else Letter.State.DEAD}
    else:
        columns |= {"state": Letter.State.FAILED, "next_at": next_try(now, held.attempts, luck)}
    if outcome.unknown:
        columns["may_have_arrived"] = True
    stored = bool(Letter.objects.filter(pk=held.letter_id, lease_token=held.token).update(**columns))
    if stored and outcome.ok:
        Suppression.objects.filter(email=held.email).delete()
    if stored and refused:
        _count_refusal(held.email, outcome.error, now)
    return stored


def _count_refusal(email: str, error: str, now: datetime) -> None:
    """Count it, and send nothing more after too many."""
    found, _ = Suppression.objects.get_or_create(email=email, defaults={"last_at": now})
    found.failures, found.last_error, found.last_at = found.failures + 1, error, now
    if found.failures >= MOST_REFUSALS and found.since is None:
        found.since = now
    found.save()


def _bury_lost(now: datetime) -> None:
    """End letters that take their sender with them."""
    old = Letter.objects.filter(created_at__lte=now - timedelta(days=1), attempts__gte=MOST_LOST)
    old.filter(state=Letter.State.SENDING, lease_until__lte=now).update(
        state=Letter.State.DEAD,
        error="Its senders were lost again and again; what it does to them is not known.",
        lease_until=None,
        lease_token=None,
    )


def send_again(letter: Letter, now: datetime) -> bool:
    """Have an ended letter sent once more, exactly as it was; False when it is still on its way."""
    ended = Letter.objects.filter(pk=letter.pk).exclude(state__in=Letter.OPEN)
    return bool(ended.update(state=Letter.State.WAITING, next_at=now, attempts=0, error="", code=None))


def expire(now: datetime, keep: timedelta) -> int:
    """Drop old digests, except each schedule's newest, and tests and verifications; returns how many rows."""
    old = Edition.objects.filter(made_at__lt=now - keep)
    newest = Edition.objects.filter(schedule=OuterRef("schedule")).order_by("-date").values("pk")[:1]
    number, _ = old.exclude(pk=Subquery(newest)).delete()
    Body.objects.filter(edition=None, letters__created_at__lt=now - keep).delete()
    return number
